"""Fixtures for all tests."""

import pytest
from hypothesis import settings
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

# Chooses the Node that jsii starts, before a test module imports cdk8s.
import hexa_notebooks  # noqa: F401

# Every run tries the same examples, so that a failure is somebody's change; --hypothesis-profile=default looks further.
settings.register_profile("same each time", derandomize=True)
settings.load_profile("same each time")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the cluster that tests/cluster uses."""
    told = "a cluster for tests/cluster, with an admin's rights (default: a node of this machine's own)"
    parser.addoption("--kubeconfig", metavar="FILE", help=told)
    told = "where that cluster pulls the images from that are built here (default: its nodes have them)"
    parser.addoption("--registry", help=told)


class YamlSnapshot(SingleFileSnapshotExtension):
    """One YAML file a test, which a reviewer can read and kubectl too."""

    file_extension = "yaml"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compare with a YAML file of the test's own; `pytest --snapshot-update` writes it."""
    return snapshot.use_extension(YamlSnapshot)
