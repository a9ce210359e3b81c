"""A combined log of several programs, which each write to a file. Each line starts with the program's name."""

import os
import sys
import threading
from pathlib import Path
from typing import Self

_COLOURS = (36, 33, 35, 32, 34, 31)
_SECONDS = 0.1


class Log:
    """Prints new lines of the files `NAME.log` below a folder while the `with` block runs.

    NAME is the path below the folder. On a terminal each NAME has a colour, unless NO_COLOR is set (no-color.org).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}
        self._colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._ends = threading.Event()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._follow, name="log")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def is_read(self) -> bool:
        """Return whether the output still has a reader. In `make dev | head`, it has none once `head` has ended."""
        return not self._closed

    def say(self, text: str) -> None:
        """Print a separate line, after everything that the programs have written so far."""
        self._print_new()
        self._print(f"\n{text}\n\n")

    def _follow(self) -> None:
        while not self._ends.wait(_SECONDS):
            self._print_new()
        self._print_new()

    def _print_new(self) -> None:
        with self._lock:
            for file in sorted(self._folder.rglob("*.log")):
                with file.open("rb") as log:
                    log.seek(self._read.setdefault(file, 0))
                    lines, newline, _ = log.read().rpartition(b"\n")
                if newline:
                    self._read[file] += len(lines) + 1
                    prefix = self._prefix(file)
                    text = lines.decode(errors="replace").replace("\r", "")
                    self._print("".join(f"{prefix}{line}\n" for line in text.split("\n")))

    def _prefix(self, file: Path) -> str:
        name = f"{file.relative_to(self._folder).with_suffix('')!s:<5}"
        if not self._colours:
            return f"{name} | "
        colour = _COLOURS[list(self._read).index(file) % len(_COLOURS)]
        return f"\033[{colour}m{name} |\033[0m "

    def _print(self, text: str) -> None:
        if self._closed:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            self._closed = True
            # Python would print an error at exit, when it flushes the remaining output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
