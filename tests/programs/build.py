"""Build the programs of a Kubernetes cluster from source, for tests against a real one.

`python -m tests.programs.build` builds the API server and kubectl, `... build node` the whole node. Each prints the
folders that contain the programs. The build needs a Go toolchain and, the first time, the network. It needs no Python
package, so it also runs before the virtual environment exists.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MODULES = Path(__file__).resolve().parent
"""The folder of the Go modules, each in a folder of its own that pins the releases of all it builds from."""


@dataclass(frozen=True)
class Program:
    """What is built into one program."""

    module: str
    """The folder of its Go module."""
    package: str
    """Its Go main package."""
    tags: str = ""
    """Go build tags, separated by commas."""
    needs_c: bool = False
    """Whether it links C, which takes a C compiler. Default: it is static, as released programs are."""


API_SERVER = {
    "etcd": Program("kubernetes", "go.etcd.io/etcd/server/v3"),
    "kube-apiserver": Program("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    "kubectl": Program("kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
}
"""The programs of an API server by name."""

_CNI = "github.com/containernetworking/plugins/plugins"
_CONTAINERD = "github.com/containerd/containerd/v2/cmd"
NODE = {
    **API_SERVER,
    "kube-controller-manager": Program("kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    "kube-scheduler": Program("kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler"),
    "kubelet": Program("kubernetes", "k8s.io/kubernetes/cmd/kubelet"),
    "kube-proxy": Program("kubernetes", "k8s.io/kubernetes/cmd/kube-proxy"),
    # btrfs needs a C library, and the rest is what a node without such a disk never loads.
    "containerd": Program("containerd", f"{_CONTAINERD}/containerd", tags="no_btrfs,no_devmapper,no_zfs"),
    "containerd-shim-runc-v2": Program("containerd", f"{_CONTAINERD}/containerd-shim-runc-v2"),
    "ctr": Program("containerd", f"{_CONTAINERD}/ctr"),
    # Without seccomp a pod's `RuntimeDefault` would be refused.
    "runc": Program("runc", "github.com/opencontainers/runc", tags="seccomp", needs_c=True),
    "ptp": Program("cni", f"{_CNI}/main/ptp"),
    "loopback": Program("cni", f"{_CNI}/main/loopback"),
    "host-local": Program("cni", f"{_CNI}/ipam/host-local"),
    "portmap": Program("cni", f"{_CNI}/meta/portmap"),
    "coredns": Program("coredns", "."),
    "kube-router": Program("kube_router", "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"),
    "device-plugin": Program("stand_ins", "./device-plugin"),
    "provisioner": Program("stand_ins", "./provisioner"),
    "pause": Program("stand_ins", "./pause"),
    "image-awaiter": Program("stand_ins", "./image-awaiter"),
}
"""The programs of a whole node by name."""


def kubernetes_version() -> str:
    """Return the version of the Kubernetes programs that go.mod requires, as in "v1.37.2"."""
    file = MODULES / "kubernetes" / "go.mod"
    requirement = re.search(r"^\s*k8s\.io/kubernetes (v\S+)", file.read_text(), re.MULTILINE)
    assert requirement, f"{file} does not require k8s.io/kubernetes"
    return requirement[1]


def _ldflags(module: str) -> str:
    if module != "kubernetes":
        return "-s -w"
    # A release build sets the same symbols (hack/lib/version.sh); without them the programs call themselves v0.0.0.
    version = kubernetes_version()
    major, minor, _ = version.removeprefix("v").split(".", 2)
    symbols = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
    return " ".join(["-s", "-w", *(f"-X k8s.io/component-base/version.{name}={symbols[name]}" for name in symbols)])


@cache
def _digest(module: str) -> str:
    digest = hashlib.sha256(_ldflags(module).encode())
    for file in sorted(MODULES.joinpath(module).rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(MODULES).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder(module: str = "kubernetes") -> Path:
    """Return the folder of a module's programs; its name has a digest of all that decides what is built."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return home / "hexa-notebooks" / "programs" / f"{module}-{_digest(module)}"


def folders(names: Iterable[str] = NODE) -> list[Path]:
    """Return the folders that hold these programs once they are built."""
    return [cache_folder(module) for module in dict.fromkeys(NODE[name].module for name in names)]


def missing(names: Iterable[str] = NODE) -> list[str]:
    """Return which of these programs are not built yet."""
    return [name for name in names if not cache_folder(NODE[name].module).joinpath(name).is_file()]


def build(names: Iterable[str]) -> None:
    """Build those of these programs that are not there yet.

    Raises FileNotFoundError if there is no Go toolchain, and subprocess.CalledProcessError if a build fails.
    """
    for name in missing(names):
        if shutil.which("go") is None:
            raise FileNotFoundError(
                f"PATH has no `go`: install the Go toolchain that {MODULES / 'kubernetes' / 'go.mod'} names"
            )
        program = NODE[name]
        folder = cache_folder(program.module)
        folder.mkdir(parents=True, exist_ok=True)
        print(f"build {name}", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            built = Path(scratch, name)
            options = ["-trimpath", "-tags", program.tags, "-ldflags", _ldflags(program.module)]
            subprocess.run(
                ["go", "build", *options, "-o", built, program.package],
                cwd=MODULES / program.module,
                env={**os.environ, "CGO_ENABLED": "1" if program.needs_c else "0"},
                check=True,
            )
            built.rename(folder / name)


if __name__ == "__main__":
    wanted = NODE if sys.argv[1:] == ["node"] else API_SERVER
    try:
        build(wanted)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)  # Go has told why
    print(*folders(wanted), sep="\n")
