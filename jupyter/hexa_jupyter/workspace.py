"""The user's folders in the home folder, and notices in them."""

import contextlib
import os
import shutil
from pathlib import Path

from hexa_jupyter.log import say

NOTICE = "FILES-HERE-ARE-NOT-KEPT.txt"
"""The file that tells a user why the workspace's own files are missing."""

KILLED = "YOUR-SERVER-WAS-KILLED.txt"
"""The file that tells a user which files may be incomplete."""

SAMPLES = Path("/opt/hexa/samples")
"""Files to copy into an empty workspace. The folder may be missing from an image."""


def path() -> Path:
    """Return the workspace's folder, which Jupyter shows."""
    return Path.home() / "workspace"


def prepare() -> None:
    """Create the folders `workspace` and `tmp`. `tmp` replaces the folder `work` of the Jupyter Docker Stacks.

    Idempotent: existing folders stay. An error is logged in one line.
    """
    home = Path.home()
    try:
        _make(path())
        work, tmp = home / "work", home / "tmp"
        # Move only the folder that comes with the base image. A mount or a link stays.
        if work.is_dir() and not work.is_symlink() and not work.is_mount() and not tmp.exists():
            # Not `rename`, which fails on an overlay file system for a folder from the image.
            shutil.move(work, tmp)
        _make(tmp)
        tmp.chmod(tmp.stat().st_mode | 0o020)
    except OSError as error:
        say(f"cannot create workspace and tmp in {home}: {error.strerror}; make the user the owner of that folder")


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir()
    # Folders that root creates or moves belong to root.
    if os.geteuid() == 0 and folder.stat().st_uid == 0:
        os.chown(folder, *owner())


def owner() -> tuple[int, int]:
    """Return the user and group ids for files: those of this process, or as root those in `NB_UID` and `NB_GID`."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    return int(os.environ.get("NB_UID", "1000")), int(os.environ.get("NB_GID", "100"))


def warn(reason: str) -> None:
    """Write a file into the workspace's folder that warns the user that its files are not kept, and says why."""
    text = (
        "Everything you save in this folder is lost when your server stops, because the workspace's files could not be"
        " mounted.\n\n"
        f"Reason: {reason}\n\n"
        "Stop the server and start it again. If this file is still here, send the reason to your administrator.\n"
    )
    try:
        (path() / NOTICE).write_text(text)
    except OSError as error:
        say(f"cannot write {path() / NOTICE}: {error.strerror}")


def forget_warning() -> None:
    """Remove the file that `warn` has written, if it is there."""
    with contextlib.suppress(OSError):
        (path() / NOTICE).unlink(missing_ok=True)


def tell_of_a_kill(files: list[str]) -> None:
    """Write a file into the workspace that lists the files that were not uploaded when the server was killed."""
    text = (
        "Your server was killed and restarted, most likely because it reached its memory limit.\n"
        "All kernels have ended, and everything in their memory is lost.\n\n"
        "The files below were not in the workspace's storage yet. They are now uploaded as they are on the server's\n"
        "disk. The last changes may be missing. Check these files, then delete this one.\n\n"
    )
    try:
        (path() / KILLED).write_text(text + "".join(f"  {file}\n" for file in files))
    except OSError as error:
        say(f"cannot write {path() / KILLED}: {error.strerror}")


def add_samples(samples: Path = SAMPLES) -> None:
    """Copy the samples into the workspace if it has no files. Hidden files do not count."""
    folder = path()
    try:
        if samples.is_dir() and all(entry.name.startswith(".") for entry in folder.iterdir()):
            for sample in samples.iterdir():
                shutil.copyfile(sample, folder / sample.name)
    except OSError as error:
        say(f"cannot copy the samples to {folder}: {error.strerror}; nothing else depends on them")
