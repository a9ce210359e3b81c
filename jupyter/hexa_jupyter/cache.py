"""rclone's cache of files that are not uploaded yet, on a volume that survives a killed container."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from hexa_jupyter.log import say

_SHOWN = 5


class Cache:
    """The folder of rclone's cache: below `HEXA_CACHE_DIR`, a volume of the pod, or else `otherwise`.

    If a container is killed, for instance because it is out of memory, rclone in the next container of the pod uploads
    the files that are left here.
    """

    def __init__(self, environ: Mapping[str, str], otherwise: Path) -> None:
        self.folder = otherwise
        kept = environ.get("HEXA_CACHE_DIR")
        if kept:
            try:
                self.folder = Path(kept, "rclone")
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not os.access(self.folder, os.W_OK):
                    raise PermissionError(None, "it belongs to another user")
            except OSError as error:
                say(f"{kept} is not writable ({error.strerror}): a killed container loses files that are not uploaded")
                self.folder = otherwise

    def unsent(self) -> list[str]:
        """Return the workspace's files that are not uploaded yet. Repair damaged notes so that rclone uploads them."""
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
                # The first two parts are the names of the remote and of the bucket.
                found.append("/".join(name.parts[2:]))
        return found

    def _mend(self, note: Path, file: Path) -> None:
        """Rewrite a damaged note about a file. Without the note rclone would delete the file.

        rclone writes the note each time a file is closed (its vfscache.Info), and may have been killed meanwhile.
        """
        try:
            status, parts = file.stat(), list(_parts(file))
        except OSError:
            return
        when = datetime.fromtimestamp(status.st_mtime, UTC).isoformat()
        info = {"ModTime": when, "ATime": when, "Size": status.st_size, "Rs": parts, "Fingerprint": "", "Dirty": True}
        note.write_text(json.dumps(info))

    def clear(self) -> None:
        """Remove the folder, once all files are uploaded."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _parts(file: Path) -> Iterator[dict[str, int]]:
    """Yield the parts of a sparse file that are on the disk. rclone reads the others from the bucket."""
    with file.open("rb") as opened:
        end = 0
        while True:
            try:
                start = os.lseek(opened.fileno(), end, os.SEEK_DATA)
            except OSError:
                return  # no more data
            end = os.lseek(opened.fileno(), start, os.SEEK_HOLE)
            yield {"Pos": start, "Size": end - start}


def listed(files: list[str]) -> str:
    """Return the names of files as text, at most five of them."""
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return ", ".join(map(repr, files[:_SHOWN])) + more
