"""Minimum versions with security fixes: defaults meet them, and well-known older images are reported."""

import re
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version
from pydantic import ValidationError

from hexa_jupyter import floors
from hexa_notebooks import (
    HubConfig,
    ImagesConfig,
    NotebooksConfig,
    ProxyConfig,
)
from hexa_notebooks.images import catalogue, security_floor
from hexa_notebooks.images.security_floor import FLOORS, risk
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL
from tests.paths import ROOT

PACKAGES = {
    "jupyterhub": "5.5.4",  # GHSA-hx46-2cv3-mh6g and others
    "jupyter-server": "2.21",  # CVE-2026-86049
    "jupyterhub-ltiauthenticator": "1.6.3",  # CVE-2026-34052
    "jupyterlab": "4.6.4",  # CVE-2026-102831
    "notebook": "7.6.3",  # likewise
    "oauthenticator": "17.4.0",  # CVE-2026-33175
}
"""The first release of each package without a known hole, and the newest advisory about it."""
LOCKS = [path for folder in ("hub", "jupyter", "requirements") for path in (ROOT / folder).glob("*requirements*.txt")]
LOCKS += [path for path in (ROOT / "requirements").glob("*.txt") if path not in LOCKS]
OLD_HUB = "quay.io/jupyterhub/k8s-hub:4.3.0"
HUB_RISK = next(floor.why for floor in FLOORS if floor.repository == "jupyterhub/k8s-hub")


def pins(text: str) -> dict[str, Version]:
    """Return the version of each package in a lock file."""
    return {name: Version(version) for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def too_old(text: str) -> dict[str, str]:
    """Return the pins in a lock file that are below their minimum."""
    return {
        name: str(version)
        for name, version in pins(text).items()
        if name in PACKAGES and version < Version(PACKAGES[name])
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_no_lock_has_a_package_with_a_known_hole(lock: Path) -> None:
    """The lock files of the hub, of user servers and of the tests are checked."""
    assert pins(lock.read_text("utf-8"))
    assert too_old(lock.read_text("utf-8")) == {}


def test_floor_is_of_packages_that_locks_have() -> None:
    """The check finds old versions of packages that the hub has."""
    assert {"jupyterhub", "oauthenticator"} <= pins((ROOT / "hub" / "requirements.txt").read_text("utf-8")).keys()
    assert too_old("jupyterhub==5.5.3 \\\noauthenticator==17.4.0\njupyterlab==4.6.4 ; x\n") == {"jupyterhub": "5.5.3"}


@pytest.mark.parametrize("name", sorted(floors.FLOORS))
def test_build_of_the_servers_image_asserts_the_floor(name: str) -> None:
    """The base image brings packages that are in no lock file."""
    assert Version(floors.FLOORS[name].lowest) >= Version(PACKAGES[name])


@pytest.mark.parametrize("floor", [*FLOORS, *floors.FLOORS.values()], ids=str)
def test_floor_names_what_it_is_for(floor: security_floor.Floor | floors.Floor) -> None:
    """Each minimum cites an advisory that you can look up. The proxy's leak has none."""
    assert re.search(r"CVE-\d{4}-\d+|GHSA(-\w{4}){3}|leaks the sockets", floor.why)


@pytest.mark.parametrize("name", [name for name in vars(catalogue) if name.isupper()])
def test_catalogue_has_no_image_below_its_floor(name: str) -> None:
    """The library never refuses its own defaults."""
    assert risk(getattr(catalogue, name)) is None


@pytest.mark.parametrize(
    ("image", "old"),
    [
        (OLD_HUB, True),
        ("jupyterhub/k8s-hub:3.3.8", True),
        ("quay.io/jupyterhub/k8s-hub:4", False),
        ("quay.io/jupyterhub/k8s-hub:4.3", True),
        ("quay.io/jupyterhub/k8s-hub:4.4.0", False),
        ("quay.io/jupyterhub/k8s-hub:10.0.0", False),
        ("quay.io/jupyterhub/k8s-hub:main", False),
        ("quay.io/jupyterhub/k8s-hub", False),
        (f"quay.io/jupyterhub/k8s-hub@sha256:{'0' * 64}", False),
        (f"localhost:5000/mirror/jupyterhub/k8s-hub:v4.3.0@sha256:{'0' * 64}", True),
        ("quay.io/ourjupyterhub/k8s-hub:1", False),
        ("jupyterhub/jupyterhub:5.5.3", True),
        ("jupyterhub/jupyterhub:5.5.4", False),
        ("quay.io/jupyterhub/configurable-http-proxy:4.6.3", True),
    ],
)
def test_version_in_the_tag_decides(image: str, old: bool) -> None:
    """The registry does not matter.

    A shorter tag is the newest matching release. A tag without a version is unknown.
    """
    assert (risk(image) is not None) == old


def refusal(**changes: Any) -> str:
    """Return the error for a configuration."""
    with pytest.raises(ValidationError) as caught:
        MINIMAL.evolve(**changes)
    return explain(caught.value)


def test_old_image_is_refused_with_its_reason_and_a_way_out() -> None:
    """Every container is checked: here the hub's, and a sidecar of the proxy."""
    assert refusal(hub=HubConfig(image=OLD_HUB)) == (
        f"NotebooksConfig: images: {OLD_HUB!r} is older than 4.4.0: {HUB_RISK}; use a newer one, or"
        f" images.accepted_risks={{{OLD_HUB!r}: 'REASON'}}"
    )
    beside = {"name": "beside", "image": OLD_HUB}
    assert f"{OLD_HUB!r} is older than 4.4.0" in refusal(proxy=ProxyConfig(extra_containers=(beside,)))


def accepting(*accepted: str) -> ImagesConfig:
    """Return settings that accept the risk of these images."""
    return ImagesConfig(accepted_risks=dict.fromkeys(accepted, "until the next window"))


def test_risk_can_be_accepted_with_a_reason() -> None:
    """The reason is in the cluster file, where reviewers see it."""
    config = MINIMAL.evolve(hub=HubConfig(image=OLD_HUB), images=accepting(OLD_HUB))
    assert isinstance(config, NotebooksConfig)
    with pytest.raises(ValidationError, match="at least 1 character"):
        ImagesConfig(accepted_risks={OLD_HUB: ""})


@pytest.mark.parametrize("image", [catalogue.HUB, OLD_HUB])
def test_acceptance_that_is_not_needed_is_refused(image: str) -> None:
    """No acceptance stays behind after an upgrade of the image."""
    assert f"images.accepted_risks: {image!r} has no known risk, or no manifest names it; remove it" in refusal(
        images=accepting(image)
    )
