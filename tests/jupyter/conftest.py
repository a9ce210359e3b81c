"""Fixtures for the single-user image."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.jupyter.image import Image
from tests.jupyter.storages import Renewal, S3Server
from tests.processes.process import Process

Start = Callable[..., Process]

needs_fuse = pytest.mark.skipif(
    not os.access("/dev/fuse", os.R_OK | os.W_OK) or os.geteuid() != 0, reason="mounting needs /dev/fuse and root"
)


@pytest.fixture
def image(tmp_path: Path) -> Image:
    """Return an image with stand-ins as programs."""
    return Image(tmp_path / "image")


@pytest.fixture
def start(image: Image) -> Iterator[Start]:
    """Start containers of the image, which end with the test."""
    started: list[Process] = []

    def launch(*arguments: str) -> Process:
        process = image.container(*arguments)
        started.append(process)
        process.launch()
        return process

    yield launch
    for process in started:
        process.stop()


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[S3Server]:
    """Run an S3 server with the keys in `s3_variables`."""
    server = S3Server(tmp_path)
    server.start("KEY-1", "first-secret-key")
    yield server
    server.stop()


@pytest.fixture
def renewal() -> Iterator[Renewal]:
    """Run a stand-in for the credentials endpoint of the hub or the App."""
    server = Renewal()
    yield server
    server.stop()
