"""`hexa-notebooks diff` against a real API server: defaults are not changes, and refused objects are reported first."""

import json
from pathlib import Path
from typing import Any

import pytest

from hexa_notebooks.commands.diff.changes import compare
from hexa_notebooks.commands.diff.effects import effects
from hexa_notebooks.manifests.manifest_set import read
from tests.manifests.synthesis import MINIMAL, Object, synth, to_yaml
from tests.processes.kube_api_server import KubeApiServer

POD: Object = {
    "metadata": {"labels": {"app": "x"}},
    "spec": {"containers": [{"name": "c", "image": "i:1"}], "restartPolicy": "Always"},
}
SELECTOR: Object = {"matchLabels": {"app": "x"}}
CLAIM_SPEC: Object = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}}
WORKLOAD: Object = {"selector": SELECTOR, "template": POD}
STATEFUL: Object = {
    **WORKLOAD,
    "serviceName": "s",
    "volumeClaimTemplates": [{"metadata": {"name": "v"}, "spec": CLAIM_SPEC}],
}
JOB: Object = {"template": {"spec": {**POD["spec"], "restartPolicy": "Never"}}}
ROLE: Object = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}
PORTS: list[Object] = [{"port": 80}]

CASES: dict[str, tuple[str, str, Object, Object]] = {
    "selector of a Deployment": (
        "apps/v1",
        "Deployment",
        {"spec": WORKLOAD},
        {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {**POD, "metadata": {"labels": {"a": "b"}}}}},
    ),
    "replicas": ("apps/v1", "Deployment", {"spec": WORKLOAD}, {"spec": {**WORKLOAD, "replicas": 2}}),
    "selector of a DaemonSet": (
        "apps/v1",
        "DaemonSet",
        {"spec": WORKLOAD},
        {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {**POD, "metadata": {"labels": {"a": "b"}}}}},
    ),
    "serviceName": ("apps/v1", "StatefulSet", {"spec": STATEFUL}, {"spec": {**STATEFUL, "serviceName": "t"}}),
    "podManagementPolicy": (
        "apps/v1",
        "StatefulSet",
        {"spec": STATEFUL},
        {"spec": {**STATEFUL, "podManagementPolicy": "Parallel"}},
    ),
    "claim templates": (
        "apps/v1",
        "StatefulSet",
        {"spec": STATEFUL},
        {"spec": {**STATEFUL, "volumeClaimTemplates": [{"metadata": {"name": "w"}, "spec": CLAIM_SPEC}]}},
    ),
    "a StatefulSet's template": (
        "apps/v1",
        "StatefulSet",
        {"spec": STATEFUL},
        {"spec": {**STATEFUL, "template": {**POD, "spec": {"containers": [{"name": "c", "image": "i:2"}]}}}},
    ),
    "template of a Job": (
        "batch/v1",
        "Job",
        {"spec": JOB},
        {"spec": {"template": {"spec": {**JOB["template"]["spec"], "containers": [{"name": "c", "image": "i:2"}]}}}},
    ),
    "parallelism of a Job": ("batch/v1", "Job", {"spec": JOB}, {"spec": {**JOB, "parallelism": 2}}),
    "access modes of a claim": (
        "v1",
        "PersistentVolumeClaim",
        {"spec": CLAIM_SPEC},
        {"spec": {**CLAIM_SPEC, "accessModes": ["ReadWriteMany"]}},
    ),
    "class of a claim": (
        "v1",
        "PersistentVolumeClaim",
        {"spec": {**CLAIM_SPEC, "storageClassName": "a"}},
        {"spec": {**CLAIM_SPEC, "storageClassName": "b"}},
    ),
    "roleRef": (
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        {"roleRef": ROLE},
        {"roleRef": {**ROLE, "name": "s"}},
    ),
    "subjects": (
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        {"roleRef": ROLE},
        {"roleRef": ROLE, "subjects": [{"kind": "ServiceAccount", "name": "a", "namespace": "b"}]},
    ),
    "value of a PriorityClass": ("scheduling.k8s.io/v1", "PriorityClass", {"value": 1}, {"value": 2}),
    "preemption": (
        "scheduling.k8s.io/v1",
        "PriorityClass",
        {"value": 1},
        {"value": 1, "preemptionPolicy": "Never"},
    ),
    "parameters of a StorageClass": (
        "storage.k8s.io/v1",
        "StorageClass",
        {"provisioner": "p", "parameters": {"a": "b"}},
        {"provisioner": "p", "parameters": {"a": "c"}},
    ),
    "expansion": (
        "storage.k8s.io/v1",
        "StorageClass",
        {"provisioner": "p"},
        {"provisioner": "p", "allowVolumeExpansion": True},
    ),
    "type of a Secret": ("v1", "Secret", {"type": "a/b"}, {"type": "a/c"}),
    "an immutable Secret": (
        "v1",
        "Secret",
        {"immutable": True, "data": {"a": "YQ=="}},
        {"immutable": True, "data": {"a": "Yg=="}},
    ),
    "an immutable ConfigMap": ("v1", "ConfigMap", {"immutable": True, "data": {"a": "b"}}, {"data": {"a": "b"}}),
    "a headless Service": (
        "v1",
        "Service",
        {"spec": {"ports": PORTS}},
        {"spec": {"ports": PORTS, "clusterIP": "None"}},
    ),
    "class of a load balancer": (
        "v1",
        "Service",
        {"spec": {"ports": PORTS, "type": "LoadBalancer", "loadBalancerClass": "a/b"}},
        {"spec": {"ports": PORTS, "type": "LoadBalancer", "loadBalancerClass": "a/c"}},
    ),
    "type of a Service": (
        "v1",
        "Service",
        {"spec": {"ports": PORTS, "type": "LoadBalancer", "loadBalancerClass": "a/b"}},
        {"spec": {"ports": PORTS}},
    ),
}


