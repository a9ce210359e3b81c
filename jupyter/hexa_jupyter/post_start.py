"""The postStart hook of OpenHEXA's installations, which mounts the workspace's files.

In this image the entrypoint mounts them, so the hook does nothing. It mounts them only in an image with another
entrypoint.
"""

import os
import subprocess
import sys
import time
from typing import IO

from hexa_jupyter import mount_lock, workspace
from hexa_jupyter.mount import is_mounted

_ENTRYPOINT_SECONDS = 5
"""How long to wait for the entrypoint. Kubernetes starts the hook and the entrypoint at the same time."""

_MOUNT_SECONDS = 120


def mount() -> None:
    """Mount the workspace's files, unless they are already mounted or the entrypoint mounts them.

    Log a failure in the container's log. The hook itself never fails, because Kubernetes would then kill the container.
    """
    deadline = time.monotonic() + _ENTRYPOINT_SECONDS
    while time.monotonic() < deadline:
        if mount_lock.is_held() or is_mounted(workspace.path()):
            return
        time.sleep(0.1)
    # If the process inherited the hook's output, Kubernetes would wait for it.
    with _container_log() as log:
        keeper = subprocess.Popen(
            # -P: the hook starts in the home folder, where a user's json.py would replace Python's own.
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
