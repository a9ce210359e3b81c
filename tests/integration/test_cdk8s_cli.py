"""`python main.py` and `cdk8s synth`, run in a copy of the folder."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployed.manifests import CLUSTERS
from tests.paths import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with the inputs of a synthesis, where `.venv/bin/python` is this test's Python."""
    folder = tmp_path / "copy"
    shutil.copytree(ROOT / "clusters", folder / "clusters")
    for name in ("main.py", "cdk8s.yaml"):
        shutil.copy(ROOT / name, folder)
    executable(folder / ".venv" / "bin" / "python", f'exec {shlex.quote(sys.executable)} "$@"')
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def executable(path: Path, script: str) -> None:
    """Write an executable shell script."""
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with no Node selected."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("JSII_NODE", "CDK8S_OUTDIR")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_cdk8s_synth_writes_what_main_writes(copy: Path) -> None:
    """The output is identical, and both remove earlier output."""
    if not (ROOT / "node_modules" / ".bin" / "cdk8s").exists():
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("no cdk8s-cli: run `make node_modules`")
    main = run(copy, "main.py")
    assert (main.returncode, main.stdout, main.stderr) == (0, "", "")
    written = contents(copy / "dist")
    (copy / "dist" / "local" / "05-prerequisites" / "Service.hub.k8s.yaml").write_text("changed")

    command = ["-m", "hexa_notebooks.process.nodejs", "npx", "--no-install", "cdk8s", "synth", "--no-check-upgrade"]
    cdk8s = run(copy, *command)
    assert cdk8s.returncode == 0, cdk8s.stderr
    assert contents(copy / "dist") == written
    assert sorted({path.split("/")[0] for path in written}) == CLUSTERS
    assert "end-of-life" not in cdk8s.stdout + cdk8s.stderr


@pytest.mark.parametrize("on_path", ["end-of-life", "absent"])
def test_system_node_that_jsii_does_not_support_is_never_heard_of(on_path: str, copy: Path) -> None:
    """With an old Node on PATH, or none, main.py works without a message."""
    if on_path == "end-of-life":
        executable(copy / "bin" / "node", "echo v20.20.2\necho 'Node 20 is end-of-life' >&2")
    ran = run(copy, "main.py", PATH=str(copy / "bin"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert (copy / "dist" / "local").is_dir()
