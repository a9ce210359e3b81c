"""The inside of the node's namespaces: its network, its mounts and its programs.

`tests.node.node` starts this as process 1 of a PID namespace. It ends when its standard input closes, and everything
that it started ends with it.
"""

import os
import select
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.node.cgroups import join
from tests.node.layout import (
    API_PORT,
    IPV6,
    MOUNTED,
    NODE,
    NODE_ADDRESSES,
    OUTSIDE_ADDRESSES,
    POD_CIDRS,
    PROVISIONER,
    SERVICE_CIDRS,
    Layout,
)
from tests.processes.process import log_tail

STEP_SECONDS = 120
"""How long each step of the start may take on a busy machine."""
_LINES = 15
"""How much is shown of the log of a program that ended."""
_KERNEL = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}
"""What the kubelet wants of the kernel. It finds it so, and does not set it, which would be for the whole machine."""


def main() -> int:
    """Start everything, one after the other where one needs another, and wait for the end of the first of them."""
    layout, listener = Layout(Path(sys.argv[1])), int(sys.argv[2])
    join(layout.cgroup)
    _mounts(layout)
    running = Programs(layout)
    _network(running)
    running.start("relay", [sys.executable, "-m", "tests.node.relay", str(listener)], pass_fds=[listener])
    running.start("etcd", _etcd(layout))
    running.start("containerd", ["containerd", "--config", layout.file("containerd.toml")])
    running.start("kube-apiserver", _api_server(layout))
    imported: list[Exception | None] = []
    threading.Thread(target=_import_images, args=(running, imported), daemon=True).start()
    running.until("the API server is ready", lambda: running.kubectl("get", "--raw", "/readyz"))
    running.start("kube-controller-manager", _controller_manager(layout))
    running.start("kube-scheduler", ["kube-scheduler", *_kubeconfig(layout, "scheduler"), "--leader-elect=false"])
    running.start("kubelet", _kubelet(layout))
    kube_proxy = ["--proxy-mode=nftables", "--conntrack-max-per-core=0", f"--cluster-cidr={','.join(POD_CIDRS)}"]
    running.start(
        "kube-proxy", ["kube-proxy", *_kubeconfig(layout, "admin"), f"--hostname-override={NODE}", *kube_proxy]
    )
    apply = ("apply", "--server-side", "--recursive", "--filename", str(layout.manifests))
    running.until("its first objects are applied", lambda: running.kubectl(*apply))
    label = ("label", "node", NODE, "hub.jupyter.org/node-purpose=user", "topology.kubernetes.io/zone=z")
    running.until("the node is there and labelled", lambda: running.kubectl(*label))
    running.start("kube-router", _kube_router(layout))
    folder = layout.file("volumes")
    running.start(
        "provisioner",
        ["provisioner", *_kubeconfig(layout, "admin"), f"--name={PROVISIONER}", f"--node={NODE}", f"--folder={folder}"],
    )
    running.until("its first images are there", lambda: imported)
    if error := imported[0]:
        raise error
    return running.wait()