@pytest.mark.parametrize("server_side", [False, True], ids=["client-side", "server-side"])
def test_live_objects_equal_their_manifests(
    server_side: bool, kube_api_server: KubeApiServer, fresh_namespace: str, tmp_path: Path
) -> None:
    """The kind of apply and the order of the two sides do not matter."""
    config = MINIMAL.evolve(namespace=MINIMAL.namespace.evolve(name=fresh_namespace))
    manifests = tmp_path / "manifests.yaml"
    manifests.write_text(to_yaml(*synth(config).values()))
    options = ["--server-side"] if server_side else []
    kube_api_server.kubectl("apply", *options, f"--filename={manifests}")
    live = tmp_path / "live.yaml"
    get = ("get", f"--filename={manifests}", "--output=yaml", "--show-managed-fields")
    live.write_text(kube_api_server.kubectl(*get).stdout)
    for old, new in ((live, manifests), (manifests, live)):
        comparison = compare(read(str(old)), read(str(new)))
        assert comparison.equal, comparison.changes


@pytest.mark.parametrize("name", CASES)
def test_what_the_server_refuses_is_told(
    name: str, kube_api_server: KubeApiServer, fresh_namespace: str, tmp_path: Path
) -> None:
    """Refused changes are reported and accepted ones are not, for a live object or its manifest as the old side."""
    api, kind, *fields = CASES[name]
    old, new = ({"apiVersion": api, "kind": kind, "metadata": {"name": fresh_namespace}, **one} for one in fields)
    kube_api_server.kubectl("create", "namespace", fresh_namespace)
    there = f"--namespace={fresh_namespace}"

    def apply(body: Object) -> Any:
        return kube_api_server.kubectl("apply", there, "--filename=-", input=json.dumps(body), check=False)

    assert apply(old).returncode == 0
    live = kube_api_server.kubectl("get", kind, fresh_namespace, there, "--output=json").stdout
    (tmp_path / "live.json").write_text(live)
    (tmp_path / "old.json").write_text(json.dumps(old))
    (tmp_path / "new.json").write_text(json.dumps(new))
    refused = apply(new).returncode != 0
    for before in ("live.json", "old.json"):
        comparison = compare(read(str(tmp_path / before)), read(str(tmp_path / "new.json")))
        assert any(effect.kind == "refused" for effect in effects(comparison)) == refused, before
