"""What the hook does that OpenHEXA's installations run once a container has started.

The entrypoint of this image has done, or does, all of it, so the hook has nothing to do. It mounts only in an image
whose entrypoint is another.
"""

import os
import subprocess
import sys
import time
from typing import IO

from hexa_jupyter import charge, workspace
from hexa_jupyter.mount import is_mounted

_ENTRYPOINT_SECONDS = 5
"""Kubernetes runs a hook as early as the entrypoint, which therefore may not have begun."""

_MOUNT_SECONDS = 120


def mount() -> None:
    """Mount the workspace's files unless they are or the entrypoint does it.

    A failure is a line in the container's log, and never one of the hook, for which Kubernetes would end the container.
    """
    deadline = time.monotonic() + _ENTRYPOINT_SECONDS
    while time.monotonic() < deadline:
        if charge.is_taken() or is_mounted(workspace.path()):
            return
        time.sleep(0.1)
    # With the hook's own output open the hook would not end for Kubernetes.
    with _container_log() as log:
        keeper = subprocess.Popen(
            # -P: the hook starts in the home folder, where a user's json.py would take the place of Python's own.
            [sys.executable, "-P", "-m", "hexa_jupyter", "mount"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + _MOUNT_SECONDS
    while keeper.poll() is None and not is_mounted(workspace.path()) and time.monotonic() < deadline:
        time.sleep(0.1)


def _container_log() -> IO[bytes]:
    try:
        return open("/proc/1/fd/2", "wb")  # noqa: PTH123 (the caller closes it)
    except OSError:
        return open(os.devnull, "wb")  # noqa: PTH123
