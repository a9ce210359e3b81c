"""A complete Kubernetes node on this machine. Every program is real, and no container engine is needed.

The node runs in its own namespaces, so killing one process ends all of it. Nothing shows outside: no interface, no
mount, and only two processes. One is the node; the other waits for its end and removes its folder and control groups.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tests.node import cgroups
from tests.node.certificates import Authority
from tests.node.image_archive import write_image
from tests.node.layout import (
    API_PORT,
    CONTAINERD_SOCKET,
    DNS_ADDRESS,
    KUBERNETES_ADDRESS,
    NODE,
    NODE_ADDRESSES,
    POD_SUBNETS,
    Layout,
)
from tests.paths import ROOT
from tests.processes.process import Process, log_tail, wait_until
from tests.programs.build import folders, missing

PAUSE = "registry.k8s.io/pause:3.10.1"
IMAGES = {
    PAUSE: ("pause", "/pause"),
    "registry.k8s.io/coredns/coredns:v1.15.0": ("coredns", "/coredns"),
}
"""The images that a node itself needs: the program in each, and where it is."""

DEBIAN = {
    "ip": "iproute2",
    "iptables": "iptables",
    "ipset": "ipset",
    "nft": "nftables",
    "conntrack": "conntrack",
    "fusermount3": "fuse3",
    "unshare": "util-linux",
    "nsenter": "util-linux",
}
"""The programs that it takes from the machine, and Debian's packages that have them."""
_ROOTS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_UNSHARE = ("unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc")
_FOLDERS = os.environ.get("TMPDIR") or "/var/tmp"  # noqa: S108 (mkdtemp makes it)
"""Where a node keeps its images, some gigabytes, which /tmp may have no room for, or keep in memory."""
_TRIES = """mkdir lower upper work merged
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay merged
mount -t sysfs sysfs /sys
ip link add tries type veth
iptables --wait --list > /dev/null
nft list ruleset > /dev/null
ipset list > /dev/null
"""
"""What the node does that a kernel, or the limits of a container, may refuse to root."""
_READY_SECONDS = 240
_LEFT_SECONDS = 300
"""How long it may take on a busy disk to remove what is left of a node with many images."""


def why_not() -> str:
    """Return in one line why no node can run here and how to change that, or an empty string if one can."""
    if os.geteuid() != 0:
        return "a node of our own takes root"
    absent = {package for program, package in DEBIAN.items() if shutil.which(program, path=_ROOTS) is None}
    if absent:
        return f"a node of our own needs more programs: apt-get install {' '.join(sorted(absent))}"
    if absent := set(missing()):
        return f"a node of our own is not built ({', '.join(sorted(absent))}): run `make node-programs` (needs Go)"
    if reason := cgroups.why_not() or _refusal():
        return f"a node of our own cannot run in this container or on this kernel: {reason}"
    return ""


def _refusal() -> str:
    with tempfile.TemporaryDirectory(prefix="hexa-node-", dir=_FOLDERS) as folder:
        command = [*_UNSHARE, "sh", "-ec", _TRIES]
        tried = subprocess.run(
            command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
        )
    return " ".join(tried.stderr.split()) if tried.returncode else ""


