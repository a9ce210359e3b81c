"""The rules of `tests/deployed/restricted.py` agree with the real Pod Security admission."""

import json
from typing import Any

import pytest

from hexa_notebooks import GcsFuseCsi, PerUserPvc, SharedPvc
from hexa_notebooks.components.singleuser.storage import UserStorage
from tests.deployed.restricted import violations
from tests.manifests.kube_spawner import user_pod
from tests.manifests.synthesis import MINIMAL, Object
from tests.processes.kube_api_server import KubeApiServer

POD = "spec.securityContext"
MAIN = "spec.containers.0"
SIDECAR = "spec.initContainers.0"
APPARMOR = "container.apparmor.security.beta.kubernetes.io/main"
SECCOMP = {"type": "RuntimeDefault"}
UNCONFINED = {"type": "Unconfined"}


def container(name: str, port: int) -> Object:
    """Return a container without any privileges."""
    return {
        "name": name,
        "image": "example.test/image:1",
        "ports": [{"containerPort": port}],
        "lifecycle": {"preStop": {"httpGet": {"port": port}}},
        "livenessProbe": {"httpGet": {"port": port}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "seccompProfile": SECCOMP,
        },
    }


def changed(changes: dict[str, Any]) -> Object:
    """Return a `restricted` pod with a native sidecar and some changed fields, removed if they are `...`."""
    sidecar = container("sidecar", 81) | {"restartPolicy": "Always", "startupProbe": {"tcpSocket": {"port": 81}}}
    pod: Object = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "pod"},
        "spec": {
            "containers": [container("main", 80)],
            "initContainers": [sidecar],
            "securityContext": {"runAsNonRoot": True, "seccompProfile": SECCOMP},
        },
    }
    for path, value in changes.items():
        *parents, field = (int(key) if key.isdigit() else key for key in path.split("."))
        parent: Any = pod
        for key in parents:
            parent = parent[key]
        parent[field] = value
        if value is ...:
            del parent[field]
    return pod


@pytest.fixture(scope="module")
def restricted_namespace(kube_api_server: KubeApiServer) -> str:
    """Return a namespace that enforces `restricted`."""
    kube_api_server.kubectl("create", "namespace", "restricted")
    kube_api_server.kubectl("label", "namespace", "restricted", "pod-security.kubernetes.io/enforce=restricted")
    kube_api_server.kubectl("create", "serviceaccount", "default", "--namespace=restricted")
    return "restricted"


def refusal(server: KubeApiServer, namespace: str, pod: Object) -> str:
    """Return why admission refuses a pod, or an empty result if it admits it."""
    create = ("create", "--dry-run=server", f"--namespace={namespace}", "--filename=-")
    return server.kubectl(*create, input=json.dumps(pod), check=False).stderr


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {POD: ...},
        {"spec.volumes": [{"name": "data", "emptyDir": {}}]},
        {f"{MAIN}.securityContext.runAsNonRoot": ...},
        {f"{MAIN}.securityContext.runAsUser": 1000},
        {f"{MAIN}.securityContext.seccompProfile": ...},
        {f"{MAIN}.securityContext.seccompProfile": {"type": "Localhost", "localhostProfile": "a.json"}},
        {f"{MAIN}.securityContext.appArmorProfile": SECCOMP},
        {f"{MAIN}.securityContext.capabilities.add": ["NET_BIND_SERVICE"]},
    ],
    ids=" ".join,
)
def test_what_the_rules_let_pass_is_admitted(
    kube_api_server: KubeApiServer, restricted_namespace: str, changes: dict[str, Any]
) -> None:
    """The rules find nothing, and the API server admits the pod."""
    assert violations(changed(changes)) == []
    assert refusal(kube_api_server, restricted_namespace, changed(changes)) == ""


