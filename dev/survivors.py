"""Processes that are still there when whoever started them is not: servers of a hub that crashed, and their kernels."""

from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

_VARIABLE = "HEXA_NOTEBOOKS_DEV"
_SECONDS = 10


def mark(folder: Path) -> dict[str, str]:
    """Return the variable by which a process, and all that it starts, is known as one of the installation there."""
    return {_VARIABLE: str(folder)}


def survivors(folder: Path) -> list[Any]:
    """Return the `psutil.Process` of each process of the installation there, whoever its parent is by now."""
    return [process for process in psutil.process_iter() if _marked(process) == str(folder)]


def end_survivors(folder: Path) -> int:
    """End them: SIGTERM, then SIGKILL after a while. Returns how many there were."""
    found = survivors(folder)
    for process in found:
        _signal(process.terminate)
    _, left = psutil.wait_procs(found, _SECONDS)
    # What a server has started in the meantime too.
    for process in {*left, *survivors(folder)}:
        _signal(process.kill)
    return len(found)


def _marked(process: Any) -> str | None:
    try:
        value: str | None = process.environ().get(_VARIABLE)
    except (psutil.Error, OSError):  # somebody else's, or gone
        return None
    return value


def _signal(send: Any) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        return
