"""Processes that outlive the program that started them, such as servers of a crashed hub and their kernels."""

from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

_VARIABLE = "HEXA_NOTEBOOKS_DEV"
_SECONDS = 10


def mark(folder: Path) -> dict[str, str]:
    """Return the environment variable that marks a process, and all its children, as part of an installation."""
    return {_VARIABLE: str(folder)}


def survivors(folder: Path) -> list[Any]:
    """Return the `psutil.Process` of each process of an installation, whatever its parent is now."""
    return [process for process in psutil.process_iter() if _marked(process) == str(folder)]


def end_survivors(folder: Path) -> int:
    """End the processes with SIGTERM, then SIGKILL after 10 seconds. Return how many there were."""
    found = survivors(folder)
    for process in found:
        _signal(process.terminate)
    _, left = psutil.wait_procs(found, _SECONDS)
    # Look again: a server may have started another process meanwhile.
    for process in {*left, *survivors(folder)}:
        _signal(process.kill)
    return len(found)


def _marked(process: Any) -> str | None:
    try:
        value: str | None = process.environ().get(_VARIABLE)
    except (psutil.Error, OSError):  # another user's process, or gone
        return None
    return value


def _signal(send: Any) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        return
