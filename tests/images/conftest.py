"""Fixtures for the tests that build images."""

from pathlib import Path

import pytest

from tests.images.builder import Builder, why_not


@pytest.fixture(scope="session")
def builder() -> Builder:
    """Return an image builder, or skip the test if nothing can build images."""
    if reason := why_not():
        pytest.skip(reason)
    return Builder()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return an empty folder for a container."""
    folder = tmp_path / "container"
    folder.mkdir()
    return folder
