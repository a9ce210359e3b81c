"""The layout of a node: its addresses and its folder."""

from dataclasses import dataclass
from pathlib import Path

NODE = "node"
"""The node's name."""
IPV6 = Path("/proc/sys/net/ipv6").exists()
"""Whether this machine's kernel has IPv6; without, all that is listed below by family has one of IPv4 alone."""
_FAMILIES = slice(2 if IPV6 else 1)
NODE_ADDRESSES = ("172.30.0.2", "fd30::2")[_FAMILIES]
OUTSIDE_ADDRESSES = ("172.30.0.1", "fd30::1")[_FAMILIES]
"""Where all is that is no part of the node, see `tests.node.outside`."""
POD_CIDRS = ("10.244.0.0/16", "fd00:244::/56")[_FAMILIES]
"""The ranges of pods; a node has a part of each."""
POD_SUBNETS = ("10.244.0.0/24", "fd00:244::/64")[_FAMILIES]
SERVICE_CIDRS = ("10.96.0.0/16", "fd00:96::/112")[_FAMILIES]
DNS_ADDRESS = "10.96.0.10"
KUBERNETES_ADDRESS = "10.96.0.1"
API_PORT = 6443
CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
"""In the node's own /run, as all sockets are: their paths have to be short."""
MOUNTED = ("/run", "/var/log", "/var/lib")
"""Folders that are the node's own and empty at its start."""
PROVISIONER = "hexa-notebooks/local"


@dataclass(frozen=True)
class Layout:
    """The folder of a node, and what is in it."""

    folder: Path

    def file(self, name: str) -> str:
        """Return the path of a file or folder by name."""
        return str(self.folder / name)

    @property
    def cgroup(self) -> str:
        """The name of its control groups."""
        return self.folder.name

    @property
    def pki(self) -> Path:
        """Keys and certificates."""
        return self.folder / "pki"

    @property
    def kubeconfigs(self) -> Path:
        """Each program's kubeconfig, by the program's name."""
        return self.folder / "kubeconfigs"

    @property
    def kubeconfig(self) -> Path:
        """An administrator's kubeconfig for this machine."""
        return self.folder / "kubeconfig"

    @property
    def logs(self) -> Path:
        """A log for each program."""
        return self.folder / "logs"

    @property
    def images(self) -> Path:
        """Archives of the images that the node has from the start."""
        return self.folder / "images"

    @property
    def manifests(self) -> Path:
        """The objects that the API server has from the start."""
        return self.folder / "manifests"

    def import_image(self, archive: Path) -> list[str]:
        """Return the command that gives the node an image; it runs where the node's mounts are."""
        return ["ctr", f"--address={CONTAINERD_SOCKET}", "--namespace=k8s.io", "images", "import", str(archive)]
