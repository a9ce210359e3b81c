"""The steps on a kind cluster, with stand-ins for Docker, kubectl and Go that note how they are called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hexa_notebooks import images
from tests import kind_cluster
from tests.deployed.manifests import ROOT, objects

STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in
  *create*--filename=-*) cat > "$CALLS.secret" ;;
  *"rollout status"*) exit 1 ;;
esac
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the stand-ins first on PATH, and return the file that has a line a call."""
    for name in ("docker", "kubectl", "go"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(STAND_IN)
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def run() -> subprocess.CompletedProcess[str]:
    """Run the program as `make kind` does."""
    command = [sys.executable, "-m", "tests.kind_cluster"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_order_and_end_of_a_failed_rollout(calls: Path) -> None:
    """Images are there before pods ask for them, the namespace before its Secret; logs are shown, the cluster goes."""
    done = run()
    made = [line.split(" ", 1) for line in calls.read_text().splitlines()]
    steps = [f"{program} {words}" for program, words in made]
    order = [
        f"docker build --provenance=false --tag {images.HUB} ",
        f"docker build --provenance=false --tag {images.SINGLEUSER} ",
        "go tool -C .github/tools kind create cluster ",
        f"go tool -C .github/tools kind load docker-image --name hexa-notebooks-test {images.HUB} {images.SINGLEUSER}",
        "kubectl apply --filename=dist/local/00-cluster",
        "kubectl create --filename=-",
        "kubectl apply --recursive --filename=dist/local",
        "kubectl --namespace=hexa-notebooks rollout status ",
        "kubectl --namespace=hexa-notebooks logs deployment/hub ",
        "go tool -C .github/tools kind delete cluster ",
    ]
    found = [next(index for index, step in enumerate(steps) if step.startswith(start)) for start in order]
    assert found == sorted(found)
    assert done.returncode == 1
    assert "rollout" in done.stderr

    secret = Path(f"{calls}.secret").read_text()
    values = [line.split()[-1] for line in secret.splitlines() if "shared-password" in line or "proxy-token" in line]
    assert len(values) == 2
    assert [value for value in values if value in done.stdout + done.stderr + calls.read_text()] == []


def test_images_are_those_of_the_manifests() -> None:
    """What is built and loaded is what dist/local names, so that nothing of it is pulled."""
    assert images.HUB in str(objects("local"))
    assert images.SINGLEUSER in str(objects("local"))


def test_base_is_a_dated_stack_of_jupyter() -> None:
    """The small base stands in for the image's own: of the same registry and tag."""
    base = kind_cluster.base_of_singleuser()
    name, _, tag = base.rpartition(":")
    assert name == "quay.io/jupyter/base-notebook"
    assert f"datascience-notebook:{tag}\n" in (ROOT / "jupyter" / "Dockerfile").read_text("utf-8")


def test_missing_programs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Docker nothing is begun."""
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run()
    assert done.returncode == 1
    assert done.stderr == "PATH has no docker, kubectl, go: a kind cluster needs Docker, kubectl and Go\n"
