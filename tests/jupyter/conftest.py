"""Fixtures of the single-user image."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.jupyter.image import Image
from tests.process import Process

Start = Callable[..., Process]


@pytest.fixture
def image(tmp_path: Path) -> Image:
    """Return an image whose programs are stand-ins."""
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