class Node:
    """A running node; see `run_node`."""

    def __init__(self, layout: Layout, process: Process) -> None:
        self.layout, self.process = layout, process

    @property
    def kubeconfig(self) -> Path:
        """An administrator's kubeconfig for its API server."""
        return self.layout.kubeconfig

    def import_image(self, archive: Path) -> None:
        """Load the images of an archive from `podman save`. Raises RuntimeError if that fails."""
        self._run([*self._enter("--mount"), *self.layout.import_image(archive)], seconds=600)

    def run(self, *command: str) -> str:
        """Run a command in the node's namespaces and return its output. Raises RuntimeError if it fails."""
        return self._run([*self._enter("--mount", "--net", "--pid", "--uts", "--ipc"), *command], seconds=60)

    def peak_memory(self) -> int:
        """Return the peak memory of the node and its pods in bytes, including the page cache."""
        return cgroups.peak_memory(self.layout.cgroup)

    def _enter(self, *namespaces: str) -> list[str]:
        if not self.process.runs():
            raise RuntimeError(str(self.process))
        (inside,) = psutil.Process(self.process.pid).children()
        return ["nsenter", f"--target={inside.pid}", *namespaces]

    def _run(self, command: Sequence[str], seconds: float) -> str:
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=seconds, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with status {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def run_node() -> Iterator[Node]:
    """Run a node until the block ends; yield it once its API server, its DNS and its network work.

    Raises:
        RuntimeError: a program of it ended; the message has the end of a log.
        TimeoutError: it took too long; the message has the end of every log.

    """
    layout = Layout(Path(tempfile.mkdtemp(prefix="hexa-node-", dir=_FOLDERS)))
    with ExitStack() as stack:
        held = stack.enter_context(_leavings(layout))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            _prepare(layout, f"https://127.0.0.1:{listener.getsockname()[1]}")
            process = _process(layout, [listener.fileno(), held])
            process.launch()
        stack.callback(process.kill)
        node = Node(layout, process)
        try:
            wait_until(lambda: _is_ready(node), "the node to be ready", _READY_SECONDS, processes=[process], pause=0.2)
        except TimeoutError as error:
            logs = (f"--- {log.name}\n{log_tail(log, 5)}" for log in sorted(layout.logs.iterdir()))
            raise TimeoutError("\n".join([str(error), *logs])) from None
        yield node


def environment() -> dict[str, str]:
    """Return the environment of the node's programs, whose home is its own /run."""
    path = [*map(str, folders()), _ROOTS]
    return {"PATH": os.pathsep.join(path), "PYTHONPATH": str(ROOT), "KUBERC": "off", "HOME": "/run"}


@contextmanager
def _leavings(layout: Layout) -> Iterator[int]:
    """Have the node's remains removed, even if this process is killed, and yield the lock file that it must hold.

    The end of the block waits until this is done. Until then this process holds the file too, to keep the logs of a
    node that ended unexpectedly.
    """
    read, write = os.pipe()
    remover = subprocess.Popen(
        [sys.executable, "-m", "tests.node.leavings", str(layout.folder), str(read)],
        pass_fds=[read],
        cwd=ROOT,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )
    os.close(read)
    try:
        yield write
    finally:
        os.close(write)
        if status := remover.wait(_LEFT_SECONDS):
            raise RuntimeError(f"{layout.folder}: not all of the node is removed (status {status})")


def _process(layout: Layout, files: Sequence[int]) -> Process:
    """Return the process that has all of the node below it; the first of the files is the API server's socket."""
    return Process(
        [*_UNSHARE, sys.executable, "-m", "tests.node.inside", str(layout.folder), str(files[0])],
        layout.logs / "node.log",
        env=environment(),
        cwd=ROOT,
        process_group=0,
        pass_fds=files,
        until_closed=True,
    )


def _prepare(layout: Layout, server: str) -> None:
    """Write all that the programs read."""
    for folder in (layout.kubeconfigs, layout.logs, layout.images):
        folder.mkdir(parents=True)
    for name in ("kubelet", "cni", "volumes"):
        (layout.folder / name).mkdir()
    shutil.copytree(Path(__file__).parent / "manifests", layout.manifests)
    _prepare_identities(layout, server)
    for index, (image, (program, path)) in enumerate(IMAGES.items()):
        (folder,) = folders([program])
        write_image(layout.images / f"{index}.tar", image, folder / program, path)
    (layout.folder / "containerd.toml").write_text(_containerd(layout))
    (layout.folder / "kubelet.json").write_text(json.dumps(_kubelet(layout)))
    (layout.folder / "cni" / "10-pods.conflist").write_text(json.dumps(_PODS))
    # Nothing outside answers questions for names.
    (layout.folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")


def _prepare_identities(layout: Layout, server: str) -> None:
    authority = Authority(layout.pki)
    names = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
    authority.vouch("api-server", "kube-apiserver", hosts=(*names, "127.0.0.1", KUBERNETES_ADDRESS, *NODE_ADDRESSES))
    authority.vouch("kubelet-client", "kube-apiserver-kubelet-client", "system:masters")
    own = f"https://127.0.0.1:{API_PORT}"
    for name, user, group in (
        ("admin", "admin", "system:masters"),
        ("controller-manager", "system:kube-controller-manager", None),
        ("scheduler", "system:kube-scheduler", None),
        ("kubelet", f"system:node:{NODE}", "system:nodes"),
    ):
        authority.kubeconfig(layout.kubeconfigs / name, own, user, group)
    authority.kubeconfig(layout.kubeconfig, server, "operator", "system:masters")


def _is_ready(node: Node) -> bool:
    """Return whether DNS answers, which takes the whole node."""
    program = shutil.which("kubectl", path=environment()["PATH"])
    cache = f"--cache-dir={node.layout.file('kubectl-cache')}"
    kubectl = [program, f"--kubeconfig={node.kubeconfig}", cache, "--request-timeout=10s"]
    get = ["get", "deployment/coredns", "--namespace=kube-system", "--output=jsonpath={.status.readyReplicas}"]
    return subprocess.run([*map(str, kubectl), *get], capture_output=True, text=True, check=False).stdout == "1"


def _containerd(layout: Layout) -> str:
    (runc,), (cni,) = folders(["runc"]), folders(["ptp"])
    return f"""\
version = 3
root = "{layout.file("containerd")}"
state = "/run/containerd"
[grpc]
address = "{CONTAINERD_SOCKET}"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "{PAUSE}"
[plugins."io.containerd.cri.v1.runtime"]
# Where this process may not raise itself above others, no container may either.
restrict_oom_score_adj = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["{cni}"]
conf_dir = "{layout.file("cni")}"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = "{runc}/runc"
"""


def _kubelet(layout: Layout) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(layout.pki / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{layout.cgroup}",
        "clusterDNS": [DNS_ADDRESS],
        "clusterDomain": "cluster.local",
        "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
        # The machine's own room is not what is tested.
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "failCgroupV1": False,
        "failSwapOn": False,
        "imageGCHighThresholdPercent": 100,
        "maxPods": 200,
        "nodeStatusUpdateFrequency": "5s",
        "resolvConf": layout.file("resolv.conf"),
    }


_PODS = {
    "cniVersion": "1.0.0",
    "name": "pods",
    "plugins": [
        {
            "type": "ptp",
            "ipMasq": True,
            "ipam": {
                "type": "host-local",
                "ranges": [[{"subnet": subnet}] for subnet in POD_SUBNETS],
                "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}][: len(POD_SUBNETS)],
            },
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}
