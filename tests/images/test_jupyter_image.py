"""The user image, built from its Dockerfile on a base like the Jupyter Docker Stacks, and started."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hexa_jupyter.entrypoint import HELP
from tests.images.builder import Builder
from tests.images.container import Image, Volume
from tests.paths import ROOT
from tests.processes.loopback import answers, free_port
from tests.processes.process import Process

pytestmark = pytest.mark.timeout(900)  # the first run on a machine makes the base and fetches every package

UID, GID = 1000, 100


@pytest.fixture(scope="module")
def image(builder: Builder) -> Iterator[Image]:
    """Build the image and mount it."""
    with builder.open(builder.build("jupyter", builder.stack)) as image:
        yield image


def test_help_tells_the_modes(image: Image, scratch: Path) -> None:
    """The entrypoint runs as the image's non-root user, and writes nothing."""
    done = image.run("help", scratch=scratch)
    assert (done.returncode, done.stdout) == (0, f"{HELP}\n"), done.stderr


def test_releases_with_known_holes_are_replaced(image: Image) -> None:
    """The base has older versions; the image has those in the lock file."""
    [packages] = image.root.glob("opt/conda/lib/python3.*/site-packages")
    found = dict(path.stem.rsplit("-", 1) for path in packages.glob("*.dist-info"))
    lock = re.findall(r"^([\w-]+)==(\S+)", (ROOT / "jupyter" / "requirements.txt").read_text(), re.MULTILINE)
    assert len(lock) > 4
    assert {name: found[name.replace("-", "_")] for name, _ in lock} == dict(lock)


def test_unknown_mode_ends_with_a_line(image: Image, scratch: Path) -> None:
    """It is an error: Kubernetes would take a silent success for a completed program."""
    done = image.run("singelsuer", scratch=scratch)
    assert done.returncode == 2
    assert "unknown mode 'singelsuer'" in done.stderr


def test_server_starts_on_the_workspace_and_stops(image: Image, scratch: Path, tmp_path: Path) -> None:
    """With a writable home, it serves the workspace, and exits cleanly when it is told to."""
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    for folder in (home, temporary):
        folder.mkdir()
        shutil.chown(folder, UID, GID)
    port = free_port()
    options = (f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1", "--no-browser")
    server = Process(
        image.command(
            ["notebook", *options, "--ServerApp.allow_unauthenticated_access=True"],
            scratch,
            [Volume(home, "/home/jovyan"), Volume(temporary, "/tmp")],  # noqa: S108 (in the container)
        ),
        tmp_path / "server.log",
        env=image.environment | {"HOME": "/home/jovyan"},
        is_ready=lambda: answers(f"http://127.0.0.1:{port}/api"),
    )
    try:
        server.start()
        assert (home / "workspace").is_dir()
        assert (home / "workspace").stat().st_uid == UID
        server.stop()
        assert server.status == 0, server
    finally:
        server.stop()
