"""What starts in the container: one of a few programs, with the workspace's files in their place."""

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

from hexa_jupyter import charge, renewal, workspace
from hexa_jupyter.log import say
from hexa_jupyter.mount import mounted
from hexa_jupyter.renewal import RenewalError
from hexa_jupyter.storage import StorageError

HELP = """\
singleuser [ARG...]   the server of a JupyterHub user (also by the name jupyterhub-singleuser)
notebook [ARG...]     a Jupyter server without a hub
pipeline [ARG...]     a pipeline of OpenHEXA: cloudrun or run, with --config BASE64
mount                 the workspace's files and nothing else, for an image with an entrypoint of its own
help                  this text

Every ARG reaches the program as it stands."""

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
_FORWARDED = (*_ENDING, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the home folder and the files, run the program of a mode, and return its exit status as a shell has it.

    Without arguments those of the command line are taken. An unknown mode is status 2, and one line says which exist. A
    program without mounted files takes the place of this process. With them this process stays, hands signals on, and
    sends what has been written once the program has ended.
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
    charge.take()
    workspace.prepare()
    try:
        if mode == "pipeline" and "cloudrun" in rest:
            environ |= _of_the_run(environ)
        # A pipeline without its files would lose its results without a word, while a notebook's user sees it.
        with mounted(environ, needed=mode == "pipeline") as files:
            if mode == "mount":
                return _wait() if files else 0
            if mode == "pipeline":
                folder = Path.home()
            else:
                # A terminal that is opened at the top of the file browser starts where the server has.
                folder = workspace.path()
                samples = threading.Thread(target=workspace.add_samples, daemon=True)
                samples.start()
                # To list a large bucket may take longer than a hub waits for the server.
                if not files:
                    samples.join()
            if files:
                return _run(command, environ, folder)
    except (StorageError, RenewalError) as error:
        say(f"the pipeline fails: {error}")
        return 1
    return _become(command, environ, folder)


def _command(mode: str, arguments: list[str], environ: dict[str, str]) -> list[str]:
    """Return the program of a mode and its arguments, which is nothing for `mount`."""
    if mode == "mount":
        return []
    # The scripts of the Jupyter Docker Stacks: start.sh prepares conda's environment, the others know what to start.
    prepared = [path] if (path := shutil.which("start.sh")) else []
    if mode in ("singleuser", "jupyterhub-singleuser"):
        # Every address of both families: scripts of older stacks would add 0.0.0.0.
        if "--ip=" not in environ.get("NOTEBOOK_ARGS", ""):
            environ["NOTEBOOK_ARGS"] = " ".join(filter(None, ["--ip=", environ.get("NOTEBOOK_ARGS")]))
        return [*prepared, _first("start-singleuser.py", "start-singleuser.sh", "jupyterhub-singleuser"), *arguments]
    if mode == "notebook":
        program = _first("start-notebook.py", "start-notebook.sh", "jupyter")
        return [*prepared, program, *(["lab"] if program.endswith("jupyter") else []), *arguments]
    if mode == "pipeline":
        # One socket for every address of both families, where the kernel has IPv6.
        everywhere = "[::]:5678" if socket.has_dualstack_ipv6() else "0.0.0.0:5678"
        debugger = ["-Xfrozen_modules=off", "-m", "debugpy", "--listen", everywhere, "--wait-for-client"]
        debugger = debugger if environ.get("REMOTE_DEBUGGER") == "true" else []
        return [sys.executable, *debugger, "-m", "hexa_jupyter.pipeline", *arguments]
    raise LookupError(f"{mode!r} is no mode of this image; write singleuser, notebook, pipeline, mount or help")


def _of_the_run(environ: Mapping[str, str]) -> dict[str, str]:
    try:
        return renewal.from_app(environ)()
    except KeyError as error:
        raise RenewalError(f"{error.args[0]} is not set, which the App gives to every run") from None


def _first(*programs: str) -> str:
    for program in programs:
        if path := shutil.which(program):
            return path
    raise LookupError(f"none of {', '.join(programs)} is on PATH ({os.environ.get('PATH', '')}); install JupyterHub")


def _become(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> NoReturn:
    # Python ignores it for itself, and the program would inherit that: `yes | head` in a terminal would complain.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        os.chdir(folder)
    os.execve(command[0], [*command], dict(environ))  # noqa: S606 (no shell is wanted)


def _run(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> int:
    program = subprocess.Popen(command, env=environ, cwd=folder)  # noqa: S603 (what whoever starts the container asks for)

    def hand_on(number: int, _: FrameType | None) -> None:
        # A terminal sends Ctrl-C to both by itself, and Jupyter takes a second one for haste.
        if number != signal.SIGINT or not os.isatty(0):
            program.send_signal(number)

    for number in _FORWARDED:
        signal.signal(number, hand_on)
    status = program.wait()
    return status if status >= 0 else 128 - status


def _wait() -> int:
    while True:
        signal.pause()


def _end(number: int, _: FrameType | None) -> None:
    # A second signal must not cut short what the first has begun.
    for ending in _ENDING:
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(128 + number)
