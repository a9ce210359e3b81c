"""The node works, also next to another one, and leaves nothing on this machine however it ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.node import node as node_module
from tests.node.cgroups import ROOT as CGROUPS
from tests.node.node import environment, run_node, why_not
from tests.paths import ROOT
from tests.processes.process import descendants, wait_until

STARTER = """\
import sys
from tests.node.node import run_node
with run_node() as node:
    print(node.kubeconfig, flush=True)
    sys.stdin.read()
"""
"""Another process that starts a node."""
PLACES = (
    "/nonexistent",
    "/opt/cni",
    "/run/.kube",
    "/run/containerd",
    "/var/lib/cni",
    "/var/lib/containerd",
    "/var/lib/kubelet",
)
"""Where the programs of a node that is all of its machine keep their files."""
KERNEL = ("vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward")
"""What such a node sets of its kernel."""
MEMORY = 4 << 30
GONE_SECONDS = 60

pytestmark = pytest.mark.timeout(900)  # two nodes start side by side, on a machine that is busy with other tests


@pytest.fixture(scope="module", autouse=True)
def can_run() -> None:
    """Skip where no node can run, but fail on CI where root can have one."""
    if reason := why_not():
        give_up = pytest.fail if os.environ.get("CI") and os.geteuid() == 0 else pytest.skip
        give_up(reason)


def machine() -> dict[str, object]:
    """Return what a node could change on this machine outside its folder."""
    return {
        "interfaces": sorted(each.name for each in Path("/sys/class/net").iterdir()),
        "places": [place for place in PLACES if Path(place).exists()],
        "kernel": {key: Path("/proc/sys", key).read_text() for key in KERNEL},
    }


@dataclass(frozen=True)
class Traces:
    """What tells that a node is there, or is there still.

    A namespace lasts as long as a process or a mount has it, and a control group can go only when no process is in it.
    """

    folder: Path
    processes: list[psutil.Process]
    machine: dict[str, object]

    @classmethod
    def of(cls, pid: int, folder: Path, machine: dict[str, object]) -> "Traces":
        """Return those of a node below a process, on a machine that was so before."""
        traces = cls(folder, descendants(pid), machine)
        kinds = {each.partition(" ")[0] for each in traces.left()}
        assert kinds == {"process", "group", "folder"}, "what is looked for is found"
        return traces

    def left(self) -> list[str]:
        """Return what is left of the node."""
        name = self.folder.name
        groups = [*CGROUPS.glob(name), *CGROUPS.glob(f"*/{name}")]
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
        return [
            *(f"process {each}" for each in self.processes if is_there(each)),
            # The one that removes the folder, and is not below the node's.
            *(f"process {each.info}" for each in psutil.process_iter(["cmdline"]) if name in str(each.info["cmdline"])),
            *(f"group {each}" for each in groups),
            *(f"mount {each}" for each in mounts if name in each),
            *([f"folder {self.folder}"] if self.folder.exists() else []),
        ]

    def assert_gone(self) -> None:
        """Wait until nothing is left, because a killed node takes a moment to end."""
        with suppress(TimeoutError):
            wait_until(lambda: not self.left(), "the node to be gone", GONE_SECONDS)
        assert self.left() == []
        assert machine() == self.machine


def is_there(process: psutil.Process) -> bool:
    """Return whether a process has not ended, though its parent may not have looked at it yet."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def names_of_nodes(kubeconfig: Path) -> list[str]:
    """Return what the API server of a node says of its nodes and their condition."""
    kubectl = shutil.which("kubectl", path=environment()["PATH"])
    assert kubectl
    done = subprocess.run(
        [kubectl, f"--kubeconfig={kubeconfig}", f"--cache-dir={kubeconfig.parent}", "get", "nodes", "--output=json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [each["metadata"]["name"] for each in json.loads(done.stdout)["items"]]


@pytest.fixture
def starter() -> Iterator["subprocess.Popen[str]"]:
    """Yield a process that starts a node, and end it if the test has not."""
    command = [sys.executable, "-c", STARTER]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_one_process_ends_it(starter: "subprocess.Popen[str]", capsys: pytest.CaptureFixture[str]) -> None:
    """Two nodes run in parallel. Each ends when its first process or its starter is killed."""
    before = machine()
    with run_node() as node:
        assert starter.stdout
        line = starter.stdout.readline().strip()
        assert line, "the process that starts the other node has ended"
        other = Path(line)
        own = Traces.of(node.process.pid or 0, node.layout.folder, before)
        others = Traces.of(starter.pid, other.parent, before)

        for kubeconfig in (node.kubeconfig, other):
            assert names_of_nodes(kubeconfig) == ["node"]
        with capsys.disabled():
            print(f" {node.peak_memory() >> 20} MiB ", end="")
        assert node.peak_memory() < MEMORY

        starter.kill()
        others.assert_gone()
        assert names_of_nodes(node.kubeconfig) == ["node"]

        os.kill(node.process.pid or 0, signal.SIGKILL)
    own.assert_gone()


def test_starter_killed_half_way(starter: "subprocess.Popen[str]") -> None:
    """If the starting process is killed before the node is ready, the node ends, too."""
    before = machine()

    def starting() -> Path | None:
        for each in descendants(starter.pid):
            with suppress(psutil.Error):  # it has ended
                for word in each.cmdline():
                    if "hexa-node-" in word and Path(word, "logs", "etcd.log").exists():
                        return Path(word)
        return None

    folder = wait_until(starting, "etcd to be started")
    assert folder
    traces = Traces(folder, descendants(starter.pid), before)
    assert traces.left()
    starter.kill()
    traces.assert_gone()


def test_failed_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has the end of the failed program's log, and nothing is left behind."""
    before = machine()
    monkeypatch.setattr(node_module, "_FOLDERS", str(tmp_path))
    monkeypatch.setattr(node_module, "_kubelet", lambda _: {"apiVersion": "example.org/v1", "kind": "Nonsense"})
    with pytest.raises(RuntimeError, match=r"kubelet ended before[\s\S]*Nonsense"), run_node():
        pass
    assert list(tmp_path.iterdir()) == []
    assert machine() == before
