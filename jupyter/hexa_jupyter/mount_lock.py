"""A lock that lets only one process of a container mount the workspace's files."""

import fcntl
import os
import tempfile
from pathlib import Path


def acquire() -> None:
    """Take the lock, and keep it across `exec` until the process ends.

    Do nothing if another process holds the lock, or if the lock file cannot be created.
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


def is_held() -> bool:
    """Return whether a process holds the lock."""
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
