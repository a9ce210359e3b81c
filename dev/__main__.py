"""Run OpenHEXA Notebooks on this machine, for development: `make dev`.

You need no container engine and no cluster. This starts a stand-in for the OpenHEXA App, the proxy and the hub. Users'
servers are processes on this machine. Everything listens on loopback only. Ctrl-C stops it.
"""

import argparse
import fcntl
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dev.log import Log
from dev.parts import Folders, parts
from dev.survivors import end_survivors
from tests.processes.loopback import is_free
from tests.processes.process import START_SECONDS, Process

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run until a signal arrives or one of the programs ends, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m dev", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8000, help="port of the App (default: %(default)s)")
    parser.add_argument("--notebooks-port", type=int, help="port of the notebooks (default: the App's port plus 1)")
    parser.add_argument("--folder", type=Path, default=ROOT / ".dev", help="folder for all data (default: .dev)")
    args = parser.parse_args()
    if args.notebooks_port is None:
        args.notebooks_port = args.port + 1

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())
    folders = Folders(args.folder.resolve())
    try:
        with _own(folders):
            if end_survivors(folders.root):
                print("Stopped processes of an earlier run that was killed.")
            _refuse_ports(args.port, args.notebooks_port)
            return _run(folders, stopped, args.port, args.notebooks_port)
    except DevError as error:
        print(f"make dev: {error}", file=sys.stderr)
        return 2


class DevError(Exception):
    """It cannot run with these arguments. The message says how to fix it."""


@contextmanager
def _own(folders: Folders) -> Iterator[None]:
    """Create and lock the folders. Raises DevError if another process uses them, or if they are not writable."""
    with ExitStack() as stack:
        try:
            folders.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = stack.enter_context((folders.root / "lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for folder in (folders.etc, folders.logs):
                shutil.rmtree(folder, ignore_errors=True)
            for folder in (folders.homes, folders.hub, folders.etc, folders.logs):
                folder.mkdir(exist_ok=True)
        except BlockingIOError:
            raise DevError(f"it runs already with {folders.root}; stop that first, or use another --folder") from None
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}"
            raise DevError(f"--folder: {reason}; use a folder that you can write to") from None
        yield


def _refuse_ports(port: int, notebooks_port: int) -> None:
    """Raise DevError if a port cannot be used."""
    if port == notebooks_port:
        raise DevError(f"--notebooks-port: {port} is also the App's port; choose another one")
    for option, wanted in {"--port": port, "--notebooks-port": notebooks_port}.items():
        if not 0 < wanted < 65536:
            raise DevError(f"{option}: {wanted} is not a port; choose one from 1024 to 65535")
        if not is_free("127.0.0.1", wanted):
            raise DevError(
                f"{option}: port {wanted} of 127.0.0.1 is taken, or needs root; stop the program that listens there, "
                "or choose other ports: `make dev PORT=9000` uses 9000 and 9001"
            )


def _run(folders: Folders, stopped: threading.Event, port: int, notebooks_port: int) -> int:
    try:
        started = parts(folders, port=port, notebooks_port=notebooks_port)
    except Exception:
        if stopped.is_set():  # Node got the signal too, and the error is a result of that
            return 0
        raise
    with ExitStack() as stack:
        log = stack.enter_context(Log(folders.logs))
        stack.callback(end_survivors, folders.root)
        for part in started:
            stack.callback(part.stop)
            part.launch()
        status = _watch(started, log, stopped, port)
        log.say("Stopping everything ...")
    return status


def _watch(started: list[Process], log: Log, stopped: threading.Event, port: int) -> int:
    """Wait for a signal and return 0. Return 1 if a program ends before that, or is not ready in time."""
    deadline, ready = time.monotonic() + START_SECONDS, False
    while log.is_read() and not stopped.wait(0.2):
        for part in started:
            if not part.runs():
                log.say(f"{part.log.stem} ended unexpectedly with status {part.status}; see its last lines.")
                return 1
        if not ready and (ready := all(part.is_ready() for part in reversed(started))):
            log.say(f"OpenHEXA Notebooks: open http://localhost:{port} in a browser. Press Ctrl-C here to stop.")
        if not ready and time.monotonic() > deadline:
            waiting = next(part.log.stem for part in started if not part.is_ready())
            log.say(f"{waiting} is not ready after {START_SECONDS} s; see its last lines.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
