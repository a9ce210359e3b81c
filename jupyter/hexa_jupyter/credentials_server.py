"""A server on the loopback interface that gives rclone the storage's current credentials.

Each cloud has its own protocol:

- Google Cloud Storage: the token endpoint of Compute Engine's metadata server.
- S3: the endpoint for container credentials of the AWS SDKs.
- Azure has no such endpoint for a shared access signature (SAS). This server is a proxy for blobs, which adds the
  current signature to each request.
"""

import http.client
import http.server
import json
import secrets
import threading
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hexa_jupyter.renewal import Credentials

_BLOCK_BYTES = 1 << 20
_HOP_BY_HOP = {"connection", "host", "keep-alive", "transfer-encoding", "content-length"}
_COPY_SOURCE = "x-ms-copy-source"


class CredentialsServer(http.server.ThreadingHTTPServer):
    """The server. It runs from its creation until `close`.

    `azure_endpoint` is the URL of the blob storage, without the container. Requests must contain the random `guard`.
    Google's protocol has no place for it, but requires a header that no page in a browser can send.
    """

    daemon_threads = True

    def __init__(self, credentials: Credentials, azure_endpoint: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.credentials, self.azure_endpoint = credentials, azure_endpoint
        self.guard = secrets.token_urlsafe(32)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_port}"

    def close(self) -> None:
        """Stop the server."""
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: Any) -> None:
        """Log nothing. rclone reports failed requests itself."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CredentialsServer

    def setup(self) -> None:
        super().setup()
        self._blobs: http.client.HTTPConnection | None = None

    def finish(self) -> None:
        super().finish()
        if self._blobs:
            self._blobs.close()

    def do_GET(self) -> None:
        if self.path.startswith("/computeMetadata/"):
            self._google()
        elif self.path == "/aws":
            self._aws()
        else:
            self._azure()

    do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_GET  # noqa: N815 (http.server's names)

    def _google(self) -> None:
        if self.headers.get("Metadata-Flavor") != "Google":
            return self._answer(403)
        if urlsplit(self.path).path != "/computeMetadata/v1/instance/service-accounts/default/token":
            return self._answer(404)
        token = self.server.credentials.now().get("GCP_ACCESS_TOKEN", "")
        seconds = int(self.server.credentials.seconds_left())
        return self._answer(200, {"access_token": token, "expires_in": seconds, "token_type": "Bearer"})

    def _aws(self) -> None:
        if not self._guarded(self.headers.get("Authorization", "")):
            return self._answer(403)
        now = self.server.credentials.now()
        end = time.gmtime(time.time() + self.server.credentials.seconds_left())
        answer = {
            "AccessKeyId": now.get("S3_ACCESS_KEY_ID", ""),
            "SecretAccessKey": now.get("S3_SECRET_ACCESS_KEY", ""),
            "Token": now.get("S3_SESSION_TOKEN", ""),
            "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", end),
        }
        return self._answer(200, answer)

    def _azure(self) -> None:
        if not self._guarded(dict(parse_qsl(urlsplit(self.path).query)).get("sig", "")):
            return self._answer(403)
        try:
            self._blobs = self._blobs or self._connect()
        except OSError as error:
            # The reason goes into the status line, because that is all that rclone shows.
            self.close_connection = True
            return self._answer(502, reason=f"Cannot reach the storage ({error.strerror or type(error).__name__})")
        try:
            self._pass_on(self._blobs)
        except (OSError, http.client.HTTPException):
            # Part of the answer may already be sent. Close the connection, and rclone retries.
            self.close_connection = True
        return None

    def _connect(self) -> http.client.HTTPConnection:
        endpoint = urlsplit(self.server.azure_endpoint)
        made = http.client.HTTPSConnection if endpoint.scheme == "https" else http.client.HTTPConnection
        connection = made(endpoint.netloc, timeout=60)
        connection.connect()
        return connection

    def _signed(self, address: str) -> str:
        """Return the URL in Azure for a blob's URL on this server, with the current signature."""
        url = urlsplit(address)
        # The first folder is the account, as in path-style URLs of Azure's storage.
        blob = url.path.removeprefix("/").partition("/")[2]
        signature = self.server.credentials.now().get("AZURE_STORAGE_SAS_TOKEN", "").lstrip("?")
        rest = [part for part in url.query.split("&") if part and not part.startswith("sig=")]
        return f"{self.server.azure_endpoint}/{blob}?{'&'.join([*rest, signature])}"

    def _pass_on(self, blobs: http.client.HTTPConnection) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        target = urlsplit(self._signed(self.path))._replace(scheme="", netloc="").geturl()
        blobs.putrequest(self.command, target, skip_accept_encoding=True)
        for name, value in self.headers.items():
            # A rename is a copy. rclone sends the source as a URL on this server, which Azure cannot reach.
            if name.lower() == _COPY_SOURCE:
                blobs.putheader(name, self._signed(value))
            elif name.lower() not in _HOP_BY_HOP:
                blobs.putheader(name, value)
        blobs.putheader("Content-Length", str(length))
        blobs.endheaders()
        while length > 0:
            block = self.rfile.read(min(length, _BLOCK_BYTES))
            if not block:
                raise http.client.IncompleteRead(b"")
            blobs.send(block)
            length -= len(block)
        with blobs.getresponse() as answer:
            self._relay(answer)

    def _relay(self, answer: http.client.HTTPResponse) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        sized = answer.getheader("Content-Length")
        if sized is not None or self.command == "HEAD" or answer.length == 0:
            self.send_header("Content-Length", sized or "0")
        else:
            self.send_header("Connection", "close")
        self.end_headers()
        while block := answer.read(_BLOCK_BYTES):
            self.wfile.write(block)
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)

    def _guarded(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self.server.guard.encode())

    def _answer(self, status: int, content: dict[str, Any] | None = None, reason: str | None = None) -> None:
        body = json.dumps(content or {}).encode()
        self.send_response_only(status, reason)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Metadata-Flavor", "Google")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing: paths contain signatures."""
