"""Fixtures of the tests that build images."""

import pytest

from tests.images.builder import Builder, why_not


@pytest.fixture(scope="session")
def builder() -> Builder:
    """Return what builds images; skip where nothing can."""
    if reason := why_not():
        pytest.skip(reason)
    return Builder()
