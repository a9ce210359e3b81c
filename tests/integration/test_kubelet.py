"""The stand-in kubelet behaves as a hub expects, seen through a real API server."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes.kube_api_server import KubeApiServer
from tests.processes.kubelet import Kubelet, run_kubelet
from tests.processes.loopback import answers
from tests.processes.process import wait_until

SECONDS = 15


class Pods:
    """The pods of a namespace, managed with kubectl."""

    def __init__(self, server: KubeApiServer, namespace: str) -> None:
        self.server = server
        self._in = f"--namespace={namespace}"
        server.kubectl("create", "namespace", namespace)
        server.kubectl("create", "serviceaccount", "default", self._in)

    def create(self, name: str, script: str = "sleep 600", policy: str = "OnFailure") -> None:
        """Create a pod that runs a script."""
        container = {
            "name": "notebook",
            "image": "example.test/image",
            "args": ["sh", "-c", script],
            "ports": [{"containerPort": 8888}],
        }
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name},
            "spec": {"restartPolicy": policy, "containers": [container]},
        }
        self.server.kubectl("create", self._in, "--filename=-", input=json.dumps(pod))

    def delete(self, name: str) -> None:
        """Delete a pod with a grace period of a second, without waiting."""
        self.server.kubectl("delete", "pod", name, self._in, "--grace-period=1", "--wait=false")

    def names(self) -> str:
        """Return the names of all pods."""
        return self.server.kubectl("get", "pods", self._in, "--output=name").stdout

    def events(self) -> list[str]:
        """Return the reason of each event."""
        text = self.server.kubectl("get", "events", self._in, "--output=json").stdout
        return [event["reason"] for event in json.loads(text)["items"]]

    def status(self, name: str) -> dict[str, Any]:
        """Return the status of a pod."""
        found: dict[str, Any] = json.loads(self.server.kubectl("get", "pod", name, self._in, "--output=json").stdout)
        return found["status"]  # type: ignore[no-any-return]

    def wait(self, name: str, phase: str, condition: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
        """Wait until a pod has a phase and its container a status. Return that status with the pod's address."""

        def found() -> dict[str, Any]:
            status = self.status(name)
            container: dict[str, Any] = (status.get("containerStatuses") or [{}])[0]
            met = status["phase"] == phase and condition(container)
            return {**container, "ip": status.get("podIP")} if met else {}

        return wait_until(found, f"pod {name} to be {phase}", SECONDS)


@pytest.fixture
def pods(kube_api_server: KubeApiServer, fresh_namespace: str) -> Pods:
    """Return the pods of a new namespace."""
    return Pods(kube_api_server, fresh_namespace)


@pytest.fixture
def kubelet(pods: Pods, fresh_namespace: str, tmp_path: Path) -> Iterator[Kubelet]:
    """Yield a kubelet that starts a process for each pod."""
    with run_kubelet(pods.server, fresh_namespace, tmp_path) as kubelet:
        yield kubelet


def test_fake_server_answers_on_an_address_of_its_own(pods: Pods, fresh_namespace: str, tmp_path: Path) -> None:
    """Each pod has its own address, reports how it started, and answers until it is deleted."""
    with run_kubelet(pods.server, fresh_namespace, tmp_path, servers="fake") as kubelet:
        pods.create("a")
        pods.create("b")
        addresses = [pods.wait(name, "Running", lambda status: status["ready"])["ip"] for name in ("a", "b")]
        assert addresses[0] != addresses[1]
        assert kubelet.pods() == dict(zip(("a", "b"), addresses, strict=True))
        assert all(answers(f"http://{address}:8888/any/path") for address in addresses)
        assert set(pods.events()) == {"Scheduled", "Pulled", "Started"}

        pods.delete("a")
        wait_until(lambda: pods.names() == "pod/b\n", "pod a to go", SECONDS)
        assert not answers(f"http://{addresses[0]}:8888/")


@pytest.mark.usefixtures("kubelet")
@pytest.mark.parametrize(
    ("script", "policy", "phase", "code"), [("exit 0", "OnFailure", "Succeeded", 0), ("exit 3", "Never", "Failed", 3)]
)
def test_program_that_ends(pods: Pods, script: str, policy: str, phase: str, code: int) -> None:
    """The container's status has its exit code."""
    pods.create("a", script, policy)
    assert pods.wait("a", phase)["state"]["terminated"]["exitCode"] == code


def test_killed_container_is_started_anew(pods: Pods, kubelet: Kubelet) -> None:
    """It restarts immediately at the same address. After further exits, the back-off grows."""
    pods.create("a")
    first = pods.wait("a", "Running", lambda status: status["ready"])
    kubelet.kill("a")
    second = pods.wait("a", "Running", lambda status: status["restartCount"] == 1)
    assert second["ready"]
    assert second["ip"] == first["ip"]
    kubelet.kill("a")
    third = pods.wait("a", "Running", lambda status: not status["ready"])
    assert third["state"]["waiting"]["reason"] == "CrashLoopBackOff"


def test_evicted_pod_has_failed_for_good(pods: Pods, kubelet: Kubelet) -> None:
    """Its process ends, and the failed pod stays."""
    pods.create("a")
    pods.wait("a", "Running")
    process = kubelet.process("a")
    kubelet.evict("a")
    assert pods.wait("a", "Failed")["state"]["terminated"]["exitCode"] == 137
    assert not process.runs()


def test_deleted_pod_terminates_within_its_grace_period(pods: Pods, kubelet: Kubelet) -> None:
    """A program that ignores SIGTERM is killed after the second, together with its children."""
    pods.create("a", "trap '' TERM; sleep 600 & wait")
    pods.wait("a", "Running")
    process = kubelet.process("a")
    pods.delete("a")
    assert process.runs()
    wait_until(lambda: pods.names() == "", "pod a to go", SECONDS)
    assert not process.runs()
    assert kubelet.pods() == {}


def test_new_pods_wait_while_told_so(pods: Pods, kubelet: Kubelet) -> None:
    """They are pending without a node, then without an image, then running."""
    kubelet.paused = kubelet.images_fail = True
    pods.create("a")
    wait_until(lambda: kubelet.pods() == {"a": ""}, "the kubelet to see pod a", SECONDS)
    assert pods.status("a")["phase"] == "Pending"
    assert pods.events() == []
    kubelet.paused = False
    waiting = pods.wait("a", "Pending")
    assert waiting["state"]["waiting"]["reason"] == "ErrImagePull"
    assert "Failed" in pods.events()
    kubelet.images_fail = False
    pods.wait("a", "Running")


def test_kubelet_outlives_the_api_server(pods: Pods, kubelet: Kubelet) -> None:
    """Containers go on while the API server is away. Pods are started and deleted when it is back."""
    pods.create("a")
    pods.wait("a", "Running")
    process, pid = kubelet.process("a"), kubelet.process("a").pid
    pods.server.stop()
    try:
        assert process.runs()
    finally:
        pods.server.start()
    pods.create("b")
    pods.wait("b", "Running")
    assert process.pid == pid
    assert process.runs()
    pods.delete("a")
    wait_until(lambda: pods.names() == "pod/b\n", "pod a to go", SECONDS)
