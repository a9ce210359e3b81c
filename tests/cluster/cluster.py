"""A Kubernetes cluster of any kind, reached with kubectl and a kubeconfig."""

import json
import os
import shlex
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from hexa_notebooks.images import catalogue
from tests.manifests.synthesis import Object
from tests.processes.loopback import answers, free_port
from tests.processes.process import Process, wait_until

POD_SECONDS = 180
"""How long a pod may take to be ready on a busy machine."""
_LINES = 40
"""How much of a log is shown where a test fails."""
OWN = catalogue.HUB.rpartition("/")[0]
"""The registry of images that are built here."""

T = TypeVar("T")


@dataclass(frozen=True)
class Cluster:
    """A cluster, reached with a kubeconfig."""

    kubeconfig: Path
    """Whose rights are those of an admin of the cluster."""
    kubectl_program: str
    folder: Path
    """A folder of the tests' own."""
    namespaces: list[str] = field(default_factory=list)
    """The namespaces that tests have made and not deleted yet; a test that fails shows what is in them."""
    registry: str = OWN
    """Where the cluster pulls the images from that are built here (default: it has them)."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the documentation's commands use this cluster."""
        path = os.pathsep.join([str(Path(self.kubectl_program).parent), os.environ["PATH"]])
        cache = str(self.folder / "kubectl-cache")
        return {**os.environ, "KUBECONFIG": str(self.kubeconfig), "KUBERC": "off", "KUBECACHEDIR": cache, "PATH": path}

    def kubectl(
        self, *args: str, input: str | None = None, check: bool = True, seconds: float = POD_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl and return its result.

        Raises RuntimeError with the output if it fails, unless `check` is false.
        """
        done = subprocess.run(
            [self.kubectl_program, *args],
            input=input or "",
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env=self.environment,
        )
        if check and done.returncode != 0:
            raise RuntimeError(f"kubectl {shlex.join(args)} ended with status {done.returncode}: {done.stderr}")
        return done

    def get(self, kind: str, namespace: str | None = None, *, selector: str = "") -> list[Object]:
        """Return the objects of a kind, optionally in a namespace."""
        there = [f"--namespace={namespace}"] if namespace else []
        query = ("get", kind, *there, f"--selector={selector}", "--output=json")
        found: list[Object] = json.loads(self.kubectl(*query).stdout)["items"]
        return found

    def exists(self, name: str, namespace: str) -> bool:
        """Return whether an object exists, as in `exists("pod/hub", "test")`."""
        query = ("get", name, f"--namespace={namespace}", "--ignore-not-found", "--output=name")
        return bool(self.kubectl(*query).stdout)

    def offers(self, resource: str) -> bool:
        """Return whether a node has an extended resource. A node still lists a removed one, with an amount of 0."""
        return any(each["status"]["allocatable"].get(resource, "0") != "0" for each in self.get("nodes"))

    def apply(self, *objects: Object, namespace: str | None = None) -> None:
        """Apply objects, optionally to a namespace."""
        there = [f"--namespace={namespace}"] if namespace else []
        listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}).replace(
            f"{OWN}/", f"{self.registry}/"
        )
        self.kubectl("apply", "--server-side", "--filename=-", *there, input=listed)

    def exec(self, namespace: str, pod: str, *command: str, input: str | None = None, seconds: float = 60) -> str:
        """Run a command in a pod's main container and return what it prints."""
        return self.kubectl(
            "exec", f"--namespace={namespace}", "--stdin", pod, "--", *command, input=input, seconds=seconds
        ).stdout

    def wait_until(self, condition: Callable[[], T], what: str, namespace: str, seconds: float = POD_SECONDS) -> T:
        """Wait like `process.wait_until`. Raises TimeoutError with a description of the namespace."""
        try:
            return wait_until(condition, what, seconds, pause=0.5)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.describe(namespace)}") from None

    def wait_ready(self, namespace: str, selector: str, seconds: float = POD_SECONDS) -> list[Object]:
        """Wait until every pod of a selector, and at least one, is ready. Return the pods."""

        def ready() -> list[Object]:
            pods = [pod for pod in self.get("pods", namespace, selector=selector) if is_alive(pod)]
            return pods if pods and all(map(is_ready, pods)) else []

        return self.wait_until(ready, f"pods {selector} to be ready", namespace, seconds)

    @contextmanager
    def namespace(self, name: str, **labels: str) -> Iterator[str]:
        """Create a namespace for the duration of the block."""
        self.namespaces.append(name)
        try:
            self.kubectl("create", "namespace", name)
            if labels:
                self.kubectl("label", "namespace", name, *(f"{key}={value}" for key, value in labels.items()))
            yield name
        finally:
            self.delete_namespace(name)

    def delete_namespace(self, name: str) -> None:
        """Delete a namespace with its objects, without waiting."""
        self.kubectl("delete", "namespace", name, "--ignore-not-found", "--wait=false")
        if name in self.namespaces:
            self.namespaces.remove(name)

    @contextmanager
    def forward(
        self, namespace: str, target: str, port: int, path: str = "/", here: int | None = None
    ) -> Iterator[str]:
        """Forward a loopback port to a Service or pod during the block, and yield its URL once the path answers.

        `here` is the port (default: a free one).
        """
        here = here or free_port()
        url = f"http://localhost:{here}"
        command = [self.kubectl_program, f"--namespace={namespace}", "port-forward", target, f"{here}:{port}"]
        log = self.folder / f"port-forward-{here}.log"
        # A forwarded port ends with the pod that it leads to, and a Service's does not look for another pod.
        forward = Process(command, log, env=self.environment, is_ready=lambda: answers(f"{url}{path}"))
        try:
            forward.start()
            yield url
        finally:
            forward.stop()

    def describe(self, namespace: str) -> str:
        """Return the usual first diagnostics: events, reasons of waiting pods, and the ends of their logs."""
        there = f"--namespace={namespace}"
        parts = [f"--- namespace {namespace}"]
        for query in (
            (
                "get",
                "events",
                "--sort-by=.lastTimestamp",
                "--output=custom-columns=LAST:.lastTimestamp,ON:.involvedObject.name,REASON:.reason,MESSAGE:.message",
            ),
            ("get", "pods,persistentvolumeclaims", "--output=wide"),
        ):
            printed = self.kubectl(*query, there, check=False)
            parts.append("\n".join((printed.stdout + printed.stderr).splitlines()[-_LINES:]))
        for pod in self.get("pods", namespace):
            name = pod["metadata"]["name"]
            for status in pod["status"].get("initContainerStatuses", []) + pod["status"].get("containerStatuses", []):
                parts.append(f"--- {name} {status['name']}: {json.dumps(status['state'])}")
                logs = ("logs", name, f"--container={status['name']}", f"--tail={_LINES}", there)
                parts.append(self.kubectl(*logs, check=False).stdout)
                if status["restartCount"]:
                    parts += [
                        f"--- before the restart {status['restartCount']}",
                        self.kubectl(*logs, "--previous", check=False).stdout,
                    ]
        return "\n".join(parts)


def is_ready(pod: Object) -> bool:
    """Return whether a pod is ready."""
    conditions = pod["status"].get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def is_alive(pod: Object) -> bool:
    """Return whether a pod is not being deleted."""
    return "deletionTimestamp" not in pod["metadata"]


def restarts(pods: Sequence[Object]) -> int:
    """Return how often the pods' containers have restarted."""
    return sum(each["restartCount"] for pod in pods for each in pod["status"].get("containerStatuses", []))
