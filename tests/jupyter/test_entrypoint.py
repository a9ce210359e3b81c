"""The entrypoint of the single-user image, as a real process in front of stand-ins for Jupyter."""

import errno
import os
import signal
from pathlib import Path

import pytest

from hexa_jupyter.workspace import prepare
from tests.jupyter.conftest import Start
from tests.jupyter.image import Image
from tests.processes.process import wait_until

AWKWARD = ("--ServerApp.x=a b", "", "*", "$HOME", "quo'te", 'dou"ble', "--", "-h", "new\nline")


@pytest.mark.parametrize("mode", ["singleuser", "notebook", "jupyterhub-singleuser"])
def test_every_argument_reaches_the_program_as_it_stands(image: Image, start: Start, mode: str) -> None:
    """No argument is split, expanded, lost or used by the entrypoint."""
    state = image.started(start(mode, *AWKWARD))
    assert tuple(state["arguments"]) == AWKWARD
    assert state["program"] == ("start-notebook.py" if mode == "notebook" else "start-singleuser.py")
    assert image.log == ""


@pytest.mark.parametrize("arguments", [("singeluser",), ()])
def test_an_unknown_mode_is_an_error_that_names_those_that_exist(
    image: Image, start: Start, arguments: tuple[str, ...]
) -> None:
    """A container without a mode must not look successful."""
    assert start(*arguments).wait() == 2
    mode = arguments[0] if arguments else ""
    assert image.log == (f"hexa-jupyter: unknown mode {mode!r}; use singleuser, notebook, pipeline, mount or help\n")
    assert not image.workspace.exists()


def test_help_lists_the_modes(image: Image, start: Start) -> None:
    """The status is 0, and nothing starts."""
    assert start("help").wait() == 0
    for mode in ("singleuser", "notebook", "pipeline", "mount"):
        assert f"\n{mode} " in f"\n{image.log}"


def test_the_program_takes_the_entrypoints_place_where_nothing_is_mounted(image: Image, start: Start) -> None:
    """So signals and the exit status are the program's own."""
    process = start("singleuser")
    state = image.started(process)
    assert state["pid"] == process.pid
    process.stop(by=signal.SIGHUP)
    assert process.status == 3
    assert (image.workspace / "last-words.txt").read_text() == "SIGHUP"


def test_a_broken_pipe_ends_programs_as_usual(image: Image, start: Start) -> None:
    """Python ignores SIGPIPE, and every program in a terminal would inherit that."""
    program = image.binaries / "start-singleuser.py"
    program.write_text("#!/bin/sh\nexec grep SigIgn /proc/self/status\n")
    assert start("singleuser").wait() == 0
    assert not int(image.log.split()[1], 16) & 1 << (signal.SIGPIPE - 1)


def test_the_folders_are_there_before_the_program(image: Image, start: Start) -> None:
    """The base image's `work` becomes `tmp`, with its content, and is group-writable."""
    (image.home / "work").mkdir(mode=0o755)
    (image.home / "work" / "mine.txt").write_text("kept")
    assert image.started(start("singleuser"))["folders"] == ["tmp", "workspace"]
    assert (image.home / "tmp" / "mine.txt").read_text() == "kept"
    assert (image.home / "tmp").stat().st_mode & 0o020


def test_a_folder_of_the_image_is_moved_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The container's file system refuses to rename it."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(os, "rename", refuse)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "mine.txt").write_text("kept")
    prepare()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tmp", "workspace"]
    assert (tmp_path / "tmp" / "mine.txt").read_text() == "kept"
    if os.geteuid() == 0:
        assert {(path.stat().st_uid, path.stat().st_gid) for path in tmp_path.iterdir()} == {(1000, 100)}


def test_folders_that_exist_stay_what_they_are(image: Image, start: Start) -> None:
    """A persistent home has them from the last start."""
    for name in ("work", "tmp", "workspace"):
        (image.home / name).mkdir()
        (image.home / name / "mine.txt").write_text(name)
    image.started(start("singleuser"))
    for name in ("work", "tmp", "workspace"):
        assert (image.home / name / "mine.txt").read_text() == name


def test_a_home_that_cannot_be_written_is_one_line_and_the_server_starts(image: Image, start: Start) -> None:
    """The line names the folder and the fix."""
    image.workspace.mkdir()
    (image.home / "tmp").symlink_to("/proc/nowhere")
    image.started(start("singleuser"))
    (line,) = image.complaints
    assert line == (
        f"hexa-jupyter: cannot create workspace and tmp in {image.home}: File exists; make the user the owner of that"
        " folder"
    )


@pytest.mark.parametrize(
    ("present", "mode", "program", "first"),
    [
        ("jupyterhub-singleuser", "singleuser", "jupyterhub-singleuser", []),
        ("jupyter", "notebook", "jupyter", ["lab"]),
        ("start-singleuser.sh", "singleuser", "start-singleuser.sh", []),
    ],
)
def test_an_image_without_the_stacks_scripts_starts_jupyter_itself(
    tmp_path: Path, present: str, mode: str, program: str, first: list[str]
) -> None:
    """Any base image with JupyterHub works."""
    image = Image(tmp_path / "bare", programs=(present,))
    process = image.container(mode, "--debug")
    process.launch()
    try:
        state = image.started(process)
    finally:
        process.stop()
    assert (state["program"], state["arguments"]) == (program, [*first, "--debug"])


def test_the_stacks_prepare_their_environment(tmp_path: Path) -> None:
    """Their start.sh sets up conda's packages, and then becomes the program."""
    image = Image(tmp_path / "stacks", programs=("start.sh", "start-singleuser.py"))
    process = image.container("singleuser", "a b")
    process.launch()
    try:
        state = image.started(process)
    finally:
        process.stop()
    assert (state["program"], state["arguments"]) == ("start.sh", [str(image.binaries / "start-singleuser.py"), "a b"])


@pytest.mark.parametrize(("given", "expected"), [("", "--ip="), ("--debug", "--ip= --debug"), ("--ip=::1", "--ip=::1")])
def test_the_stacks_listen_on_both_families(image: Image, start: Start, given: str, expected: str) -> None:
    """Their scripts use 0.0.0.0 unless NOTEBOOK_ARGS has an address, and would be unreachable over IPv6."""
    image.variables["NOTEBOOK_ARGS"] = given
    assert image.started(start("singleuser"))["environment"]["NOTEBOOK_ARGS"] == expected


def test_an_image_without_jupyterhub_says_so(image: Image, start: Start) -> None:
    """The line has the missing program and the searched places."""
    image.variables["PATH"] = str(image.binaries)
    (image.binaries / "start-singleuser.py").unlink()
    assert start("singleuser").wait() == 2
    assert image.log == (
        "hexa-jupyter: none of start-singleuser.py, start-singleuser.sh, jupyterhub-singleuser is on PATH"
        f" ({image.binaries}); install JupyterHub\n"
    )


def test_a_signal_does_not_end_the_program_that_catches_it(image: Image, start: Start) -> None:
    """The signal is only forwarded."""
    process = start("singleuser")
    image.started(process)
    assert process.pid
    os.kill(process.pid, signal.SIGUSR1)
    wait_until((image.home / "usr1").exists, "the program to get the signal", processes=[process])
    assert process.runs()
