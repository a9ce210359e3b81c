"""The folders that users work in, below the home folder."""

import contextlib
import os
import shutil
from pathlib import Path

from hexa_jupyter.log import say

NOTICE = "FILES-HERE-ARE-NOT-KEPT.txt"
"""The file that tells a user why the workspace's own files are missing."""

KILLED = "YOUR-SERVER-WAS-KILLED.txt"
"""The file that tells a user which files may not be whole."""

SAMPLES = Path("/opt/hexa/samples")
"""Files that an empty workspace gets. An image without this folder gives none."""


def path() -> Path:
    """Return the workspace's folder, which Jupyter shows."""
    return Path.home() / "workspace"


def prepare() -> None:
    """Make the folders `workspace` and `tmp`, which takes the place of the Jupyter Docker Stacks' `work`.

    It may be done again and again: nothing that exists is replaced. What cannot be made is one line in the log.
    """
    home = Path.home()
    try:
        _make(path())
        work, tmp = home / "work", home / "tmp"
        # Somebody's mount or link at that place stays; only the folder that comes with the base image moves.
        if work.is_dir() and not work.is_symlink() and not work.is_mount() and not tmp.exists():
            # In a container the folder is the image's own, which can be copied but not renamed.
            shutil.move(work, tmp)
        _make(tmp)
        tmp.chmod(tmp.stat().st_mode | 0o020)
    except OSError as error:
        say(f"the folders workspace and tmp cannot be made in {home}: {error.strerror}; let its owner be the user")


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir()
    # A copy made by root is root's, too.
    if os.geteuid() == 0 and folder.stat().st_uid == 0:
        os.chown(folder, *owner())


def owner() -> tuple[int, int]:
    """Return the user and the group whom files belong to: this process's, or as root those of the image's variables."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    return int(os.environ.get("NB_UID", "1000")), int(os.environ.get("NB_GID", "100"))


def warn(reason: str) -> None:
    """Leave a file in the workspace's folder that says why what is written there goes with the server."""
    text = (
        "What you save in this folder is lost when your server stops: the workspace's files could not be connected.\n\n"
        f"Reason: {reason}\n\n"
        "Stop the server and start it again. If this file is still here, tell your administrator the reason above.\n"
    )
    try:
        (path() / NOTICE).write_text(text)
    except OSError as error:
        say(f"{path() / NOTICE} cannot be written: {error.strerror}")


def forget_warning() -> None:
    """Remove that file, if it is there."""
    with contextlib.suppress(OSError):
        (path() / NOTICE).unlink(missing_ok=True)


def tell_of_a_kill(files: list[str]) -> None:
    """Leave a file in the workspace that says what was not sent yet when the server was killed."""
    text = (
        "Your server was killed and started again, most likely because it needed more memory than it may have.\n"
        "Kernels have ended, and what they held in memory is lost.\n\n"
        "These files had not reached the workspace's storage. They are sent as they are on the server's disk. What\n"
        "was being written at that moment may be missing. Look at them, then delete this file.\n\n"
    )
    try:
        (path() / KILLED).write_text(text + "".join(f"  {file}\n" for file in files))
    except OSError as error:
        say(f"{path() / KILLED} cannot be written: {error.strerror}")


def add_samples(samples: Path = SAMPLES) -> None:
    """Copy the samples into a workspace that has no files of its own; hidden ones do not count."""
    folder = path()
    try:
        if samples.is_dir() and all(entry.name.startswith(".") for entry in folder.iterdir()):
            for sample in samples.iterdir():
                shutil.copyfile(sample, folder / sample.name)
    except OSError as error:
        say(f"the samples cannot be copied into {folder}: {error.strerror}; nothing else depends on them")
