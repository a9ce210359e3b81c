"""Functions in a separate process, so that the benchmark and the program under test do not share an interpreter."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from tests.processes.process import end

ROOT = Path(__file__).resolve().parents[1]


class Worker:
    """A process that runs the functions of a module of this package, one at a time. Its `with` block ends it."""

    def __init__(self, module: str) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", f"benchmarks.{module}", str(theirs.fileno())]
        with theirs:
            self._popen = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT)  # noqa: S603
        self._stream = ours.makefile("rw")
        ours.close()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._popen.pid

    def call(self, function: str, **arguments: Any) -> Any:
        """Call a function in the process and return its result. Arguments and result must be JSON values.

        Raises RuntimeError if the function raises.
        """
        print(json.dumps([function, arguments]), file=self._stream, flush=True)
        line = self._stream.readline()
        if not line:
            raise RuntimeError(f"{function} failed; its error is above")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        end(self.pid)
        self._popen.wait()


def serve(functions: Mapping[str, Callable[..., Any]]) -> None:
    """Run as the process of a `Worker` until it closes the connection."""
    with socket.socket(fileno=int(sys.argv[1])).makefile("rw") as stream, suppress(ConnectionError):
        for line in stream:
            name, arguments = json.loads(line)
            print(json.dumps(functions[name](**arguments)), file=stream, flush=True)
