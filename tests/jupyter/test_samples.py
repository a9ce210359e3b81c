"""Sample notebooks for an empty workspace."""

import threading
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest

from hexa_jupyter import entrypoint
from hexa_jupyter.workspace import NOTICE, add_samples
from tests.paths import ROOT

SAMPLES = ROOT / "jupyter" / "samples"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty workspace."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


def test_an_empty_workspace_gets_the_samples(workspace: Path) -> None:
    """Hidden files, such as Jupyter's own, do not count."""
    (workspace / ".ipynb_checkpoints").mkdir()
    add_samples(SAMPLES)
    (sample,) = [path for path in workspace.iterdir() if path.name != ".ipynb_checkpoints"]
    assert sample.name == "Getting started.ipynb"
    assert sample.read_bytes() == (SAMPLES / sample.name).read_bytes()


@pytest.mark.usefixtures("workspace")
def test_a_server_does_not_wait_until_its_bucket_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listing a large bucket takes longer than the hub waits for the server."""
    runs, samples = threading.Event(), threading.Event()

    def look() -> None:
        runs.wait()
        samples.set()

    def run(*_: object) -> int:
        runs.set()
        samples.wait()
        return 3

    monkeypatch.setattr("hexa_jupyter.workspace.add_samples", look)
    monkeypatch.setattr(entrypoint, "mounted", lambda *_, **__: nullcontext(True))
    monkeypatch.setattr(entrypoint, "_run", run)
    monkeypatch.setattr(entrypoint, "_command", lambda *_: ["jupyter"])
    monkeypatch.setattr("hexa_jupyter.mount_lock.acquire", lambda: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert entrypoint.main(["singleuser"]) == 3


@pytest.mark.parametrize("name", ["mine.ipynb", "Getting started.ipynb", NOTICE])
def test_a_workspace_with_a_file_gets_none(workspace: Path, name: str) -> None:
    """Nothing is overwritten, and nothing is put where it is not kept."""
    (workspace / name).write_text("mine")
    add_samples(SAMPLES)
    assert [path.name for path in workspace.iterdir()] == [name]
    assert (workspace / name).read_text() == "mine"


def test_an_image_without_samples_gives_none(workspace: Path) -> None:
    """A derived image may remove the folder."""
    add_samples(workspace.parent / "nothing")
    assert list(workspace.iterdir()) == []


def test_a_workspace_that_cannot_be_written_is_one_line(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bucket may be read-only."""
    workspace.rmdir()
    add_samples(SAMPLES)
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        f"hexa-jupyter: cannot copy the samples to {workspace}: No such file or directory; nothing else depends on them"
    )


def test_the_samples_are_notebooks_without_results() -> None:
    """Jupyter opens them, and their code is valid Python."""
    for path in SAMPLES.iterdir():
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
        for cell in notebook.cells:
            assert cell.get("outputs", []) == []
            if cell.cell_type == "code":
                compile(cell.source, path.name, "exec")
