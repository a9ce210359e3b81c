"""The single-user image without a container: its entrypoint as a process, with a home and programs made by the test."""

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.processes.container import image_environment
from tests.processes.process import Process, wait_until

_PROGRAM = """\
#!{python}
import json, os, pathlib, signal, sys
home = pathlib.Path.home()
state = {{
    "program": pathlib.Path(sys.argv[0]).name,
    "arguments": sys.argv[1:],
    "pid": os.getpid(),
    "folders": sorted(path.name for path in home.iterdir() if path.is_dir()),
    "files": sorted(path.name for path in (home / "workspace").iterdir()),
    "environment": dict(os.environ),
}}
def write(name, content):
    (home / (name + ".part")).write_text(content)
    (home / (name + ".part")).rename(home / name)
def end(number, _):
    (home / "workspace" / "last-words.txt").write_text(signal.Signals(number).name)
    sys.exit(3)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, end)
signal.signal(signal.SIGUSR1, lambda *_: write("usr1", ""))
write("program.json", json.dumps(state))
while True:
    signal.pause()
"""
"""A stand-in for Jupyter: it tells how it was started, and when it is ended it saves a file and returns 3."""


@dataclass
class Image:
    """An image with stand-ins as `programs`, and the container's `variables`."""

    folder: Path
    programs: tuple[str, ...] = ("start-singleuser.py", "start-notebook.py")
    variables: dict[str, str] = field(default_factory=dict)
    sandbox: tuple[str, ...] = ()
    """A command that starts the container's with fewer rights."""

    def __post_init__(self) -> None:
        for folder in (self.home, self.binaries, self.folder / "tmp"):
            folder.mkdir(parents=True)
        for name in self.programs:
            program = self.binaries / name
            program.write_text(_PROGRAM.format(python=sys.executable))
            program.chmod(0o755)

    @property
    def home(self) -> Path:
        """The home folder of the image's user."""
        return self.folder / "home"

    @property
    def workspace(self) -> Path:
        """The workspace's folder."""
        return self.home / "workspace"

    @property
    def binaries(self) -> Path:
        """The folder of the stand-ins."""
        return self.folder / "bin"

    @property
    def log(self) -> str:
        """The container's log."""
        return self._log.read_text() if self._log.exists() else ""

    @property
    def complaints(self) -> list[str]:
        """The lines of the log."""
        return self.log.splitlines()

    @property
    def _log(self) -> Path:
        return self.folder / "container.log"

    def environment(self, variables: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of a program in the container."""
        image = image_environment()
        return {
            **image,
            "PATH": f"{self.binaries}:{image['PATH']}",
            "HOME": str(self.home),
            "TMPDIR": str(self.folder / "tmp"),
            **self.variables,
            **(variables or {}),
        }

    def rclone_that_fails(self, mode: str, *, says: str = "", status: int = 1) -> Path:
        """Replace rclone with a program that only does this in a mode, while the returned file exists."""
        flag, program = self.folder / "fails", self.binaries / "rclone"
        real = shutil.which("rclone", path=self.environment()["PATH"])
        fail = f"if [ $1 = {mode} ] && [ -e {flag} ]; then echo '{says}'; exit {status}; fi"
        program.write_text(f'#!/bin/sh\n{fail}\nexec {real} "$@"\n')
        program.chmod(0o755)
        return flag

    def container(self, *arguments: str) -> Process:
        """Return the process of a container with these arguments and the container's log."""
        command = [*self.sandbox, sys.executable, "-m", "hexa_jupyter", *arguments]
        return Process(command, self._log, env=self.environment(), cwd=self.home)

    def started(self, process: Process) -> dict[str, Any]:
        """Return the stand-in's report, once it runs."""
        told = self.home / "program.json"
        wait_until(told.exists, "the program to start", processes=[process])
        state: dict[str, Any] = json.loads(told.read_text())
        return state
