"""Run OpenHEXA Notebooks on this machine, for development: `make dev`.

No container engine and no cluster is needed. It starts a stand-in for the OpenHEXA App, the proxy and the hub; servers
of users are processes of this machine. Everything listens on loopback only, and ends with Ctrl-C.
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
    """Run until a signal comes or a part ends by itself, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m dev", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8000, help="port of the App's pages (default: %(default)s)")
    parser.add_argument("--notebooks-port", type=int, help="port of the notebooks (default: the App's plus 1)")
    parser.add_argument("--folder", type=Path, default=ROOT / ".dev", help="what it keeps (default: .dev)")
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
                print("Ended what an earlier run, which was killed, had left.")
            _refuse_ports(args.port, args.notebooks_port)
            return _run(folders, stopped, args.port, args.notebooks_port)
    except DevError as error:
        print(f"make dev: {error}", file=sys.stderr)
        return 2


class DevError(Exception):
    """It cannot run as asked; the text says what to do."""


@contextmanager
def _own(folders: Folders) -> Iterator[None]:
    """Have the folders for this process alone. Raises DevError if they are another's, or cannot be written to."""
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
            raise DevError(f"it runs already with {folders.root}; end that first, or give another --folder") from None
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}"
            raise DevError(f"--folder: {reason}; give a folder that you may write to") from None
        yield


def _refuse_ports(port: int, notebooks_port: int) -> None:
    """Raise DevError if a port cannot be had."""
    if port == notebooks_port:
        raise DevError(f"--notebooks-port: {port} is the App's port too; choose another one")
    for option, wanted in {"--port": port, "--notebooks-port": notebooks_port}.items():
        if not 0 < wanted < 65536:
            raise DevError(f"{option}: {wanted} is no port; choose one from 1024 to 65535")
        if not is_free("127.0.0.1", wanted):
            raise DevError(
                f"{option}: port {wanted} of 127.0.0.1 is taken, or not yours to take; end the program that listens "
                "there, or choose others, as in `make dev PORT=9000`, which takes 9000 and 9001"
            )


def _run(folders: Folders, stopped: threading.Event, port: int, notebooks_port: int) -> int:
    try:
        started = parts(folders, port=port, notebooks_port=notebooks_port)
    except Exception:
        if stopped.is_set():  # Node has got the signal too
            return 0
        raise
    with ExitStack() as stack:
        log = stack.enter_context(Log(folders.logs))
        stack.callback(end_survivors, folders.root)
        for part in started:
            stack.callback(part.stop)
            part.launch()
        status = _watch(started, log, stopped, port)
        log.say("Stopping all of it ...")
    return status


def _watch(started: list[Process], log: Log, stopped: threading.Event, port: int) -> int:
    """Wait for a signal; return 0 then, and 1 when a part has ended by itself or is not ready in time."""
    deadline, ready = time.monotonic() + START_SECONDS, False
    while log.is_read() and not stopped.wait(0.2):
        for part in started:
            if not part.runs():
                log.say(f"{part.log.stem} has ended by itself, with status {part.status}; its last lines tell why.")
                return 1
        if not ready and (ready := all(part.is_ready() for part in reversed(started))):
            log.say(f"OpenHEXA Notebooks: open http://localhost:{port} in a browser; Ctrl-C here ends all of it.")
        if not ready and time.monotonic() > deadline:
            waiting = next(part.log.stem for part in started if not part.is_ready())
            log.say(f"{waiting} is not ready after {START_SECONDS} s; its last lines tell why.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
