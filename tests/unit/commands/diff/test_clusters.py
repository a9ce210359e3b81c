"""The pull request comment about `dist/`, cluster by cluster."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deployed.manifests import DIST
from tests.paths import ROOT


@pytest.fixture
def proposed(tmp_path: Path) -> Path:
    """Return a copy of dist/ for changes."""
    return shutil.copytree(DIST, tmp_path / "dist")


def compare(old: Path, new: Path, script: Path = ROOT / ".github" / "diff.sh") -> tuple[int, str]:
    """Return the status and the comment."""
    command = [script, old, new]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout


def test_equal(proposed: Path) -> None:
    """Each cluster is listed by name."""
    status, comment = compare(DIST, proposed)
    assert status == 0
    assert [line for line in comment.splitlines() if line.startswith("#")] == ["## local", "## openhexa_gke"]
    assert comment.count("**Equal") == 2


def test_clusters_do_not_mix(proposed: Path) -> None:
    """An object of the same name in another cluster is not affected. The highest status is the overall status."""
    file = proposed / "local" / "05-prerequisites" / "Service.hub.k8s.yaml"
    file.write_text(file.read_text().replace("port: 8081", "port: 8082"))
    status, comment = compare(DIST, proposed)
    local, gke = comment.split("## openhexa_gke")
    assert status == 1
    assert "8082" in local
    assert "**Equal" in gke


def test_unsafe_is_never_less(proposed: Path) -> None:
    """A lost claim in one cluster outranks everything in the others."""
    for file in proposed.glob("local/*/PersistentVolumeClaim.*"):
        file.write_text(file.read_text().replace("ReadWriteOnce", "ReadOnlyMany"))
    status, comment = compare(DIST, proposed)
    assert status == 3
    assert "### Unsafe" in comment


def test_new_and_removed_clusters(proposed: Path) -> None:
    """A new cluster is a change. A removed one is unsafe, because its claims may be deleted."""
    (proposed / "local").rename(proposed / "elsewhere")
    status, comment = compare(DIST, proposed)
    assert status == 3
    assert "## elsewhere\n\n**A new cluster.**" in comment
    assert "## local\n\n**Removed" in comment

    shutil.copytree(DIST / "local", proposed / "local")
    assert compare(DIST, proposed)[0] == 1


def test_unreadable(proposed: Path, tmp_path: Path) -> None:
    """Neither invalid YAML nor a missing folder can be compared."""
    (proposed / "local" / "05-prerequisites" / "Service.hub.k8s.yaml").write_text("kind: [\n")
    assert compare(DIST, proposed)[0] == 2
    assert compare(DIST, tmp_path / "absent")[0] == 2


def test_unreadable_is_never_less(proposed: Path) -> None:
    """Reviewing the unsafe changes does not cover unreadable files."""
    for file in proposed.glob("local/*/PersistentVolumeClaim.*"):
        file.write_text(file.read_text().replace("ReadWriteOnce", "ReadOnlyMany"))
    (proposed / "openhexa_gke" / "05-prerequisites" / "Service.hub.k8s.yaml").write_text("kind: [\n")
    status, comment = compare(DIST, proposed)
    assert status == 2
    assert "### Unsafe" in comment


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ('echo "**Equal: all**"', 0),
        ('echo "**Different: some**"; exit 1', 1),
        ('echo "**Unsafe: some**"; exit 3', 3),
        ("exit 1", 2),  # an exception
        ('echo "**Different: some**"', 2),
        ('echo "**Equal: all**"; exit 1', 2),
        ('echo "**Different: some**"; exit 4', 2),
        ('echo "**Different: some**"; kill -9 $$', 2),  # no memory left
        ("exit 0", 2),
        (None, 2),
    ],
)
def test_status_counts_only_with_its_report(program: str | None, status: int, tmp_path: Path) -> None:
    """A command that crashes, is killed or is missing never counts as a difference."""
    script = tmp_path / ".github" / "diff.sh"
    script.parent.mkdir()
    shutil.copy(ROOT / ".github" / "diff.sh", script)
    if program:
        command = tmp_path / ".venv" / "bin" / "hexa-notebooks"
        command.parent.mkdir(parents=True)
        command.write_text(f"#!/bin/sh\n{program}\n")
        command.chmod(0o700)
    for name in ("old", "new"):
        (tmp_path / name / "local").mkdir(parents=True)
    found, comment = compare(tmp_path / "old", tmp_path / "new", script)
    assert found == status
    assert comment.startswith("## local\n\n**")
    assert ("Cannot be read" in comment) == (status == 2)


def test_no_clusters_at_all(tmp_path: Path) -> None:
    """A wrong folder is an error, for example."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    assert compare(tmp_path / "old", tmp_path / "new") == (2, "")


def test_links_are_refused(proposed: Path) -> None:
    """A link to the old manifests would compare as equal here, but could be anything where it is applied."""
    file = proposed / "local" / "05-prerequisites" / "Service.hub.k8s.yaml"
    file.unlink()
    file.symlink_to(DIST / "local" / "05-prerequisites" / "Service.hub.k8s.yaml")
    assert compare(DIST, proposed) == (2, "")


def test_new_cluster_is_read(proposed: Path) -> None:
    """It is read although there is nothing to compare it with."""
    (proposed / "new").mkdir()
    (proposed / "new" / "a.yaml").write_text("kind: [\n")
    assert compare(DIST, proposed)[0] == 2


def test_unsafe_beside_what_cannot_be_compared(proposed: Path) -> None:
    """A value that no API server accepts is not hidden behind the status of a difference."""
    folder = proposed / "openhexa_gke" / "10-notebooks"
    for name, old, new in (
        ("Deployment.hub.k8s.yaml", "      release: hexa\n", "      release: other\n"),
        ("NetworkPolicy.singleuser.k8s.yaml", "    - Egress\n", "    - Egress\n    - 1\n"),
    ):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))
    assert compare(DIST, proposed)[0] == 2
