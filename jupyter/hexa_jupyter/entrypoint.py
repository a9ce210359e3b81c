"""The container's entrypoint: mounts the workspace's files and starts a program."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from hexa_jupyter import mount_lock, renewal, workspace
from hexa_jupyter.log import say
from hexa_jupyter.mount import mounted
from hexa_jupyter.renewal import RenewalError
from hexa_jupyter.storage import StorageError

HELP = """\
singleuser [ARG...]   start the server of a JupyterHub user (alias: jupyterhub-singleuser)
notebook [ARG...]     start a Jupyter server without a hub
pipeline [ARG...]     run an OpenHEXA pipeline: cloudrun or run, with --config BASE64
mount                 only mount the workspace's files, for an image with another entrypoint
help                  show this text

Each ARG is passed to the program unchanged."""

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
_FORWARDED = (*_ENDING, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the home folder, mount the files, run the program of a mode, and return its exit status like a shell.

    Arguments default to the command line. An unknown mode returns 2 and logs the valid ones. Without mounted files the
    program replaces this process. With them this process stays, forwards signals, and uploads the remaining files after
    the program has ended.
    """
    mode, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
    if mode in ("help", "--help", "-h"):
        print(HELP)
        return 0
    environ = dict(os.environ)
    try:
        command = _command(mode, rest, environ)
    except LookupError as error:
        say(error.args[0])
        return 2
    for number in _ENDING:
        signal.signal(number, _end)
    mount_lock.acquire()
    workspace.prepare()
    try:
        if mode == "pipeline" and "cloudrun" in rest:
            environ |= _of_the_run(environ)
        # A pipeline without its files would silently lose its results. The user of a notebook sees the warning.
        with mounted(environ, needed=mode == "pipeline") as files:
            if mode == "mount":
                return _wait() if files else 0
            if mode == "pipeline":
                folder = Path.home()
            else:
                # The server's working directory is also that of terminals opened at the top of the file browser.
                folder = workspace.path()
                samples = threading.Thread(target=workspace.add_samples, daemon=True)
                samples.start()
                # Do not wait for a mounted bucket: to list a large one may take longer than the hub waits for a server.
                if not files:
                    samples.join()
            if files:
                return _run(command, environ, folder)
    except (StorageError, RenewalError) as error:
        say(f"the pipeline fails: {error}")
        return 1
    return _become(command, environ, folder)


def _command(mode: str, arguments: list[str], environ: dict[str, str]) -> list[str]:
    """Return the command line of a mode, empty for `mount`."""
    if mode == "mount":
        return []
    # Scripts of the Jupyter Docker Stacks: start.sh activates conda's environment, the others start a server.
    prepared = [path] if (path := shutil.which("start.sh")) else []
    if mode in ("singleuser", "jupyterhub-singleuser"):
        # Listen on all addresses, IPv4 and IPv6. Scripts of older stacks would add 0.0.0.0.
        if "--ip=" not in environ.get("NOTEBOOK_ARGS", ""):
            environ["NOTEBOOK_ARGS"] = " ".join(filter(None, ["--ip=", environ.get("NOTEBOOK_ARGS")]))
        return [*prepared, _first("start-singleuser.py", "start-singleuser.sh", "jupyterhub-singleuser"), *arguments]
    if mode == "notebook":
        program = _first("start-notebook.py", "start-notebook.sh", "jupyter")
        return [*prepared, program, *(["lab"] if program.endswith("jupyter") else []), *arguments]
    if mode == "pipeline":
        # `[::]` listens on all addresses, IPv4 and IPv6, if the kernel has IPv6.
        everywhere = "[::]:5678" if socket.has_dualstack_ipv6() else "0.0.0.0:5678"
        debugger = ["-Xfrozen_modules=off", "-m", "debugpy", "--listen", everywhere, "--wait-for-client"]
        debugger = debugger if environ.get("REMOTE_DEBUGGER") == "true" else []
        return [sys.executable, *debugger, "-m", "hexa_jupyter.pipeline", *arguments]
    raise LookupError(f"unknown mode {mode!r}; use singleuser, notebook, pipeline, mount or help")


def _of_the_run(environ: Mapping[str, str]) -> dict[str, str]:
    try:
        return renewal.from_app(environ)()
    except KeyError as error:
        raise RenewalError(f"{error.args[0]} is not set; the App must set it for every run") from None


def _first(*programs: str) -> str:
    for program in programs:
        if path := shutil.which(program):
            return path
    raise LookupError(f"none of {', '.join(programs)} is on PATH ({os.environ.get('PATH', '')}); install JupyterHub")


def _become(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> NoReturn:
    # Python ignores SIGPIPE, and the program would inherit that: `yes | head` in a terminal would print an error.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        os.chdir(folder)
    os.execve(command[0], [*command], dict(environ))  # noqa: S606 (no shell needed)


def _run(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> int:
    program = subprocess.Popen(command, env=environ, cwd=folder)  # noqa: S603 (the container's own command)

    def forward(number: int, _: FrameType | None) -> None:
        # A terminal sends Ctrl-C to both processes, and Jupyter would take a second one as a request to stop at once.
        if number != signal.SIGINT or not os.isatty(0):
            program.send_signal(number)

    for number in _FORWARDED:
        signal.signal(number, forward)
    status = program.wait()
    return status if status >= 0 else 128 - status


def _wait() -> int:
    while True:
        signal.pause()


def _end(number: int, _: FrameType | None) -> None:
    # A second signal must not interrupt the cleanup that the first one starts.
    for ending in _ENDING:
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(128 + number)
