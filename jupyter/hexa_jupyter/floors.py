"""The oldest releases that the image may have, which its build asserts: `python -m hexa_jupyter.floors`.

JupyterHub is of the hub's own minor version. The others close CVE-2026-44727, CVE-2026-40171, CVE-2026-35397,
CVE-2026-40110 and CVE-2026-40934, by which a notebook takes its reader's token.
"""

import re
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from hexa_jupyter.log import say

FLOORS: Mapping[str, tuple[str, str]] = {
    "jupyterhub": ("5.5", "5.6"),
    "jupyter-server": ("2.20", "3"),
    "jupyterlab": ("4.5.7", "5"),
    "notebook": ("7.5.6", "8"),
}
"""The first release that will do, and the first after it that will not."""


def too_old_or_new() -> list[str]:
    """Return a sentence about each package that is missing or out of its range."""
    found = {name: _version(name) for name in FLOORS}
    return [
        f"{name} is {found[name] or 'missing'}, and must be at least {lowest} and below {highest}"
        for name, (lowest, highest) in FLOORS.items()
        if not _parts(lowest) <= _parts(found[name]) < _parts(highest)
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _parts(release: str) -> list[int]:
    # What follows the numbers, as in 5.0.0rc1, is of a release that the floors do not know: its last number is dropped.
    numbers = re.match(r"\d+(\.\d+)*(?![\da-z])", release)
    return [int(number) for number in numbers[0].split(".")] if numbers else []


if __name__ == "__main__":
    wrong = too_old_or_new()
    for sentence in wrong:
        say(f"{sentence}; change the base or the packages that jupyter/Dockerfile installs")
    sys.exit(bool(wrong))
