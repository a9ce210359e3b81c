"""The oldest versions of well-known images that should still run."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hexa_notebooks.images.registry import qualified, repository
from hexa_notebooks.model.config import did_you_mean


@dataclass(frozen=True, slots=True)
class Floor:
    """What is wrong with an image before a version."""

    repository: str
    """The end of its name, on whatever registry."""
    version: tuple[int, ...]
    """The first version without it."""
    why: str
    """What it is."""


FLOORS = (
    Floor(
        "jupyterhub/k8s-hub",
        (4, 4, 0),
        "its JupyterHub can be brought down by anybody who fails to sign in with a long name (CVE-2026-54338), and may"
        " be open to forged requests and redirects (CVE-2026-40864, CVE-2026-33709)",
    ),
    Floor(
        "jupyterhub/jupyterhub",
        (5, 5, 4),
        "it can be brought down by options of a server that are none (GHSA-hx46-2cv3-mh6g), has five further holes"
        " (GHSA-93gc-h923-mp36, GHSA-r764-xgvf-jrfj, GHSA-pvm9-48cg-w76j, GHSA-x7xh-7hc7-9436, GHSA-5jhc-4h3c-q97h), or"
        " refuses tokens of 64 characters",
    ),
    Floor(
        "jupyterhub/configurable-http-proxy",
        (5, 1, 0),
        "it leaks the sockets of stopped servers until it no longer answers",
    ),
)
"""Sources: the advisories of JupyterHub, and the change logs of Zero to JupyterHub and of configurable-http-proxy."""


def risk(image: str) -> str | None:
    """Return what speaks against an image. None where nothing is known, as of a tag that begins with no version."""
    name = repository(image)
    tag = re.match(r":v?(\d+(?:\.\d+)*)", qualified(image).removeprefix(name))
    version = tuple(map(int, tag[1].split("."))) if tag else ()
    for floor in FLOORS:
        # As many parts as the tag has: 5 is the newest of them.
        if name.endswith(f"/{floor.repository}") and version < floor.version[: len(version)]:
            return f"is older than {'.'.join(map(str, floor.version))}: {floor.why}"
    return None


def check(named: Iterable[str], accepted: Mapping[str, str]) -> None:
    """Refuse images with a risk that nobody has accepted, and what is accepted for nothing.

    Args:
        named: the images that manifests name.
        accepted: the reasons by the images that they are for.

    Raises:
        ValueError: an image is older than it should be, or an acceptance is of no such image.

    """
    risks = {qualified(image): f"{image!r} {why}" for image in named if (why := risk(image))}
    left = {qualified(image): image for image in accepted}
    for image, told in risks.items():
        if image not in left:
            raise ValueError(f"images: {told}; write a newer one, or images.accepted_risks={{{image!r}: 'REASON'}}")
    for name, image in left.items():
        if name not in risks:
            hint = did_you_mean(name, risks) or "; remove it"
            raise ValueError(f"images.accepted_risks: of {image!r} no risk is known, or no manifest names it{hint}")
