"""What is written and not sent yet: on a disk that outlives a container which is killed, where there is one."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
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
        """Return the files of the workspace that are not sent yet, and see to it that rclone will send them."""
        found = []
        folder = self.folder / "vfsMeta"
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder)
            try:
                dirty = json.loads(path.read_text()).get("Dirty")
            except (OSError, ValueError, AttributeError):
                dirty = True
                self._mend(path, self.folder / "vfs" / name)
            if dirty:
                # Before it come the names of the remote and of the bucket.
                found.append("/".join(name.parts[2:]))
        return found

    def _mend(self, note: Path, file: Path) -> None:
        """Write down anew what rclone knew of a file: without it, it would remove the file.

        It was killed as it wrote this, which it does each time that a file is closed (rclone's vfscache.Info).
        """
        try:
            status, parts = file.stat(), list(_parts(file))
        except OSError:
            return
        when = datetime.fromtimestamp(status.st_mtime, UTC).isoformat()
        info = {"ModTime": when, "ATime": when, "Size": status.st_size, "Rs": parts, "Fingerprint": "", "Dirty": True}
        note.write_text(json.dumps(info))

    def clear(self) -> None:
        """Remove it, for all is sent."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _parts(file: Path) -> Iterator[dict[str, int]]:
    """Yield which parts of a file are on the disk; rclone takes the others from the bucket."""
    with file.open("rb") as opened:
        end = 0
        while True:
            try:
                start = os.lseek(opened.fileno(), end, os.SEEK_DATA)
            except OSError:
                return  # there are no more
            end = os.lseek(opened.fileno(), start, os.SEEK_HOLE)
            yield {"Pos": start, "Size": end - start}


def listed(files: list[str]) -> str:
    """Return the names of files in a few words."""
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return ", ".join(map(repr, files[:_SHOWN])) + more
