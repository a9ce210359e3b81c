"""The oldest versions of well-known images that should still run."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hexa_notebooks.images.registry import qualified, repository
from hexa_notebooks.model.config import did_you_mean


@dataclass(frozen=True, slots=True)
class Floor:
    """The oldest safe version of an image."""

    repository: str
    """The end of its name, on any registry."""
    version: tuple[int, ...]
    """The first version without the problem."""
    why: str
    """The problem of older versions."""


FLOORS = (
    Floor(
        "jupyterhub/k8s-hub",
        (4, 4, 0),
        "anybody can crash its JupyterHub by a failed sign-in with a long name (CVE-2026-54338), and it may be open to"
        " forged requests and redirects (CVE-2026-40864, CVE-2026-33709)",
    ),
    Floor(
        "jupyterhub/jupyterhub",
        (5, 5, 4),
        "invalid server options can crash it (GHSA-hx46-2cv3-mh6g), and it has five further vulnerabilities"
        " (GHSA-93gc-h923-mp36, GHSA-r764-xgvf-jrfj, GHSA-pvm9-48cg-w76j, GHSA-x7xh-7hc7-9436, GHSA-5jhc-4h3c-q97h), or"
        " refuses tokens of 64 characters",
    ),
    Floor(
        "jupyterhub/configurable-http-proxy",
        (5, 1, 0),
        "it leaks the sockets of stopped servers until it stops answering",
    ),
)
"""Sources: the advisories of JupyterHub, and the change logs of Zero to JupyterHub and of configurable-http-proxy."""


def risk(image: str) -> str | None:
    """Return the known problem of an image. None if there is none, or if its tag does not start with a version."""
    name = repository(image)
    tag = re.match(r":v?(\d+(?:\.\d+)*)", qualified(image).removeprefix(name))
    version = tuple(map(int, tag[1].split("."))) if tag else ()
    for floor in FLOORS:
        # Compare only the parts that the tag has: the tag 5 follows the newest 5.x.
        if name.endswith(f"/{floor.repository}") and version < floor.version[: len(version)]:
            return f"is older than {'.'.join(map(str, floor.version))}: {floor.why}"
    return None


def check(named: Iterable[str], accepted: Mapping[str, str]) -> None:
    """Refuse images with a known risk that is not accepted, and acceptances that are not needed.

    Args:
        named: the images that manifests name.
        accepted: the reason for each accepted image.

    Raises:
        ValueError: an image has a risk that is not accepted, or an accepted image has none.

    """
    risks = {qualified(image): f"{image!r} {why}" for image in named if (why := risk(image))}
    left = {qualified(image): image for image in accepted}
    for image, text in risks.items():
        if image not in left:
            raise ValueError(f"images: {text}; use a newer one, or images.accepted_risks={{{image!r}: 'REASON'}}")
    for name, image in left.items():
        if name not in risks:
            hint = did_you_mean(name, risks) or "; remove it"
            raise ValueError(f"images.accepted_risks: {image!r} has no known risk, or no manifest names it{hint}")
