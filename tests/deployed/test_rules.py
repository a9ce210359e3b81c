"""Rules for every object in `dist/`, independent of the cluster file. A failure names the file."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests.deployed.manifests import (
    CLUSTERS,
    FILES,
    containers,
    documents,
    leaves,
    metadata_names,
    objects,
    of_kind,
    pods,
    templates,
    traits,
    users,
)
from tests.deployed.restricted import violations
from tests.manifests.synthesis import Object
from tests.paths import ROOT

OUTSIDE_OF_NAMESPACES = {
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "Namespace",
    "PriorityClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
}
FUSE_NEEDS = {
    "notebook: allowPrivilegeEscalation",
    "notebook: appArmorProfile",
    "notebook: capabilities.add SYS_ADMIN",
    "notebook: capabilities.drop",
    "notebook: runAsNonRoot",
}
SECRET_NAME = re.compile(r"(token|password|passwd|passphrase|secret|crypt_key)(_\d+)?$", re.IGNORECASE)
SECRET_TEXT = re.compile(
    r"-----BEGIN"  # a key or certificate
    r"|\beyJ[\w-]{10,}\."  # a JSON web token
    r"|://[^/\s:@]*:[^/\s@]+@"  # a password in a URL
    r"|(?<!sha256:)\b[0-9a-f]{32,}\b"  # what `openssl rand -hex` prints
)

each_cluster = pytest.mark.parametrize("cluster", CLUSTERS)


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Return whether labels match a selector that has only labels."""
    return selector.items() <= labels.items()


def test_dist_has_a_folder_for_each_cluster_file() -> None:
    """No cluster is missing, and nothing is left of a removed one."""
    assert sorted(file.stem for file in (ROOT / "clusters").glob("*.py")) == CLUSTERS
    assert all(objects(cluster) for cluster in CLUSTERS)


@pytest.mark.parametrize("file", FILES)
def test_file_holds_the_one_object_that_it_is_named_after(file: str) -> None:
    """Reviewers find an object by its file name."""
    names = [f"{made['kind']}.{made['metadata']['name']}.k8s.yaml" for made in documents(file)]
    assert names == [file.rsplit("/", 1)[1]]


@each_cluster
def test_no_object_is_there_twice(cluster: str) -> None:
    """No object overwrites another in an apply."""
    count = Counter(
        (
            made["apiVersion"].partition("/")[0],
            made["kind"],
            made["metadata"].get("namespace"),
            made["metadata"]["name"],
        )
        for made in objects(cluster).values()
    )
    assert [identity for identity, times in count.items() if times > 1] == []


@each_cluster
def test_every_object_lives_in_the_namespace_of_the_cluster(cluster: str) -> None:
    """No object depends on kubectl's current namespace or is in another one."""
    (namespace,) = metadata_names(cluster, "Namespace")
    expected = {
        file: None if made["kind"] in OUTSIDE_OF_NAMESPACES else namespace for file, made in objects(cluster).items()
    }
    assert {file: made["metadata"].get("namespace") for file, made in objects(cluster).items()} == expected
    for file, binding in of_kind(cluster, "RoleBinding", "ClusterRoleBinding").items():
        assert [subject["namespace"] for subject in binding["subjects"]] == [namespace], file
    assert traits(cluster)["KubeSpawner"]["namespace"] == namespace


@each_cluster
def test_selectors_are_app_component_and_release(cluster: str) -> None:
    """Selectors are immutable and equal the Helm chart's, and match the workload's own pods."""
    (release,) = {template["metadata"]["labels"]["release"] for template in templates(cluster).values()}
    for file, template in templates(cluster).items():
        workload = objects(cluster)[file]
        selector = {"app": "jupyterhub", "component": workload["metadata"]["name"], "release": release}
        assert workload["spec"]["selector"] == {"matchLabels": selector}, file
        assert selects(selector, template["metadata"]["labels"]), file
    others = {file: service["spec"]["selector"] for file, service in of_kind(cluster, "Service").items()}
    for kind, field in (("NetworkPolicy", "podSelector"), ("PodDisruptionBudget", "selector")):
        others |= {file: made["spec"][field]["matchLabels"] for file, made in of_kind(cluster, kind).items()}
        assert all(made["spec"][field].keys() == {"matchLabels"} for made in of_kind(cluster, kind).values()), kind
    for file, labels in others.items():
        assert labels.keys() == {"app", "component", "release"}, file
        assert labels["release"] == release, file


