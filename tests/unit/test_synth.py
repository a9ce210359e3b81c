"""Synthesis into a folder: all of it or nothing, and never at the cost of somebody's files."""

import os
import re
import resource
import sys
from pathlib import Path
from typing import NoReturn

import cdk8s
import pytest
import yaml

from hexa_notebooks import DisruptionBudgetConfig, ServiceExposure
from hexa_notebooks.synth import OutputError, synth
from tests.support import MINIMAL
from tests.support import synth as objects_of

OTHER = MINIMAL.evolve(release="other")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder by its path there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_object_is_a_file(tmp_path: Path) -> None:
    """Folder by folder in the order of an apply; a file's name tells kind and name of its one object."""
    synth(MINIMAL, tmp_path / "out")
    written = {
        path.relative_to(tmp_path / "out"): yaml.safe_load(path.read_text()) for path in tmp_path.rglob("*.yaml")
    }
    for path, made in written.items():
        folder = "10-notebooks" if "namespace" in made["metadata"] else "00-cluster"
        assert path == Path(folder, f"{made['kind']}.{made['metadata']['name']}.k8s.yaml")
    assert {f"{made['kind']}/{made['metadata']['name']}": made for made in written.values()} == objects_of(MINIMAL)


def test_folder_holds_only_the_new_manifests(tmp_path: Path) -> None:
    """What an earlier synthesis wrote is gone, parents are made, and nothing but the folder is left."""
    out, fresh = tmp_path / "dist" / "a", tmp_path / "dist" / "b"
    synth(OTHER.evolve(hub=OTHER.hub.evolve(disruption_budget=DisruptionBudgetConfig(max_unavailable=1))), out)
    synth(MINIMAL, out)
    synth(MINIMAL, fresh)
    assert contents(out) == contents(fresh)
    assert set(out.parent.iterdir()) == {out, fresh}


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    """The folder is as readable as one made by mkdir, although it was prepared in a temporary one."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    synth(MINIMAL, tmp_path / "out")
    for path in (tmp_path / "out", *(tmp_path / "out").rglob("*")):
        like = tmp_path / ("folder" if path.is_dir() else "file")
        assert oct(path.stat().st_mode) == oct(like.stat().st_mode), path


def test_link_stays_and_its_folder_is_replaced(tmp_path: Path) -> None:
    """`--out` may be a link into another repository, which need not be there yet."""
    (tmp_path / "out").symlink_to("elsewhere/manifests")
    synth(OTHER, tmp_path / "out")
    synth(MINIMAL, tmp_path / "out")
    synth(MINIMAL, tmp_path / "plain")
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "elsewhere" / "manifests") == contents(tmp_path / "plain")
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere", "out", "plain"}


@pytest.mark.parametrize(
    "foreign",
    ["README.md", ".git/config", "Service.hub.k8s.yaml", "10-notebooks/values.yaml", "a/10-notebooks/b.k8s.yaml"],
)
def test_folder_with_other_files_is_refused(foreign: str, tmp_path: Path) -> None:
    """A slip such as `--out .` or `--out dist` deletes nothing."""
    out = tmp_path / "out"
    synth(OTHER, out)
    (out / foreign).parent.mkdir(parents=True, exist_ok=True)
    (out / foreign).touch()
    before = contents(tmp_path)
    with pytest.raises(
        OutputError, match=f"^{re.escape(str(out))}: holds .*, which no synthesis made .*; move it away"
    ):
        synth(MINIMAL, out)
    assert contents(tmp_path) == before


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A file is not replaced by a folder."""
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match=r"out: is not a folder; name one for the manifests"):
        synth(MINIMAL, tmp_path / "out")
    assert contents(tmp_path) == {"out": b"mine"}


@pytest.mark.parametrize(("out", "reason"), [("file/out", "File exists"), ("file/a/out", "Not a directory")])
def test_folder_that_cannot_be_made_is_refused(out: str, reason: str, tmp_path: Path) -> None:
    """What the operating system says is in the error."""
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=f"/{out}: cannot be written: .*{reason}.*; what was there is unchanged"):
        synth(MINIMAL, tmp_path / out)
    assert contents(tmp_path) == {"file": b""}


def test_folder_that_cannot_be_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory cannot be renamed: its manifests stay, byte for byte."""
    synth(OTHER, tmp_path / "out")
    before = contents(tmp_path)
    monkeypatch.chdir(tmp_path / "out")
    with pytest.raises(OutputError, match=r"^\.: cannot be written: .*; what was there is unchanged$"):
        synth(MINIMAL, Path())
    assert contents(tmp_path) == before


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    children = [
        int(child) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()
    ]
    return [*children, *(below for child in children for below in descendants(child))]


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, where the limits of a running Node can be changed")
def test_full_disk_leaves_the_old_manifests(tmp_path: Path) -> None:
    """It is Node that writes the files; what it cannot write is told, and nothing of it stays."""
    out = tmp_path / "out"
    synth(OTHER, out)
    before = contents(tmp_path)
    # Servers of other tests may run too, some of them as another user.
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(os.getpid())}
    nodes = [pid for pid, command in commands.items() if command.split(b"\0")[0].endswith(b"node")]
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in nodes}
    try:
        for pid, (_, hard) in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1000, hard))
        with pytest.raises(OutputError, match=r"/out: cannot be written: .*EFBIG: .*; what was there is unchanged$"):
            synth(MINIMAL, out)
    finally:
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("step", ["building", "writing", "moving the old away", "moving the new in"])
def test_error_at_any_step_leaves_the_old_manifests(
    step: str, error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends a synthesis, the folder is as it was and nothing is left beside it."""
    out = tmp_path / "out"
    synth(OTHER, out)
    before = contents(tmp_path)
    write, rename = cdk8s.App.synth, Path.rename

    def fail(*_: object) -> NoReturn:
        raise error

    def fail_after_writing(app: cdk8s.App) -> NoReturn:
        write(app)
        raise error

    def fail_to_rename(*_: Path) -> NoReturn:
        # Only once: the way back must not fail as well.
        monkeypatch.setattr(Path, "rename", rename)
        raise error

    def fail_to_rename_next(path: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", fail_to_rename)
        return rename(path, target)

    match step:
        case "building":
            monkeypatch.setattr("hexa_notebooks.synth.Notebooks", fail)
        case "writing":
            monkeypatch.setattr(cdk8s.App, "synth", fail_after_writing)
        case "moving the old away":
            monkeypatch.setattr(Path, "rename", fail_to_rename)
        case "moving the new in":
            monkeypatch.setattr(Path, "rename", fail_to_rename_next)
    with pytest.raises((error, OutputError)):
        synth(MINIMAL, out)
    assert contents(tmp_path) == before
    assert list(tmp_path.iterdir()) == [out]


def test_objects_of_one_name_are_all_written(tmp_path: Path) -> None:
    """As the Helm chart renders them: an apply leaves the last, and no file takes another's place."""
    budget = DisruptionBudgetConfig(max_unavailable=1)
    exposure = ServiceExposure(stray_disruption_budget=budget.evolve(max_unavailable=2))
    config = MINIMAL.evolve(exposure=exposure, proxy=MINIMAL.proxy.evolve(disruption_budget=budget))
    synth(config, tmp_path / "out")
    names = [f"PodDisruptionBudget.proxy{suffix}.k8s.yaml" for suffix in ("", ".n2")]
    budgets = [yaml.safe_load((tmp_path / "out" / "10-notebooks" / name).read_text()) for name in names]
    assert sorted(made["spec"]["maxUnavailable"] for made in budgets) == [1, 2]
