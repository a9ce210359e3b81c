"""The post-start hook of OpenHEXA installations, run with the image's own scripts."""

import subprocess
import sys
from pathlib import Path

from hexa_jupyter.mount import is_mounted
from tests.jupyter.conftest import Start, needs_fuse
from tests.jupyter.image import Image
from tests.jupyter.storages import S3Server, s3_variables
from tests.paths import ROOT
from tests.processes.process import end, wait_until

SCRIPTS = ROOT / "jupyter" / "scripts"


def run_hook(image: Image) -> subprocess.CompletedProcess[str]:
    """Run the hook as the constructs write it, in the image's environment."""
    command = f"{sys.executable} {SCRIPTS}/fuse_mount.py && {sys.executable} {SCRIPTS}/wrap_up.py"
    return subprocess.run(
        ["sh", "-c", command], env=image.environment(), capture_output=True, text=True, timeout=60, check=False
    )


@needs_fuse
def test_the_hook_leaves_all_to_the_entrypoint(image: Image, s3: S3Server, start: Start) -> None:
    """Before, during and after the entrypoint's mount, the hook succeeds without its own mount."""
    image.variables |= s3_variables(s3)
    process = start("singleuser")
    hooks = [run_hook(image)]
    image.started(process)
    hooks.append(run_hook(image))
    assert [(hook.returncode, hook.stdout, hook.stderr) for hook in hooks] == [(0, "", "")] * 2
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    assert len([line for line in lines if line.split(" ")[4] == str(image.workspace)]) == 1


def test_the_hook_leaves_a_failure_to_the_entrypoint(image: Image, start: Start) -> None:
    """By then the program has replaced the entrypoint, and the hook leaves the mount to it."""
    image.variables |= {"WORKSPACE_BUCKET_NAME": "demo", "WORKSPACE_STORAGE_ENGINE": "ftp"}
    process = start("singleuser")
    image.started(process)
    assert is_in_charge(image)
    assert run_hook(image).returncode == 0
    assert len(image.complaints) == 1
    process.stop()
    assert not is_in_charge(image)


@needs_fuse
def test_the_hook_mounts_in_an_image_with_another_entrypoint(image: Image, s3: S3Server) -> None:
    """The hook does not wait for the end of the mount, and the folders exist."""
    (s3.bucket / "old.csv").write_text("a,b\n")
    image.variables |= s3_variables(s3)
    (image.home / "work").mkdir()
    try:
        assert run_hook(image).returncode == 0
        assert (image.workspace / "old.csv").read_text() == "a,b\n"
        assert (image.home / "tmp").is_dir()
    finally:
        for process in mounts_of(image):
            end(process)
    wait_until(lambda: not is_mounted(image.workspace), "the files to be unmounted")


def is_in_charge(image: Image) -> bool:
    """Return whether the hook would leave the mount to a process of the container."""
    question = [sys.executable, "-c", "from hexa_jupyter.mount_lock import is_held; print(is_held())"]
    answer = subprocess.run(
        question,
        env=image.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return answer.stdout == "True\n"


def mounts_of(image: Image) -> list[int]:
    """Return an image's mount processes."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, environ = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"hexa_jupyter\0mount" in command and f"HOME={image.home}\0".encode() in environ:
            found.append(int(folder.name))
    return found
