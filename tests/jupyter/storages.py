"""Workspace storage on loopback: a real S3 server, and stand-ins for Google Cloud Storage and Azure."""

import base64
import hashlib
import http.server
import json
import sys
import threading
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

import psutil  # type: ignore[import-untyped]

from tests.processes.loopback import free_port
from tests.processes.process import Process

BUCKET = "demo-bucket"
PREFIX = "WORKSPACE_STORAGE_ENGINE_"


class S3Server:
    """`rclone serve s3`, which checks signatures, on a folder of the disk whose folders are buckets."""

    def __init__(self, folder: Path) -> None:
        self.bucket = folder / "buckets" / BUCKET
        self.bucket.mkdir(parents=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "s3.log"
        self._process: Process | None = None

    def start(self, key: str, secret: str) -> None:
        """Serve with a new pair of keys, and refuse the old one."""
        self.stop()
        command: list[str | Path] = [
            Path(sys.executable).with_name("rclone"),
            "serve",
            "s3",
            "--auth-key",
            f"{key},{secret}",
            "--addr",
            f"127.0.0.1:{self.port}",
        ]
        command += ["--dir-cache-time", "0s", str(self.bucket.parent)]
        self._process = Process(command, self._log, is_ready=self._listens)
        self._process.start()

    def stop(self) -> None:
        """Serve no more."""
        if self._process:
            self._process.stop()

    def _listens(self) -> bool:
        pid = self._process.pid if self._process else None
        return any(item.status == psutil.CONN_LISTEN for item in psutil.Process(pid).net_connections("tcp"))


def s3_variables(server: S3Server, **others: str) -> dict[str, str]:
    """Return the variables of an S3 workspace, as the App sets them."""
    return {
        "WORKSPACE_BUCKET_NAME": BUCKET,
        "WORKSPACE_STORAGE_ENGINE": "s3",
        f"{PREFIX}S3_BUCKET_NAME": BUCKET,
        f"{PREFIX}S3_REGION_NAME": "eu-west-1",
        f"{PREFIX}S3_ENDPOINT_URL": server.url,
        f"{PREFIX}S3_ACCESS_KEY_ID": "KEY-1",
        f"{PREFIX}S3_SECRET_ACCESS_KEY": "first-secret-key",
        **others,
    }


@dataclass
class Blob:
    """A file of a bucket."""

    content: bytes
    metadata: dict[str, str] = field(default_factory=dict)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler: type[http.server.BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        self.shutdown()
        self.server_close()


class Bucket(_Server):
    """A stand-in for cloud storage: one bucket in memory, which accepts only the current credential."""

    def __init__(self, handler: type[http.server.BaseHTTPRequestHandler], credential: str) -> None:
        self.credential = credential
        self.blobs: dict[str, Blob] = {}
        self.refused = 0
        super().__init__(handler)

    def under(self, prefix: str, delimiter: str) -> tuple[list[str], list[str]]:
        """Return the names with a prefix, and the folders."""
        names = sorted(name for name in self.blobs if name.startswith(prefix))
        if not delimiter:
            return names, []
        folders = {prefix + name[len(prefix) :].partition("/")[0] + "/" for name in names if "/" in name[len(prefix) :]}
        return [name for name in names if "/" not in name[len(prefix) :]], sorted(folders)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.query = dict(parse_qsl(url.query, keep_blank_values=True))
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        if not self.allowed():
            self.server.refused += 1
            self.answer(403, b"no")
        else:
            self.handle_allowed(unquote(url.path), body)

    do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_GET  # noqa: N815

    def allowed(self) -> bool:
        """Return whether the credential is the one of now."""
        raise NotImplementedError

    def handle_allowed(self, path: str, body: bytes) -> None:
        """Answer."""
        raise NotImplementedError

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """Send an answer, for HEAD without its body."""
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def part(self, content: bytes, headers: dict[str, str] | None = None, wanted: str | None = None) -> None:
        """Send content, or the range of it that is wanted."""
        span = wanted or self.headers.get("Range")
        if not span:
            return self.answer(200, content, headers)
        first, _, last = span.removeprefix("bytes=").partition("-")
        end = int(last) + 1 if last else len(content)
        given = content[int(first) : end]
        about = {"Content-Range": f"bytes {first}-{int(first) + len(given) - 1}/{len(content)}"}
        return self.answer(206, given, {**(headers or {}), **about})

    def _chunks(self) -> bytes:
        found = b""
        if self.headers.get("Transfer-Encoding", "") == "chunked":
            while size := int(self.rfile.readline(), 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return found

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


class CloudStorage(_Handler):
    """The parts of Google Cloud Storage's JSON API that rclone uses."""

    def allowed(self) -> bool:
        """Compare the bearer token."""
        return self.headers.get("Authorization") == f"Bearer {self.server.credential}"

    def handle_allowed(self, path: str, body: bytes) -> None:
        """Serve objects by their resource."""
        blobs = self.server.blobs
        if path == f"/upload/storage/v1/b/{BUCKET}/o":
            # multipart/related: a part of JSON, then the content.
            _, about, content = body.split(b"\r\n\r\n", 2)
            resource = json.loads(about.partition(b"\r\n--")[0])
            blobs[resource["name"]] = Blob(content.rpartition(b"\r\n--")[0], resource.get("metadata", {}))
            return self._json(self._resource(resource["name"]))
        place = f"/b/{BUCKET}/o"
        if path == place:
            names, folders = self.server.under(self.query.get("prefix", ""), self.query.get("delimiter", ""))
            return self._json({"items": [self._resource(name) for name in names], "prefixes": folders})
        name, _, copy = path.removeprefix("/download").removeprefix(f"{place}/").partition(f"/rewriteTo{place}/")
        if not path.removeprefix("/download").startswith(f"{place}/") or name not in blobs:
            return self._json({"error": {"code": 404, "message": "Not Found"}}, 404)
        if copy:
            blobs[copy] = blobs[name]
            return self._json({"done": True, "resource": self._resource(copy)})
        if self.command == "DELETE":
            del blobs[name]
            return self.answer(204)
        if path.startswith("/download"):
            return self.part(blobs[name].content)
        return self._json(self._resource(name))

    def _resource(self, name: str) -> dict[str, Any]:
        blob = self.server.blobs[name]
        return {
            "kind": "storage#object",
            "name": name,
            "bucket": BUCKET,
            "size": str(len(blob.content)),
            "metadata": blob.metadata,
            "md5Hash": base64.b64encode(hashlib.md5(blob.content, usedforsecurity=False).digest()).decode(),
            "mediaLink": f"{self.server.url}/download/b/{BUCKET}/o/{quote(name, safe='')}",
            "updated": "2026-01-01T00:00:00Z",
            "generation": "1",
        }

    def _json(self, content: dict[str, Any], status: int = 200) -> None:
        self.answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


class AzureBlobs(_Handler):
    """The parts of Azure Blob Storage's REST API that rclone uses."""

    def allowed(self) -> bool:
        """Compare the shared access signature, whose parameters stand in any order."""
        return dict(parse_qsl(self.server.credential)).items() <= self.query.items()

    def handle_allowed(self, path: str, body: bytes) -> None:
        """Serve blobs."""
        blobs, name = self.server.blobs, path.removeprefix(f"/{BUCKET}").removeprefix("/")
        about = {"Last-Modified": formatdate(0, usegmt=True), "ETag": '"1"', "x-ms-version": "2023-11-03"}
        if not path.startswith(f"/{BUCKET}"):
            return self.answer(404, headers={"x-ms-error-code": "ContainerNotFound"})
        if self.query.get("comp") == "list":
            return self.answer(200, self._listing(), {"Content-Type": "application/xml"})
        if source := self.headers.get("x-ms-copy-source"):
            return self._copy(source, name, about)
        if self.command == "PUT":
            blobs[name] = Blob(body)
            return self.answer(201, headers=about)
        if name not in blobs:
            return self.answer(404, headers={"x-ms-error-code": "BlobNotFound"})
        if self.command == "DELETE":
            del blobs[name]
            return self.answer(202, headers=about)
        about |= {"x-ms-blob-type": "BlockBlob", "Content-Type": "text/plain"}
        return self.part(blobs[name].content, about, self.headers.get("x-ms-range"))

    def _copy(self, source: str, name: str, about: dict[str, str]) -> None:
        """Copy a blob that this storage itself finds and may read at an address, which is all that it accepts."""
        address, _, query = source.partition("?")
        blob = self.server.blobs.get(unquote(address.removeprefix(f"{self.server.url}/{BUCKET}/")))
        if not blob or not dict(parse_qsl(self.server.credential)).items() <= dict(parse_qsl(query)).items():
            return self.answer(404, headers={"x-ms-error-code": "CannotVerifyCopySource"})
        self.server.blobs[name] = blob
        return self.answer(202, headers={**about, "x-ms-copy-id": "1", "x-ms-copy-status": "success"})

    def _listing(self) -> bytes:
        names, folders = self.server.under(self.query.get("prefix", ""), self.query.get("delimiter", ""))
        made = [
            f"<Blob><Name>{escape(name)}</Name><Properties><Last-Modified>{formatdate(0, usegmt=True)}</Last-Modified>"
            f"<Etag>1</Etag><Content-Length>{len(self.server.blobs[name].content)}</Content-Length>"
            "<BlobType>BlockBlob</BlobType></Properties></Blob>"
            for name in names
        ]
        made += [f"<BlobPrefix><Name>{escape(name)}</Name></BlobPrefix>" for name in folders]
        return (
            f'<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="{BUCKET}"><Blobs>{"".join(made)}'
            "</Blobs><NextMarker/></EnumerationResults>"
        ).encode()


class Renewal(_Server):
    """A stand-in for the hub or the App as a source of new credentials.

    It returns set responses and records requests.
    """

    def __init__(self) -> None:
        self.status = 200
        self.answer: dict[str, Any] = {"env": {}}
        self.requests: list[tuple[str, str, str]] = []
        super().__init__(_RenewalHandler)


class _RenewalHandler(http.server.BaseHTTPRequestHandler):
    server: Renewal

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.requests.append((self.path, self.headers.get("Authorization", ""), body))
        content = json.dumps(self.server.answer).encode()
        self.send_response_only(self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""
