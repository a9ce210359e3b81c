"""The mount of the workspace's files, by rclone."""

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
    # Files that programs change in place, and not only from front to end, are whole on the disk before they are sent.
    "RCLONE_VFS_CACHE_MODE": "writes",
    "RCLONE_VFS_WRITE_BACK": "1s",
    # By default what has been sent stays for an hour, and Kubernetes evicts a pod that fills the node's disk.
    "RCLONE_VFS_CACHE_MAX_AGE": "1m",
    # What others change shows after so long; no bucket tells by itself.
    "RCLONE_DIR_CACHE_TIME": "15s",
    "RCLONE_UMASK": "002",
    "RCLONE_CONTIMEOUT": "10s",
    "RCLONE_LOG_LEVEL": "NOTICE",
}
"""rclone's own variables, for which the container's come first."""

_PASSED = ("PATH", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
# Together less than the half minute after which a hub gives up a server that does not answer (Spawner.http_timeout).
_PROBE_SECONDS = 15
_START_SECONDS = 10
# A pipeline may write all at its end. Who stops a server gives it less, and may end it before it can say what is lost.
_UPLOAD_SECONDS, _SILENT_SECONDS = 3600, 10
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0


@contextlib.contextmanager
def mounted(environ: Mapping[str, str], *, needed: bool = False) -> Iterator[bool]:
    """Mount the workspace's files for as long as the context lasts, and tell whether it was done.

    It is not where there is nothing to mount, and not when that fails: then one line in the log says why, and a file in
    the folder tells the user. At the end all that has been written is sent, for which there is an hour. Raises
    StorageError where the files are `needed` and cannot be mounted, or are not all sent.
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
    """Return whether something is mounted at a folder, also a folder of the same disk."""
    # A mount that has lost its program cannot be asked for its device, so the kernel's list is.
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
    # By default a third of the hour that the App's credentials last: what is left is for a hub that is down.
    text = environ.get("HEXA_CREDENTIALS_SECONDS") or "1200"
    if not text.isdecimal():
        raise StorageError(f"HEXA_CREDENTIALS_SECONDS is {text!r}; write a whole number of seconds, as in 1200")
    fetch = renewal.source(environ) if found.temporary else None
    return Mount(found, Credentials(credentials(environ), fetch and (lambda: _new(fetch)), int(text)), environ)


def _new(fetch: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    environ = fetch()
    try:
        if storage(environ):
            return credentials(environ)
    except StorageError as error:
        raise RenewalError(str(error)) from None
    raise RenewalError("the answer names no bucket")


def _check_local(environ: Mapping[str, str]) -> None:
    local = environ.get("WORKSPACE_STORAGE_ENGINE") == "local" and environ.get("WORKSPACE_BUCKET_NAME")
    if local and not is_mounted(workspace.path()):
        raise StorageError(
            "the storage is a folder of the host, and nothing has mounted it; on Kubernetes let the App use a bucket"
        )


class Mount:
    """A running rclone, which is started again if it ends before `close`.

    Raises StorageError if what is not yet sent has no place on the disk.
    """

    def __init__(self, storage: Storage, credentials: Credentials, environ: Mapping[str, str]) -> None:
        self._storage, self._credentials = storage, credentials
        self._folder = workspace.path()
        try:
            self._state = Path(tempfile.mkdtemp(prefix="hexa-jupyter-"))
        except OSError as error:
            raise StorageError(f"no temporary folder can be made ({error.strerror}); let /tmp be writable") from None
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
        """Mount, and send what an earlier container of this pod has left.

        Raises StorageError if that cannot be done; then nothing is left but what is not sent.
        """
        left = self._cache.unsent()
        try:
            self._check()
            self._start()
        except StorageError as error:
            self._clear()
            lost = f"; files that are not sent are lost when the server stops: {listed(left)}" if left else ""
            raise StorageError(f"{error}{lost}") from None
        except BaseException:
            # A signal may be what ends it.
            self._clear()
            raise
        if left:
            say(f"an earlier container was killed before it had sent all files, which are sent now: {listed(left)}")
            workspace.tell_of_a_kill(left)
        threading.Thread(target=self._keep, daemon=True).start()
        if self._storage.temporary and not self._credentials.renewable:
            say("nobody can be asked for new credentials, so the files are lost to this server when its own end")

    def close(self) -> None:
        """Wait for at most an hour until all that was written is sent, and unmount.

        Raises StorageError, when nothing is mounted any more, if it is not all sent or nobody knows.
        """
        start, told = time.monotonic(), False
        while (waiting := self._uploads()) and (waited := time.monotonic() - start) < _UPLOAD_SECONDS:
            if waited > _SILENT_SECONDS and not told:
                say(f"files still to be sent to the storage before the container may end: {waiting}")
                told = True
            time.sleep(0.2)
        reason = self._reason or "it took too long"
        self._closing.set()
        with self._turn:
            self._clear()
        if waiting == 0:
            self._cache.clear()
        if waiting is None:
            raise StorageError("rclone does not tell what is not sent yet, so what was written last may be lost")
        if waiting:
            raise StorageError(f"{waiting} files could not be sent to the storage and are lost: {reason}")

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
            # Keys in the user's home would come before those of the workspace.
            "HOME": str(self._state),
            "GCE_METADATA_HOST": self._server.address,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{self._server.address}/aws",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self._server.guard,
        }

    def _configuration(self) -> Path:
        """Write the remote's options to a file: as variables they would be part of the name of its cache.

        In that name a new container of the pod could not find what the last one has left.
        """
        options = {"type": self._storage.kind, **self._storage.options}
        if self._storage.kind == "azureblob":
            options["sas_url"] = (
                f"http://{self._server.address}/account/{self._storage.bucket}?sig={self._server.guard}"
            )
        lines = (f"{name} = {' '.join(value.split())}\n" for name, value in options.items())
        file = self._state / "rclone.conf"
        file.write_text("[workspace]\n" + "".join(lines))  # in a folder that nobody else may enter
        return file

    @property
    def _remote(self) -> str:
        return f"workspace:{self._storage.bucket}"

    def _check(self) -> None:
        if not shutil.which("rclone", path=self._environ.get("PATH")):
            raise StorageError("rclone is not on PATH; install what jupyter/requirements.txt names")
        if not os.access("/dev/fuse", os.R_OK | os.W_OK):
            raise StorageError(
                "/dev/fuse is not there or may not be used; the pod needs the device and the capability SYS_ADMIN, as"
                " the storage InPodFuse asks for"
            )
        # The folder of this name is hardly there. It costs two requests, while the list of a bucket may take minutes.
        probe = f"{self._remote}/.hexa-jupyter-probe"
        environ = self._environ | {"RCLONE_CONFIG_WORKSPACE_DIRECTORY_MARKERS": "false"}
        command = ["rclone", "lsf", "--use-json-log", "--retries", "1", "--low-level-retries", "1", probe]
        try:
            done = subprocess.run(  # noqa: S603 (no word of a user's)
                command, env=environ, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise StorageError(
                f"the storage does not answer within {_PROBE_SECONDS} s; can the pod reach it?"
            ) from None
        if done.returncode:
            reasons = [reason for line in done.stderr.splitlines() if (reason := self._read(line))]
            raise StorageError(_refused(self._storage.bucket, reasons[0] if reasons else "rclone says nothing"))

    def _start(self) -> None:
        command = ["rclone", "mount", self._remote, str(self._folder), "--use-json-log", "--devname", "workspace"]
        command += ["--allow-non-empty", "--cache-dir", str(self._cache.folder)]
        command += ["--rc", "--rc-no-auth", "--rc-addr", f"unix://{self._socket}"]
        command += ["--allow-other"] if os.geteuid() == 0 else []
        command += ["--read-only"] if self._storage.read_only else []
        self._socket.unlink(missing_ok=True)
        self._reason = ""
        # A session of its own: a signal for all of the terminal's or tini's group would unmount under Jupyter's feet.
        self._rclone = subprocess.Popen(  # noqa: S603 (a bucket's name is one argument)
            command, env=self._environ, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        reader = threading.Thread(target=self._relay, args=(self._rclone,), daemon=True)
        reader.start()
        deadline = time.monotonic() + _START_SECONDS
        while not is_mounted(self._folder):
            if self._rclone.poll() is not None:
                reader.join()
                raise StorageError(f"{self._reason or 'rclone ended'}; may the container mount (capability SYS_ADMIN)?")
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
                    say(f"{self._folder} is not mounted: {error}; the next try is in {pause:.0f} s")
                    # Else what is written meanwhile lies below the next mount, and nobody knows.
                    if not is_mounted(self._folder):
                        workspace.warn(str(error))

    def _relay(self, rclone: subprocess.Popen[str]) -> None:
        for line in rclone.stderr or ():
            if not (reason := self._read(line)):
                continue
            if is_mounted(self._folder):
                self._reason = reason
                say(f"rclone: {reason}")
            # What comes first is the cause of what follows.
            self._reason = self._reason or reason

    def _read(self, line: str) -> str:
        """Return what a line of rclone's log complains of, or nothing."""
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
        """Return how many files are not sent yet, or None if rclone does not tell."""
        command = ["rclone", "rc", "--unix-socket", str(self._socket), "vfs/stats"]
        try:
            done = subprocess.run(  # noqa: S603 (no word of a user's)
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
        return f"there is no bucket {bucket!r} that the credentials may list; does it exist?"
    return f"the bucket {bucket!r} cannot be listed ({reason}); are the credentials valid, and is the storage reached?"
