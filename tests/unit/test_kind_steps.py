"""The steps that prepare a kind cluster, or a cluster that pulls from a registry, for the tests.

Docker, kubectl, Go and pytest are stand-ins that record how they are called.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hexa_notebooks.images import catalogue
from tests.cluster import kind
from tests.cluster.engine import Engine
from tests.cluster.images import APP, HOSTILE, POSTGRES, push
from tests.paths import ROOT

STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$(basename "$0") $*" in
  *"create cluster"*) cat > "$CALLS.config" ;;
  python*) exit 3 ;;
esac
"""
OWN = [catalogue.HUB, catalogue.SINGLEUSER, APP, POSTGRES, HOSTILE]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the stand-ins first on PATH, and return the file with one line for each call."""
    for name in ("docker", "kubectl", "go", "python"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(STAND_IN)
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    return tmp_path / "calls"


def archive(name: str) -> str:
    """Return the name of an image's archive."""
    return name.replace("/", "-").replace(":", "-") + ".tar"


def test_order_on_kind(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images are built and loaded before the tests run.

    Their result is the exit status. The cluster is always deleted.
    """
    monkeypatch.setattr(sys, "argv", ["kind", "v1.35.8"])
    assert kind.main() == 3
    steps = calls.read_text().splitlines()
    in_kind = "go tool -C .github/tools kind"
    order = [
        *[f"docker save --output={{}}/{archive(name)} {name}" for name in OWN],
        f"{in_kind} create cluster --kubeconfig={{}}/kubeconfig --config=- --wait=3m --image=kindest/node:v1.35.8",
        *[f"{in_kind} load image-archive {{}}/{archive(name)}" for name in OWN],
        "python -m pytest tests/cluster --kubeconfig={}/kubeconfig",
        f"{in_kind} delete cluster",
    ]
    found = [
        next(at for at, step in enumerate(steps) if all(part in step for part in wanted.split("{}")))
        for wanted in order
    ]
    assert found == sorted(found)
    assert found[-1] == len(steps) - 1
    assert "hub.jupyter.org/node-purpose: user" in Path(f"{calls}.config").read_text()


def test_cluster_that_was_not_made_is_deleted(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remains of a failed `kind create` are deleted, and its error is reported."""
    monkeypatch.setattr(sys, "argv", ["kind"])
    Path(calls.parent, "bin", "go").write_text(STAND_IN.replace('cat > "$CALLS.config"', "exit 7"))
    with pytest.raises(subprocess.CalledProcessError, match=r"create.* returned non-zero exit status 7"):
        kind.main()
    assert "delete cluster" in calls.read_text().splitlines()[-1]


def test_missing_programs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Docker, nothing starts."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        SystemExit, match="PATH has no docker, kubectl, go: a kind cluster needs Docker, kubectl and Go"
    ):
        kind.main()


def test_what_no_registry_has_is_pushed(calls: Path) -> None:
    """The image names match `images.registries` of the tests' cluster files and `Cluster.apply`."""
    push("registry.example.org/hexa", "docker")
    pushed = [line.split()[-1] for line in calls.read_text().splitlines() if line.startswith("docker push")]
    assert pushed == [name.replace("docker.io/blsq", "registry.example.org/hexa") for name in OWN]


def test_bases_are_those_of_the_dockerfiles() -> None:
    """The small base replaces the user image's own base, with the same registry and date."""
    engine = Engine("docker")
    assert f"ARG BASE_IMAGE={engine.python}\n" in (ROOT / "hub" / "Dockerfile").read_text("utf-8")
    name, _, tag = engine.stack.rpartition(":")
    assert name == "quay.io/jupyter/base-notebook"
    assert f"datascience-notebook:{tag}\n" in (ROOT / "jupyter" / "Dockerfile").read_text("utf-8")