@dataclass
class Programs:
    """The programs that run, by the ids of their processes."""

    layout: Layout

    def __post_init__(self) -> None:
        self._names: dict[int, str] = {}
        self._said = ""

    def start(self, name: str, command: Sequence[str], **options: object) -> subprocess.Popen[bytes]:
        """Start a program, whose log is NAME.log in the folder of logs."""
        with (self.layout.logs / f"{name}.log").open("ab") as log:
            options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **options}
            started: subprocess.Popen[bytes] = subprocess.Popen(command, **options)  # type: ignore[call-overload]
        self._names[started.pid] = name
        return started

    def kubectl(self, *arguments: str) -> bool:
        """Run kubectl as an administrator, and return whether it succeeds."""
        command = ["kubectl", *_kubeconfig(self.layout, "admin"), "--request-timeout=10s", *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=STEP_SECONDS)
        self._said = done.stderr
        return done.returncode == 0

    def until(self, what: str, condition: Callable[[], object]) -> None:
        """Wait for something, as long as every program runs. Raises RuntimeError with what was waited for."""
        print(f"wait until {what}", flush=True)
        deadline, self._said = time.monotonic() + STEP_SECONDS, ""
        while not condition():
            if ended := self.ended():
                raise RuntimeError(f"{ended} ended before {what}:\n{self._tail(ended)}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited {STEP_SECONDS} s in vain until {what}\n{self._said}")
            if _closed():
                raise RuntimeError(f"whoever started the node was gone before {what}")
            time.sleep(0.2)

    def ended(self) -> str:
        """Return the name of a program that has ended, empty if all run."""
        for pid, name in self._names.items():
            try:
                done = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return name
            if done:
                return name
        return ""

    def wait(self) -> int:
        """Reap orphans, as process 1 must, until standard input closes or a program ends. Return the exit status."""
        while True:
            if _closed(0.2):
                return 0
            while done := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG):
                if name := self._names.get(done.si_pid):
                    print(f"{name} ended with status {done.si_status}:\n{self._tail(name)}", flush=True)
                    return 1

    def _tail(self, name: str) -> str:
        return log_tail(self.layout.logs / f"{name}.log", _LINES)


def _closed(seconds: float = 0) -> bool:
    """Return whether standard input has ended; nobody writes to it. Wait so long for that."""
    return bool(select.select([0], [], [], seconds)[0]) and not os.read(0, 1)


def _mounts(layout: Layout) -> None:
    """Have what the kubelet and the network plugins write, and what they show of the system, be this node's own."""
    held = layout.folder / "sys-fs-cgroup"
    held.mkdir()
    for command in (
        f"mount --rbind /sys/fs/cgroup {held}",
        "mount -t sysfs sysfs /sys",
        f"mount --rbind {held} /sys/fs/cgroup",
        *(f"mount -t tmpfs tmpfs {path}" for path in MOUNTED),
        # The kubelet and FUSE in pods need it.
        "mount --make-rshared /",
        f"hostname {NODE}",
    ):
        subprocess.run(command.split(), check=True)
    for name in ("log/pods", "log/containers", "lib/kubelet"):
        Path("/var", name).mkdir()
    subprocess.run(["mount", "--bind", layout.file("kubelet"), "/var/lib/kubelet"], check=True)
    # udev gives everybody the device, as on any node; a machine without udev keeps it for root.
    fuse = Path("/run/fuse")
    os.mknod(fuse, stat.S_IFCHR, os.makedev(10, 229))
    fuse.chmod(0o666)
    if Path("/dev/fuse").exists():
        subprocess.run(["mount", "--bind", fuse, "/dev/fuse"], check=True)
    # A container in a user namespace may only have a /proc where another is there with nothing on top of its files.
    for folder in ("/run/proc", layout.file("kernel")):
        Path(folder).mkdir()
    subprocess.run(["mount", "-t", "proc", "proc", "/run/proc"], check=True)
    for key, value in _KERNEL.items():
        if (target := Path("/proc/sys", key)).exists():
            source = Path(layout.file("kernel"), target.name)
            source.write_text(f"{value}\n")
            subprocess.run(["mount", "--bind", source, target], check=True)


