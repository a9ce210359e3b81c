"""Minimum versions of packages in the image. The image's build checks them with `python -m hexa_jupyter.floors`."""

import re
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from hexa_jupyter.log import say


class Floor(NamedTuple):
    """The range of allowed versions of a package."""

    lowest: str
    """The lowest allowed version."""
    highest: str
    """The lowest version above the range, which is not allowed."""
    why: str
    """The advisories that the lowest version fixes."""


FLOORS: Mapping[str, Floor] = {
    "jupyterhub": Floor("5.5.4", "5.6", "GHSA-hx46-2cv3-mh6g, GHSA-93gc-h923-mp36"),
    "jupyter-server": Floor("2.21", "3", "CVE-2026-86049"),
    "jupyterlab": Floor("4.6.4", "5", "CVE-2026-102831, CVE-2026-73415, CVE-2026-73417, CVE-2026-73627"),
    "notebook": Floor("7.6.3", "8", "CVE-2026-102831"),
}
"""JupyterHub must have the same minor version as the hub."""


def too_old_or_new() -> list[str]:
    """Return a message for each package that is missing or out of its range."""
    found = {name: _version(name) for name in FLOORS}
    return [
        f"{name} is {found[name] or 'missing'}, but must be at least {lowest} ({why}) and below {highest}"
        for name, (lowest, highest, why) in FLOORS.items()
        if not _parts(lowest) <= _parts(found[name]) < _parts(highest)
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _parts(release: str) -> list[int]:
    # Drop the last number of a pre-release such as 5.0.0rc1, so that it counts as older than 5.0.0.
    numbers = re.match(r"\d+(\.\d+)*(?![\da-z])", release)
    return [int(number) for number in numbers[0].split(".")] if numbers else []


if __name__ == "__main__":
    wrong = too_old_or_new()
    for sentence in wrong:
        say(f"{sentence}; change jupyter/requirements.in and run `make lock`")
    sys.exit(bool(wrong))
