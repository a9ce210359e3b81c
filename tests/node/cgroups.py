"""The control groups of a node: one of its name, in each hierarchy of version 1 or in the one of version 2."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
_PROGRAMS = "programs"
"""The group of the node's own programs, below the node's; the kubelet makes those of pods beside it."""
_SECONDS = 20


def join(name: str) -> None:
    """Make the groups of a node, and be in them with all that this process starts."""
    for root in _hierarchies():
        group = root / name / _PROGRAMS
        group.mkdir(parents=True, exist_ok=True)
        for made in (group.parent, group):
            # Version 1 lets nothing run in a new group of this kind before it has both.
            for file in ("cpuset.cpus", "cpuset.mems"):
                if (made / file).exists():
                    (made / file).write_text((made.parent / file).read_text())
        (group / "cgroup.procs").write_text(str(os.getpid()))


def peak_memory(name: str) -> int:
    """Return how many bytes of memory a node and its pods have had at the most, page cache included."""
    for root in _hierarchies():
        for file in ("memory.max_usage_in_bytes", "memory.peak"):
            if (root / name / file).exists():
                return int((root / name / file).read_text())
    raise FileNotFoundError(f"no memory controller has a group {name}")


def remove(name: str) -> None:
    """Remove the groups of a node that has ended; the kernel may need a moment for its last processes."""
    deadline = time.monotonic() + _SECONDS
    for root in _hierarchies():
        while (root / name).exists() and time.monotonic() < deadline:
            for folder, _, _ in os.walk(root / name, topdown=False):
                with suppress(OSError):
                    Path(folder).rmdir()
            time.sleep(0.05)


def _hierarchies() -> Iterator[Path]:
    if (ROOT / "cgroup.controllers").exists():
        yield ROOT
        return
    for root in ROOT.iterdir():
        # Some are links to others, and the one of version 2 has no controllers beside those of version 1.
        if root.is_dir() and not root.is_symlink() and (root / "cgroup.procs").exists():
            yield root
