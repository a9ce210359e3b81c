"""The mount of the workspace's files with rclone."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hexa_jupyter import renewal, workspace
from hexa_jupyter.cache import Cache, listed
from hexa_jupyter.credentials_server import CredentialsServer
from hexa_jupyter.log import say
from hexa_jupyter.renewal import Credentials, RenewalError
from hexa_jupyter.storage import Storage, StorageError, credentials, secrets_of, storage

_DEFAULTS = {
    # Cache files that programs change in place. rclone can upload only whole files.
    "RCLONE_VFS_CACHE_MODE": "writes",
    "RCLONE_VFS_WRITE_BACK": "1s",
    # rclone's default keeps uploaded files for an hour, and Kubernetes evicts a pod that fills the node's disk.
    "RCLONE_VFS_CACHE_MAX_AGE": "1m",
    # How long until changes by others show. A bucket sends no notifications.
    "RCLONE_DIR_CACHE_TIME": "15s",
    "RCLONE_UMASK": "002",
    "RCLONE_CONTIMEOUT": "10s",
    "RCLONE_LOG_LEVEL": "NOTICE",
}
"""Defaults of rclone's variables. The container's variables override them."""

_PASSED = ("PATH", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
# Together less than 30 seconds, after which the hub gives up on a server that does not answer (Spawner.http_timeout).
_PROBE_SECONDS = 15
_START_SECONDS = 10
# An hour, because a pipeline may write all its results at the end. A server that is stopped usually gets less time,
# and may be killed before it can log what is lost. So warn after a few seconds.
_UPLOAD_SECONDS, _SILENT_SECONDS = 3600, 10
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0


@contextlib.contextmanager
def mounted(environ: Mapping[str, str], *, needed: bool = False) -> Iterator[bool]:
    """Mount the workspace's files for the duration of the context. Yield whether they are mounted.

    They are not if there is nothing to mount, or if the mount fails. A failure is logged in one line, and a file in the
    folder tells the user. At the end, wait up to an hour until all files are uploaded.

    If the files are `needed`, raises StorageError if they cannot be mounted or not all be uploaded.
    """
    try:
        files = _files(environ)
        if files:
            files.open()
    except StorageError as error:
        if needed:
            raise
        say(f"the workspace's files are not mounted at {workspace.path()}: {error}")
        workspace.warn(str(error))
        files = None
    try:
        yield files is not None
    finally:
        if files:
            try:
                files.close()
            except StorageError as error:
                if needed:
                    raise
                say(str(error))


def is_mounted(folder: Path) -> bool:
    """Return whether something is mounted at a folder. This includes a bind mount of a folder on the same disk."""
    # Read the kernel's list: `os.path.ismount` fails on a FUSE mount whose process has ended.
    place = str(folder.resolve(strict=False)).replace(" ", "\\040")
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return any(line.split(" ")[4] == place for line in lines)


def _files(environ: Mapping[str, str]) -> "Mount | None":
    workspace.forget_warning()
    found = storage(environ)
    if found is None:
        _check_local(environ)
        return None
    if is_mounted(workspace.path()):
        return None
    # The default is a third of the hour for which the App's credentials are valid. The rest is for outages of the hub.
    text = environ.get("HEXA_CREDENTIALS_SECONDS") or "1200"
    if not text.isdecimal():
        raise StorageError(f"HEXA_CREDENTIALS_SECONDS is {text!r}; use a whole number of seconds, as in 1200")
    fetch = renewal.source(environ) if found.temporary else None
    return Mount(found, Credentials(credentials(environ), fetch and (lambda: _new(fetch)), int(text)), environ)


def _new(fetch: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    environ = fetch()
    try:
        if storage(environ):
            return credentials(environ)
    except StorageError as error:
        raise RenewalError(str(error)) from None
    raise RenewalError("the answer contains no bucket")


def _check_local(environ: Mapping[str, str]) -> None:
    local = environ.get("WORKSPACE_STORAGE_ENGINE") == "local" and environ.get("WORKSPACE_BUCKET_NAME")
    if local and not is_mounted(workspace.path()):
        raise StorageError(
            "the storage is a folder of the host, which is not mounted; on Kubernetes the App must use a bucket"
        )


class Mount:
    """A running rclone, which is restarted if it ends before `close`.

    Raises StorageError if no temporary folder can be created.
    """

    def __init__(self, storage: Storage, credentials: Credentials, environ: Mapping[str, str]) -> None:
        self._storage, self._credentials = storage, credentials
        self._folder = workspace.path()
        try:
            self._state = Path(tempfile.mkdtemp(prefix="hexa-jupyter-"))
        except OSError as error:
            raise StorageError(f"cannot create a temporary folder ({error.strerror}); make /tmp writable") from None
        account = credentials.now().get("AZURE_ACCOUNT_NAME", "")
        endpoint = environ.get("RCLONE_AZUREBLOB_ENDPOINT") or f"https://{account}.blob.core.windows.net"
        self._server = CredentialsServer(credentials, endpoint.rstrip("/"))
        self._cache = Cache(environ, self._state / "cache")
        self._environ = self._rclone_environment(environ)
        self._rclone: subprocess.Popen[str] | None = None
        self._reason = ""
        self._closing = threading.Event()
        self._turn = threading.Lock()

    def open(self) -> None:
        """Mount the files, and upload those that an earlier container of this pod has left in the cache.

        Raises StorageError if that fails. Then everything is removed except files that are not uploaded.
        """
        left = self._cache.unsent()
        try:
            self._check()
            self._start()
        except StorageError as error:
            self._clear()
            lost = f"; files that are not uploaded are lost when the server stops: {listed(left)}" if left else ""
            raise StorageError(f"{error}{lost}") from None
        except BaseException:
            # Such as SystemExit, which the handler of a signal raises.
            self._clear()
            raise
        if left:
            say(f"an earlier container was killed before it uploaded all files, uploading now: {listed(left)}")
            workspace.tell_of_a_kill(left)
        threading.Thread(target=self._keep, daemon=True).start()
        if self._storage.temporary and not self._credentials.renewable:
            say("the credentials cannot be renewed; the files become unavailable when they expire")

    def close(self) -> None:
        """Wait up to an hour until all files are uploaded, then unmount.

        Raises StorageError, after the unmount, if files are not uploaded or rclone does not say.
        """
        start, told = time.monotonic(), False
        while (waiting := self._uploads()) and (waited := time.monotonic() - start) < _UPLOAD_SECONDS:
            if waited > _SILENT_SECONDS and not told:
                say(f"files to upload before the container can end: {waiting}")
                told = True
            time.sleep(0.2)
        reason = self._reason or "it took too long"
        self._closing.set()
        with self._turn:
            self._clear()
        if waiting == 0:
            self._cache.clear()
        if waiting is None:
            raise StorageError("rclone does not say which files are not uploaded yet; the latest changes may be lost")
        if waiting:
            raise StorageError(f"{waiting} files could not be uploaded to the storage and are lost: {reason}")

    def _rclone_environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        uid, gid = workspace.owner()
        passed = {name: value for name, value in environ.items() if name.upper() in _PASSED}
        tuned = {name: value for name, value in environ.items() if name.startswith("RCLONE_")}
        return {
            **passed,
            **_DEFAULTS,
            "RCLONE_UID": str(uid),
            "RCLONE_GID": str(gid),
            **tuned,
            "RCLONE_CONFIG": str(self._configuration()),
            # rclone would prefer keys in the user's home to those of the workspace.
            "HOME": str(self._state),
            "GCE_METADATA_HOST": self._server.address,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{self._server.address}/aws",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self._server.guard,
        }

    def _configuration(self) -> Path:
        """Write the remote's options to a file, and return it.

        As variables they would change the name of rclone's cache folder. Then a new container of the pod would not find
        the files that the last one left there.
        """
        options = {"type": self._storage.kind, **self._storage.options}
        if self._storage.kind == "azureblob":
            options["sas_url"] = (
                f"http://{self._server.address}/account/{self._storage.bucket}?sig={self._server.guard}"
            )
        lines = (f"{name} = {' '.join(value.split())}\n" for name, value in options.items())
        file = self._state / "rclone.conf"
        file.write_text("[workspace]\n" + "".join(lines))  # `mkdtemp` makes the folder private
        return file

    @property
    def _remote(self) -> str:
        return f"workspace:{self._storage.bucket}"

    def _check(self) -> None:
        if not shutil.which("rclone", path=self._environ.get("PATH")):
            raise StorageError("rclone is not on PATH; install the packages in jupyter/requirements.txt")
        if not os.access("/dev/fuse", os.R_OK | os.W_OK):
            raise StorageError(
                "/dev/fuse is missing or not accessible; the pod needs the device and the capability SYS_ADMIN, which"
                " the storage InPodFuse requests"
            )
        # List a folder that most likely does not exist. This takes two requests, while a list of the whole bucket may
        # take minutes.
        probe = f"{self._remote}/.hexa-jupyter-probe"
        environ = self._environ | {"RCLONE_CONFIG_WORKSPACE_DIRECTORY_MARKERS": "false"}
        command = ["rclone", "lsf", "--use-json-log", "--retries", "1", "--low-level-retries", "1", probe]
        try:
            done = subprocess.run(  # noqa: S603 (no user input)
                command, env=environ, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise StorageError(
                f"the storage does not answer within {_PROBE_SECONDS} s; check that the pod can reach it"
            ) from None
        if done.returncode:
            reasons = [reason for line in done.stderr.splitlines() if (reason := self._read(line))]
            raise StorageError(_refused(self._storage.bucket, reasons[0] if reasons else "rclone gives no reason"))

    def _start(self) -> None:
        command = ["rclone", "mount", self._remote, str(self._folder), "--use-json-log", "--devname", "workspace"]
        command += ["--allow-non-empty", "--cache-dir", str(self._cache.folder)]
        command += ["--rc", "--rc-no-auth", "--rc-addr", f"unix://{self._socket}"]
        command += ["--allow-other"] if os.geteuid() == 0 else []
        command += ["--read-only"] if self._storage.read_only else []
        self._socket.unlink(missing_ok=True)
        self._reason = ""
        # In a new session: otherwise a signal to the process group of the terminal or of tini would end rclone, and
        # with it the mount, before Jupyter has stopped.
        self._rclone = subprocess.Popen(  # noqa: S603 (the bucket's name is a single argument)
            command, env=self._environ, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        reader = threading.Thread(target=self._relay, args=(self._rclone,), daemon=True)
        reader.start()
        deadline = time.monotonic() + _START_SECONDS
        while not is_mounted(self._folder):
            if self._rclone.poll() is not None:
                reader.join()
                raise StorageError(
                    f"{self._reason or 'rclone ended'}; check that the container may mount (capability SYS_ADMIN)"
                )
            if time.monotonic() > deadline:
                raise StorageError(f"rclone did not mount within {_START_SECONDS} s")
            time.sleep(0.05)

    def _keep(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while self._rclone:
            status = self._rclone.wait()
            self._closing.wait(pause)
            with self._turn:
                if self._closing.is_set():
                    return
                say(f"rclone ended with status {status} ({self._reason or 'no reason given'}); mounting again")
                self._unmount()
                workspace.forget_warning()
                try:
                    self._start()
                    pause = _FIRST_PAUSE_SECONDS
                except StorageError as error:
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                    say(f"{self._folder} is not mounted: {error}; trying again in {pause:.0f} s")
                    # Warn the user: the next mount hides whatever is written to the folder meanwhile.
                    if not is_mounted(self._folder):
                        workspace.warn(str(error))

    def _relay(self, rclone: subprocess.Popen[str]) -> None:
        for line in rclone.stderr or ():
            if not (reason := self._read(line)):
                continue
            if is_mounted(self._folder):
                self._reason = reason
                say(f"rclone: {reason}")
            # Keep the first reason, which is usually the cause of the others.
            self._reason = self._reason or reason

    def _read(self, line: str) -> str:
        """Return the problem in a line of rclone's log, or an empty string."""
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError:
            return self._redacted(line)
        level, message = entry.get("level"), str(entry.get("msg", ""))
        if level in ("debug", "info") or (level == "notice" and not message.startswith("mount helper error")):
            return ""
        return self._redacted(f"{entry['object']}: {message}" if entry.get("object") else message)

    def _redacted(self, text: str) -> str:
        for secret in (self._server.guard, *(secret for held in self._credentials.held for secret in secrets_of(held))):
            text = text.replace(secret, "***")
        return " ".join(text.split())

    def _uploads(self) -> int | None:
        """Return the number of files that are not uploaded yet, or None if rclone does not answer."""
        command = ["rclone", "rc", "--unix-socket", str(self._socket), "vfs/stats"]
        try:
            done = subprocess.run(  # noqa: S603 (no user input)
                command, env=self._environ, capture_output=True, text=True, timeout=10, check=True
            )
            cache: dict[str, int] = json.loads(done.stdout)["diskCache"]
            return cache["uploadsInProgress"] + cache["uploadsQueued"]
        except (subprocess.SubprocessError, ValueError, KeyError):
            return None

    @property
    def _socket(self) -> Path:
        return self._state / "rclone.sock"

    def _unmount(self) -> None:
        if is_mounted(self._folder):
            subprocess.run(["fusermount3", "-u", "-z", str(self._folder)], capture_output=True, check=False)  # noqa: S603, S607

    def _clear(self) -> None:
        if self._rclone and self._rclone.poll() is None:
            self._rclone.terminate()
            try:
                self._rclone.wait(10)
            except subprocess.TimeoutExpired:
                self._rclone.kill()
                self._rclone.wait()
        self._unmount()
        self._server.close()
        shutil.rmtree(self._state, ignore_errors=True)


def _refused(bucket: str, reason: str) -> str:
    if "directory not found" in reason:
        return f"the credentials give access to no bucket {bucket!r}; check that it exists"
    return f"the bucket {bucket!r} cannot be listed ({reason}); check the credentials and the network"