def _network(running: Programs) -> None:
    """Give the node its addresses, and a way to everything outside of it."""
    outside = running.start(
        "outside", [sys.executable, "-m", "tests.node.outside"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert outside.stdin
    assert outside.stdout
    outside.stdout.readline()
    prefixes = zip(NODE_ADDRESSES, ("/24", "/64 nodad"), strict=False)
    commands = [
        "link set lo up",
        f"link add node0 type veth peer name eth0 netns {outside.pid}",
        *(f"address add dev node0 {address}{prefix}" for address, prefix in prefixes),
        "link set node0 up",
    ]
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True)
    outside.stdin.write(b"linked\n")
    outside.stdin.flush()
    for address in OUTSIDE_ADDRESSES:
        subprocess.run(["ip", "route", "add", "default", "via", address], check=True)
    for key in ("net/ipv4/ip_forward", *(["net/ipv6/conf/all/forwarding"] if IPV6 else [])):
        Path("/proc/sys", key).write_text("1")


def _import_images(running: Programs, done: list[Exception | None]) -> None:
    """Give the node its first images, and append what went wrong, None if nothing did."""
    try:
        for archive in sorted(running.layout.images.glob("*.tar")):
            _import(running.layout.import_image(archive))
    except (RuntimeError, subprocess.SubprocessError) as error:
        done.append(error)
    else:
        done.append(None)


def _import(command: Sequence[str]) -> None:
    """Import an image as soon as containerd takes it. Raises RuntimeError with what `ctr` says if it does not."""
    deadline = time.monotonic() + STEP_SECONDS
    while (
        done := subprocess.run(command, check=False, capture_output=True, text=True, timeout=STEP_SECONDS)
    ).returncode:
        if time.monotonic() > deadline:
            raise RuntimeError(done.stderr)
        time.sleep(0.2)


def _kubeconfig(layout: Layout, user: str) -> list[str]:
    return [f"--kubeconfig={layout.kubeconfigs / user}"]


def _etcd(layout: Layout) -> list[str]:
    return ["etcd", f"--data-dir={layout.file('etcd')}", "--unsafe-no-fsync", "--log-level=warn"]


def _api_server(layout: Layout) -> list[str]:
    pki = layout.pki
    return [
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:2379",
        f"--advertise-address={NODE_ADDRESSES[0]}",
        f"--secure-port={API_PORT}",
        f"--tls-cert-file={pki}/api-server.crt",
        f"--tls-private-key-file={pki}/api-server.key",
        f"--client-ca-file={pki}/ca.crt",
        f"--kubelet-client-certificate={pki}/kubelet-client.crt",
        f"--kubelet-client-key={pki}/kubelet-client.key",
        f"--service-account-key-file={pki}/ca.key",
        f"--service-account-signing-key-file={pki}/ca.key",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-cluster-ip-range={','.join(SERVICE_CIDRS)}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--kubelet-preferred-address-types=InternalIP",
    ]


def _controller_manager(layout: Layout) -> list[str]:
    pki = layout.pki
    return [
        "kube-controller-manager",
        *_kubeconfig(layout, "controller-manager"),
        "--use-service-account-credentials",
        "--leader-elect=false",
        "--allocate-node-cidrs",
        f"--cluster-cidr={','.join(POD_CIDRS)}",
        f"--service-cluster-ip-range={','.join(SERVICE_CIDRS)}",
        f"--root-ca-file={pki}/ca.crt",
        f"--service-account-private-key-file={pki}/ca.key",
        f"--cluster-signing-cert-file={pki}/ca.crt",
        f"--cluster-signing-key-file={pki}/ca.key",
    ]


def _kubelet(layout: Layout) -> list[str]:
    return [
        "kubelet",
        *_kubeconfig(layout, "kubelet"),
        f"--config={layout.file('kubelet.json')}",
        f"--hostname-override={NODE}",
        f"--node-ip={','.join(NODE_ADDRESSES)}",
    ]


def _kube_router(layout: Layout) -> list[str]:
    # For IPv4 only. With both families 2.1.0, the only release that is a Go module, does neither right: it uses sets of
    # IPv6 by names that it has not made (its issue 1653), and each family writes back old sets of the other.
    return [
        "kube-router",
        *_kubeconfig(layout, "admin"),
        "--run-firewall=true",
        "--run-router=false",
        "--run-service-proxy=false",
        f"--hostname-override={NODE}",
        f"--service-cluster-ip-range={SERVICE_CIDRS[0]}",
    ]


if __name__ == "__main__":
    # As process 1 it gets no signal that it has no handler for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        status = main()
    except (RuntimeError, subprocess.SubprocessError) as error:
        print(error, flush=True)
        status = 1
    os._exit(status)
