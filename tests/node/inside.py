"""What runs inside the namespaces of the node: its network, its mounts, and every program of it.

`tests.node.node` starts it as process 1 of a pid namespace. It ends when its standard input does, and all that it has
started with it.
"""

import os
import select
import signal
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
    CONTAINERD_SOCKET,
    MOUNTED,
    NODE,
    NODE_ADDRESSES,
    OUTSIDE_ADDRESSES,
    POD_CIDRS,
    PROVISIONER,
    SERVICE_CIDRS,
    Layout,
)
from tests.process import log_tail

READY_SECONDS = 60


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
    importing = threading.Thread(target=_import_images, args=(running,))
    importing.start()
    running.until("the API server is ready", lambda: _ok(running, "get", "--raw", "/readyz"))
    running.start("kube-controller-manager", _controller_manager(layout))
    running.start("kube-scheduler", ["kube-scheduler", *_kubeconfig(layout, "scheduler"), "--leader-elect=false"])
    running.start("kubelet", _kubelet(layout))
    kube_proxy = ["--proxy-mode=nftables", "--conntrack-max-per-core=0", f"--cluster-cidr={','.join(POD_CIDRS)}"]
    running.start(
        "kube-proxy", ["kube-proxy", *_kubeconfig(layout, "admin"), f"--hostname-override={NODE}", *kube_proxy]
    )
    running.kubectl("apply", "--server-side", "--recursive", "--filename", str(layout.manifests))
    running.until("the node is there", lambda: _ok(running, "get", "node", NODE))
    running.kubectl("label", "node", NODE, "hub.jupyter.org/node-purpose=user", "topology.kubernetes.io/zone=z")
    running.start("kube-router", _kube_router(layout))
    folder = layout.file("volumes")
    running.start(
        "provisioner",
        ["provisioner", *_kubeconfig(layout, "admin"), f"--name={PROVISIONER}", f"--node={NODE}", f"--folder={folder}"],
    )
    importing.join()
    return running.wait()


@dataclass
class Programs:
    """The programs that run, by the ids of their processes."""

    layout: Layout

    def __post_init__(self) -> None:
        self._names: dict[int, str] = {}

    def start(self, name: str, command: Sequence[str], **options: object) -> subprocess.Popen[bytes]:
        """Start a program, whose log is NAME.log in the folder of logs."""
        with (self.layout.logs / f"{name}.log").open("ab") as log:
            options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **options}
            started: subprocess.Popen[bytes] = subprocess.Popen(command, **options)  # type: ignore[call-overload]
        self._names[started.pid] = name
        return started

    def kubectl(self, *arguments: str) -> None:
        """Run kubectl as an administrator. Raises CalledProcessError if it fails."""
        command = ["kubectl", *_kubeconfig(self.layout, "admin"), *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=READY_SECONDS)

    def until(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait for something, as long as every program runs. Raises RuntimeError with what was waited for."""
        deadline = time.monotonic() + READY_SECONDS
        while not condition():
            if ended := self.ended():
                raise RuntimeError(f"{ended} ended before {what}:\n{log_tail(self.layout.logs / f'{ended}.log', 5)}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited {READY_SECONDS} s in vain until {what}")
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
        """Bury the dead, as process 1 has to, until standard input or a program ends; return the exit status."""
        while True:
            if select.select([0], [], [], 0.2)[0] and not os.read(0, 1):
                return 0
            while done := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG):
                if name := self._names.get(done.si_pid):
                    print(
                        f"{name} ended with status {done.si_status}:\n{log_tail(self.layout.logs / f'{name}.log', 5)}",
                        flush=True,
                    )
                    return 1


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
    for name in ("log/pods", "log/containers"):
        Path("/var", name).mkdir()
    for source, target in (("kubelet", "/var/lib/kubelet"), ("cni", "/etc/cni")):
        Path(target).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", layout.file(source), target], check=True)


def _network(running: Programs) -> None:
    """Give the node its addresses, and a way to everything outside of it."""
    outside = running.start(
        "outside", [sys.executable, "-m", "tests.node.outside"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert outside.stdin
    assert outside.stdout
    outside.stdout.readline()
    commands = [
        "link set lo up",
        f"link add node0 type veth peer name eth0 netns {outside.pid}",
        f"address add {NODE_ADDRESSES[0]}/24 dev node0",
        f"-6 address add {NODE_ADDRESSES[1]}/64 dev node0 nodad",
        "link set node0 up",
    ]
    routes = [f"route add default via {OUTSIDE_ADDRESSES[0]}", f"-6 route add default via {OUTSIDE_ADDRESSES[1]}"]
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True)
    outside.stdin.write(b"linked\n")
    outside.stdin.flush()
    for command in routes:
        subprocess.run(["ip", *command.split()], check=True)
    for key in ("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"):
        Path("/proc/sys", key).write_text("1")


def _import_images(running: Programs) -> None:
    running.until("containerd listens", lambda: Path(CONTAINERD_SOCKET).is_socket())
    for archive in sorted(running.layout.images.glob("*.tar")):
        subprocess.run(running.layout.import_image(archive), check=True, capture_output=True)


def _ok(running: Programs, *arguments: str) -> bool:
    try:
        running.kubectl(*arguments)
    except subprocess.CalledProcessError:
        return False
    return True


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
    return [
        "kube-router",
        *_kubeconfig(layout, "admin"),
        "--run-firewall=true",
        "--run-router=false",
        "--run-service-proxy=false",
        "--enable-ipv6",
        f"--hostname-override={NODE}",
        *(f"--service-cluster-ip-range={cidr}" for cidr in SERVICE_CIDRS),
    ]


if __name__ == "__main__":
    # As process 1 it gets no signal that it has no handler for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        status = main()
    except (RuntimeError, subprocess.SubprocessError) as error:
        output = getattr(error, "stderr", None) or b""
        print(f"{error} {output.decode(errors='replace')}", flush=True)
        status = 1
    os._exit(status)
