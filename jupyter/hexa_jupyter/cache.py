"""What is written and not sent yet: on a disk that outlives a container which is killed, where there is one."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from hexa_jupyter.log import say

_SHOWN = 5


class Cache:
    """The folder of rclone's cache: below `HEXA_CACHE_DIR`, a volume of the pod, and else `otherwise`.

    Where a container is killed, as for its memory, rclone sends from it what the last one has left, once it runs again.
    """

    def __init__(self, environ: Mapping[str, str], otherwise: Path) -> None:
        self.folder = otherwise
        kept = environ.get("HEXA_CACHE_DIR")
        if kept:
            try:
                self.folder = Path(kept, "rclone")
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not os.access(self.folder, os.W_OK):
                    raise PermissionError(None, "it is somebody else's")
            except OSError as error:
                say(f"{kept} cannot be written ({error.strerror}): what is not sent is lost if the container is killed")
                self.folder = otherwise

    def unsent(self) -> list[str]:
        """Return the files of the workspace that are not sent yet, as far as rclone has noted it down."""
        found = []
        folder = self.folder / "vfsMeta"
        for path in sorted(folder.rglob("*")):
            try:
                dirty = path.is_file() and json.loads(path.read_text()).get("Dirty")
            except (OSError, ValueError, AttributeError):
                dirty = True  # it was killed as it wrote this
            if dirty:
                # Before it come the names of the remote and of the bucket.
                found.append("/".join(path.relative_to(folder).parts[2:]))
        return found

    def clear(self) -> None:
        """Remove it, for all is sent."""
        shutil.rmtree(self.folder, ignore_errors=True)


def listed(files: list[str]) -> str:
    """Return the names of files in a few words."""
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return ", ".join(map(repr, files[:_SHOWN])) + more
