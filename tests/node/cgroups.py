"""A node's control groups: one with its name in each hierarchy of version 1, or in the single one of version 2."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
_PROGRAMS = "programs"
"""The group of the node's own programs, below the node's; the kubelet makes those of pods beside it."""
_CONTROLLERS = {"cpu", "cpuset", "memory", "pids"}
_SECONDS = 60


def why_not() -> str:
    """Return why no groups can be created here, or an empty string if they can."""
    roots = list(_hierarchies())
    if not roots or not all(os.access(root, os.W_OK) for root in roots):
        return f"nothing can be made in {ROOT}"
    return ""


def join(name: str) -> None:
    """Create the groups of a node, and join them with all processes that this one starts."""
    for root in _hierarchies():
        # Version 2 gives to groups what is said above them; systemd has said so, a container may not have.
        for controller in _CONTROLLERS - set(_words(root / "cgroup.subtree_control")) if _is_version_2() else ():
            (root / "cgroup.subtree_control").write_text(f"+{controller}")
        group = root / name / _PROGRAMS
        group.mkdir(parents=True, exist_ok=True)
        for made in (group.parent, group):
            # Version 1 lets nothing run in a new group of this kind before it has both.
            for file in ("cpuset.cpus", "cpuset.mems"):
                if (made / file).exists():
                    (made / file).write_text((made.parent / file).read_text())
        (group / "cgroup.procs").write_text(str(os.getpid()))


def peak_memory(name: str) -> int:
    """Return the peak memory of a node and its pods in bytes, including the page cache."""
    for root in _hierarchies():
        for file in ("memory.max_usage_in_bytes", "memory.peak"):
            if (root / name / file).exists():
                return int((root / name / file).read_text())
    raise FileNotFoundError(f"no memory controller has a group {name}")


def remove(name: str) -> None:
    """Remove the groups of a node that has ended, which waits until the last of its processes has.

    Raises TimeoutError if one does not end.
    """
    deadline = time.monotonic() + _SECONDS
    for root in _hierarchies():
        while (root / name).exists():
            for folder, _, _ in os.walk(root / name, topdown=False):
                with suppress(OSError):
                    Path(folder).rmdir()
            if time.monotonic() > deadline:
                raise TimeoutError(f"processes of the node are still in {root / name}")
            time.sleep(0.05)


def _words(file: Path) -> list[str]:
    return file.read_text().split()


def _is_version_2() -> bool:
    return (ROOT / "cgroup.controllers").exists()


def _hierarchies() -> Iterator[Path]:
    if _is_version_2():
        yield ROOT
        return
    for root in ROOT.iterdir():
        # Some are links to others, and the one of version 2 has no controllers beside those of version 1.
        if root.is_dir() and not root.is_symlink() and (root / "cgroup.procs").exists():
            yield root
