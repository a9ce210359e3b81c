"""Build etcd, kube-apiserver and kubectl from source, for the tests that talk to a real API server.

`python -m tests.envtest.build` prints the folder that holds the three programs. It needs a Go toolchain and, the first
time, the network. It needs no Python package, so it also runs before the virtual environment exists.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MODULE = Path(__file__).resolve().parent

PACKAGES = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
}
"""The Go main package of every program, by the program's name."""


def kubernetes_version() -> str:
    """Return the version of kube-apiserver and kubectl that go.mod requires, as in "v1.37.2"."""
    requirement = re.search(r"^\s*k8s\.io/kubernetes (v\S+)", (MODULE / "go.mod").read_text(), re.MULTILINE)
    assert requirement, f"{MODULE / 'go.mod'} does not require k8s.io/kubernetes"
    return requirement[1]


def _ldflags() -> str:
    # A release build sets the same symbols (hack/lib/version.sh); without them both programs call themselves v0.0.0.
    version = kubernetes_version()
    major, minor, _ = version.removeprefix("v").split(".", 2)
    symbols = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
    return " ".join(["-s", "-w", *(f"-X k8s.io/component-base/version.{name}={symbols[name]}" for name in symbols)])


def cache_folder() -> Path:
    """Return the folder that `build` fills; its name is a digest of all that decides what is built."""
    digest = hashlib.sha256(_ldflags().encode())
    for name in ("go.mod", "go.sum"):
        digest.update((MODULE / name).read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return cache / "hexa-notebooks" / "envtest" / digest.hexdigest()[:16]


def build() -> Path:
    """Build the programs unless they are there already, and return their folder.

    Raises FileNotFoundError if there is no Go toolchain, and subprocess.CalledProcessError if the build fails.
    """
    folder = cache_folder()
    if folder.is_dir():
        return folder
    if shutil.which("go") is None:
        raise FileNotFoundError(f"PATH has no `go`: install the Go toolchain that {MODULE / 'go.mod'} names")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        programs = Path(scratch, "programs")
        programs.mkdir()
        for name, package in PACKAGES.items():
            subprocess.run(
                ["go", "build", "-trimpath", "-ldflags", _ldflags(), "-o", programs / name, package],
                cwd=MODULE,
                env={**os.environ, "CGO_ENABLED": "0"},  # as released, and so no C compiler is needed
                check=True,
            )
        programs.rename(folder)
    return folder


if __name__ == "__main__":
    try:
        print(build())
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)  # Go has told why
