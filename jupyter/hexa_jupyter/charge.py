"""Who is in charge of the workspace's files: one process of the container, for as long as it lives."""

import fcntl
import os
import tempfile
from pathlib import Path


def take() -> None:
    """Be in charge, and stay it in the program that takes this process's place.

    Nothing happens if another one is, or where no file can be made.
    """
    try:
        lock = os.open(_path(), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return
    os.set_inheritable(lock, True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)


def is_taken() -> bool:
    """Return whether a process is in charge."""
    try:
        lock = os.open(_path(), os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _path() -> Path:
    return Path(tempfile.gettempdir(), f"hexa-jupyter-{os.geteuid()}.lock")
