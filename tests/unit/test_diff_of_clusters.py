"""What a pull request's comment says of `dist/`, cluster by cluster."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deployed.manifests import DIST, ROOT


@pytest.fixture
def proposed(tmp_path: Path) -> Path:
    """Return a copy of dist/ to change."""
    return shutil.copytree(DIST, tmp_path / "dist")


def compare(old: Path, new: Path) -> tuple[int, str]:
    """Return the status and the comment."""
    command = [ROOT / ".github" / "diff.sh", old, new]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout


def test_equal(proposed: Path) -> None:
    """Each cluster is there under its name."""
    status, comment = compare(DIST, proposed)
    assert status == 0
    assert [line for line in comment.splitlines() if line.startswith("#")] == ["## local", "## openhexa_gke"]
    assert comment.count("**Equal") == 2


def test_clusters_do_not_mix(proposed: Path) -> None:
    """An object of the same name in another cluster stays what it is; the highest status is the whole's."""
    file = proposed / "local" / "05-prerequisites" / "Service.hub.k8s.yaml"
    file.write_text(file.read_text().replace("port: 8081", "port: 8082"))
    status, comment = compare(DIST, proposed)
    local, gke = comment.split("## openhexa_gke")
    assert status == 1
    assert "8082" in local
    assert "**Equal" in gke


def test_unsafe_is_never_less(proposed: Path) -> None:
    """A lost claim of one cluster counts more than whatever the others have."""
    for file in proposed.glob("local/*/PersistentVolumeClaim.*"):
        file.write_text(file.read_text().replace("ReadWriteOnce", "ReadOnlyMany"))
    status, comment = compare(DIST, proposed)
    assert status == 3
    assert "### Unsafe" in comment


def test_new_and_removed_clusters(proposed: Path) -> None:
    """A new one is a change; one that goes may take users' claims with it."""
    (proposed / "local").rename(proposed / "elsewhere")
    status, comment = compare(DIST, proposed)
    assert status == 3
    assert "## elsewhere\n\n**A new cluster.**" in comment
    assert "## local\n\n**Removed" in comment

    shutil.copytree(DIST / "local", proposed / "local")
    assert compare(DIST, proposed)[0] == 1


def test_unreadable(proposed: Path, tmp_path: Path) -> None:
    """What is no YAML, and what is no folder."""
    (proposed / "local" / "05-prerequisites" / "Service.hub.k8s.yaml").write_text("kind: [\n")
    assert compare(DIST, proposed)[0] == 2
    assert compare(DIST, tmp_path / "absent")[0] == 2


def test_unreadable_is_never_less(proposed: Path) -> None:
    """Whoever has reviewed what is unsafe has not seen what could not be read."""
    for file in proposed.glob("local/*/PersistentVolumeClaim.*"):
        file.write_text(file.read_text().replace("ReadWriteOnce", "ReadOnlyMany"))
    (proposed / "openhexa_gke" / "05-prerequisites" / "Service.hub.k8s.yaml").write_text("kind: [\n")
    status, comment = compare(DIST, proposed)
    assert status == 2
    assert "### Unsafe" in comment