@pytest.mark.parametrize(
    ("violation", "changes"),
    [
        ("pod: hostNetwork", {"spec.hostNetwork": True}),
        ("pod: hostPID", {"spec.hostPID": True}),
        ("pod: hostIPC", {"spec.hostIPC": True}),
        ("volume data: hostPath", {"spec.volumes": [{"name": "data", "hostPath": {"path": "/"}}]}),
        (f"pod: annotation {APPARMOR}", {"metadata.annotations": {APPARMOR: "unconfined"}}),
        ("pod: runAsNonRoot", {f"{POD}.runAsNonRoot": False}),
        ("pod: runAsUser", {f"{POD}.runAsUser": 0}),
        ("pod: seccompProfile", {f"{POD}.seccompProfile": UNCONFINED}),
        ("pod: appArmorProfile", {f"{POD}.appArmorProfile": UNCONFINED}),
        ("pod: seLinuxOptions", {f"{POD}.seLinuxOptions": {"user": "root"}}),
        ("pod: sysctls", {f"{POD}.sysctls": [{"name": "kernel.msgmax", "value": "1"}]}),
        ("main: privileged", {f"{MAIN}.securityContext": {"privileged": True}}),
        ("main: runAsNonRoot", {f"{MAIN}.securityContext.runAsNonRoot": False}),
        ("main: runAsNonRoot", {f"{MAIN}.securityContext.runAsNonRoot": ..., f"{POD}.runAsNonRoot": ...}),
        ("main: runAsUser", {f"{MAIN}.securityContext.runAsUser": 0}),
        ("main: seccompProfile", {f"{MAIN}.securityContext.seccompProfile": UNCONFINED}),
        ("main: seccompProfile", {f"{MAIN}.securityContext.seccompProfile": ..., f"{POD}.seccompProfile": ...}),
        ("main: appArmorProfile", {f"{MAIN}.securityContext.appArmorProfile": UNCONFINED}),
        ("main: seLinuxOptions", {f"{MAIN}.securityContext.seLinuxOptions": {"role": "root"}}),
        ("main: procMount", {"spec.hostUsers": False, f"{MAIN}.securityContext.procMount": "Unmasked"}),
        ("main: allowPrivilegeEscalation", {f"{MAIN}.securityContext.allowPrivilegeEscalation": ...}),
        ("main: capabilities.drop", {f"{MAIN}.securityContext.capabilities": ...}),
        ("main: capabilities.drop", {f"{MAIN}.securityContext.capabilities.drop": ["NET_RAW"]}),
        ("main: capabilities.add SYS_ADMIN", {f"{MAIN}.securityContext.capabilities.add": ["SYS_ADMIN"]}),
        ("main: allowPrivilegeEscalation", {f"{MAIN}.securityContext": ...}),
        ("main: hostPort", {f"{MAIN}.ports.0.hostPort": 80}),
        ("main: livenessProbe.host", {f"{MAIN}.livenessProbe.httpGet.host": "a.test"}),
        ("main: preStop.host", {f"{MAIN}.lifecycle.preStop.httpGet.host": "a.test"}),
        ("sidecar: startupProbe.host", {f"{SIDECAR}.startupProbe.tcpSocket.host": "a.test"}),
        ("sidecar: capabilities.drop", {f"{SIDECAR}.securityContext.capabilities.drop": []}),
        ("sidecar: allowPrivilegeEscalation", {f"{SIDECAR}.securityContext": ...}),
    ],
)
def test_what_the_rules_find_is_refused(
    kube_api_server: KubeApiServer, restricted_namespace: str, violation: str, changes: dict[str, Any]
) -> None:
    """The rules name the violation, and the API server refuses the pod because of Pod Security."""
    assert violation in violations(changed(changes))
    assert 'violates PodSecurity "restricted:latest"' in refusal(
        kube_api_server, restricted_namespace, changed(changes)
    )


@pytest.mark.parametrize(
    "storage",
    [PerUserPvc(), SharedPvc(claim="homes"), GcsFuseCsi(bucket="homes", service_account="default")],
    ids=lambda storage: str(storage.kind),
)
def test_users_pod_is_admitted(kube_api_server: KubeApiServer, restricted_namespace: str, storage: UserStorage) -> None:
    """Every storage is covered that passes `restricted` and has volumes."""
    assert storage.pod_security == "restricted"
    pod = user_pod(MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=storage)))
    pod["metadata"]["namespace"] = restricted_namespace
    assert len(pod["spec"]["volumes"]) == 1
    assert refusal(kube_api_server, restricted_namespace, pod) == ""