@each_cluster
def test_every_service_leads_to_named_ports_of_a_workload(cluster: str) -> None:
    """Each Service selects pods, and its ports are named ports of their containers."""
    for file, service in of_kind(cluster, "Service").items():
        selected = [
            pod
            for pod in templates(cluster).values()
            if selects(service["spec"]["selector"], pod["metadata"]["labels"])
        ]
        assert len(selected) == 1, file
        names = {port.get("name") for container in containers(selected[0]) for port in container.get("ports", ())}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= names, file


@each_cluster
def test_every_ingress_leads_to_a_named_port_of_a_service(cluster: str) -> None:
    """Each Ingress has an existing back end."""
    ports = {
        (service["metadata"]["name"], port.get("name"))
        for service in of_kind(cluster, "Service").values()
        for port in service["spec"]["ports"]
    }
    for file, ingress in of_kind(cluster, "Ingress").items():
        backends = [path["backend"]["service"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
        assert backends, file
        assert {(backend["name"], backend["port"]["name"]) for backend in backends} <= ports, file


@each_cluster
def test_what_pods_and_bindings_refer_to_is_there(cluster: str) -> None:
    """ServiceAccounts, ConfigMaps, claims and roles are in the same manifests as their users; Secrets never are."""
    for file, template in templates(cluster).items():
        spec = template["spec"]
        assert {spec.get("serviceAccountName", "default")} <= metadata_names(cluster, "ServiceAccount") | {"default"}, (
            file
        )
        for volume in spec.get("volumes", ()):
            if "configMap" in volume:
                assert volume["configMap"]["name"] in metadata_names(cluster, "ConfigMap"), file
            if "persistentVolumeClaim" in volume:
                claim = volume["persistentVolumeClaim"]["claimName"]
                assert claim in metadata_names(cluster, "PersistentVolumeClaim"), file
    for file, binding in of_kind(cluster, "RoleBinding", "ClusterRoleBinding").items():
        assert binding["roleRef"]["name"] in metadata_names(cluster, binding["roleRef"]["kind"]), file
        assert {subject["name"] for subject in binding["subjects"]} <= metadata_names(cluster, "ServiceAccount"), file


@each_cluster
def test_every_pod_is_behind_a_network_policy(cluster: str) -> None:
    """Policies cover the hub, the proxy and user pods, with KubeSpawner's labels."""
    policies = of_kind(cluster, "NetworkPolicy")
    behind: dict[str, list[str]] = {
        place: [
            file
            for file, policy in policies.items()
            if selects(policy["spec"]["podSelector"]["matchLabels"], pod["metadata"]["labels"])
            and set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        ]
        for place, pod in pods(cluster).items()
    }
    assert [place for place, files in behind.items() if not files] == []
    assert policies.keys() - {file for files in behind.values() for file in files} == set(), "selects no pod"


@each_cluster
def test_images_are_pinned(cluster: str) -> None:
    """Every image has a digest or a tag, and never `latest`."""
    images = {
        f"{place}: {container['name']}": container["image"]
        for place, pod in pods(cluster).items()
        for container in containers(pod)
    }
    pinned = re.compile(r"[^@]+(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})")
    assert {place: image for place, image in images.items() if not pinned.fullmatch(image)} == {}


@each_cluster
def test_no_secret_is_in_a_manifest(cluster: str) -> None:
    """Secrets are references with name and key; no object has a value."""
    assert of_kind(cluster, "Secret") == {}
    for file, made in objects(cluster).items():
        for path, value in leaves(made):
            where = f"{file}: {'.'.join(path)}"
            if isinstance(value, str) and path[-1] != "checksum/config-map":
                assert not SECRET_TEXT.search(value), where
                assert not SECRET_NAME.search(path[-1]), where


@each_cluster
def test_environment_takes_secrets_from_secrets(cluster: str) -> None:
    """A variable with a secret's name comes from a Secret, or is composed of variables that do."""
    for file, template in templates(cluster).items():
        for container in containers(template):
            for variable in container.get("env", ()):
                if SECRET_NAME.search(variable["name"]) and not re.fullmatch(
                    r"(\$\(\w+\);?)+", variable.get("value", "")
                ):
                    assert variable.get("valueFrom", {}).keys() == {"secretKeyRef"}, f"{file}: {variable['name']}"


@each_cluster
def test_roles_are_narrow(cluster: str) -> None:
    """No role has wildcards, Secrets, tokens, exec, or a verb for impersonation or escalation."""
    for file, role in of_kind(cluster, "Role", "ClusterRole").items():
        for rule in role["rules"]:
            assert "*" not in [word for words in rule.values() for word in words], file
            assert set(rule["verbs"]).isdisjoint({"escalate", "bind", "impersonate"}), file
            assert set(rule["resources"]).isdisjoint(
                {"secrets", "serviceaccounts/token", "pods/exec", "pods/attach", "pods/ephemeralcontainers"}
            ), file


@each_cluster
def test_only_pods_with_a_role_hold_a_token(cluster: str) -> None:
    """The proxy and user pods cannot call the Kubernetes API."""
    bound = {
        subject["name"]
        for binding in of_kind(cluster, "RoleBinding", "ClusterRoleBinding").values()
        for subject in binding["subjects"]
    }
    for place, pod in pods(cluster).items():
        expected = pod["spec"].get("serviceAccountName") in bound
        assert pod["spec"].get("automountServiceAccountToken") is expected, place


@each_cluster
def test_pods_of_workloads_pass_pod_security_restricted(cluster: str) -> None:
    """Our own pods pass the strictest level, including sidecars."""
    assert {file: found for file, pod in templates(cluster).items() if (found := violations(pod))} == {}


@each_cluster
def test_pods_of_users_opt_out_of_restricted_only_for_fuse(cluster: str) -> None:
    """A user pod passes, too, unless it uses the FUSE device. Then it has only what FUSE needs."""
    for place, pod in users(cluster).items():
        limits = [
            resource for container in containers(pod) for resource in container.get("resources", {}).get("limits", ())
        ]
        takes_fuse = any(resource.endswith("/fuse") for resource in limits)
        assert set(violations(pod)) <= (FUSE_NEEDS if takes_fuse else set()), place


@each_cluster
def test_namespace_enforces_the_strictest_level_that_its_pods_pass(cluster: str) -> None:
    """The namespace is `restricted` unless user pods opt out, and always warns about other pods."""
    (namespace,) = of_kind(cluster, "Namespace").values()
    opted_out = any(violations(pod) for pod in pods(cluster).values())
    levels = {
        key.rpartition("/")[2]: level
        for key, level in namespace["metadata"]["labels"].items()
        if key.startswith("pod-security.kubernetes.io/")
    }
    enforced = "privileged" if opted_out else "restricted"
    assert levels == {"enforce": enforced, "warn": "restricted", "audit": "restricted"}


@each_cluster
def test_every_container_requests_cpu_and_memory(cluster: str) -> None:
    """The scheduler knows each pod's needs, and GKE Autopilot adds no defaults."""
    for place, pod in pods(cluster).items():
        for container in containers(pod):
            requests = container.get("resources", {}).get("requests", {})
            assert requests.keys() >= {"cpu", "memory"}, f"{place}: {container['name']}"


@each_cluster
def test_service_links_are_off(cluster: str) -> None:
    """No pod gets variables for every Service of the namespace."""
    assert [place for place, pod in pods(cluster).items() if pod["spec"].get("enableServiceLinks") is not False] == []


@each_cluster
def test_disruption_budgets_never_block_a_drain(cluster: str) -> None:
    """Each budget allows at least one pod to be unavailable."""
    for file, budget in of_kind(cluster, "PodDisruptionBudget").items():
        assert "minAvailable" not in budget["spec"], file
        assert budget["spec"]["maxUnavailable"] not in (0, "0%"), file


@each_cluster
def test_no_label_is_of_cdk8s(cluster: str) -> None:
    """No label or annotation depends on the construct's place in the code."""
    keys: dict[str, Any] = {
        file: {key for path, _ in leaves(made) for key in path} for file, made in objects(cluster).items()
    }
    assert [file for file, found in keys.items() if any(key.startswith("cdk8s.io/") for key in found)] == []
