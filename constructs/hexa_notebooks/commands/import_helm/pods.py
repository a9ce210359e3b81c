"""What the chart's components with a pod have in common, in our terms."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm.chart_values import CHART, defaults
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.kubernetes.chart_policy import ChartNetworkPolicy, NetworkPolicyConfig
from hexa_notebooks.kubernetes.json_objects import EnvVar
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.model.field_types import Image, Unpinned
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.probe import ProbeConfig, ProbesConfig
from hexa_notebooks.pods.resources import ContainerResources
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig, Toleration
from hexa_notebooks.pods.service_account import ServiceAccountConfig

_DEFAULTS = Tree(defaults(CHART))


def image(tree: Tree, path: str) -> str:
    """Return an image as one reference."""
    return reference(tree.get(f"{path}.name"), tree.get(f"{path}.tag"))


def reference(name: str, tag: str | None) -> str:
    """Return the reference of an image, marked where nothing pins it."""
    whole = f"{name}:{tag}" if tag else name
    try:
        return TypeAdapter[str](Image).validate_python(whole)
    except ValidationError:
        return Unpinned(whole)


def secret_names(secrets: Sequence[Any]) -> tuple[str, ...]:
    """Return the names of pull secrets, which the chart takes as text or as objects, each once."""
    names = (str(secret["name"]) if isinstance(secret, Mapping) else str(secret) for secret in secrets)
    return tuple(dict.fromkeys(names))


def image_fields(tree: Tree, path: str) -> dict[str, Any]:
    """Return the fields of a `PodConfig` about its image."""
    return {
        "image": image(tree, path),
        "image_pull_policy": tree.text(f"{path}.pullPolicy"),
        "image_pull_secrets": secret_names(tree.get(f"{path}.pullSecrets", [])),
    }


def pod_fields(tree: Tree, path: str) -> dict[str, Any]:
    """Return the fields of a `PodConfig` that the chart has under one key for every pod."""
    return {
        **image_fields(tree, f"{path}.image"),
        "labels": tree.get(f"{path}.labels", {}),
        "annotations": tree.get(f"{path}.annotations", {}),
        "env": env(tree, f"{path}.extraEnv"),
        "extra_containers": tuple(tree.get(f"{path}.extraContainers", [])),
        "extra_volumes": tuple(tree.get(f"{path}.extraVolumes", [])),
        "extra_volume_mounts": tuple(tree.get(f"{path}.extraVolumeMounts", [])),
        "extra_pod_spec": tree.get(f"{path}.extraPodSpec", {}),
        "container_security_context": security_context(tree, f"{path}.containerSecurityContext"),
        "revision_history_limit": tree.get(f"{path}.revisionHistoryLimit"),
    }


def core_pod_fields(tree: Tree, path: str) -> dict[str, Any]:
    """Return the fields of `pod_fields`, and those of a pod beside the hub."""
    return pod_fields(tree, path) | {
        "resources": resources(tree, f"{path}.resources"),
        "scheduling": core_scheduling(tree, path),
        "disruption_budget": disruption_budget(tree, f"{path}.pdb"),
    }


def resources(tree: Tree, path: str) -> ContainerResources:
    """Return CPU and memory as they stand."""
    found = tree.get(path, {})
    return ContainerResources(requests=found.get("requests"), limits=found.get("limits"))


def tolerations(*lists: Sequence[Mapping[str, Any]]) -> tuple[Toleration, ...]:
    """Return tolerations as they stand."""
    return tuple(
        Toleration(
            key=item.get("key"),
            operator=item.get("operator"),
            value=item.get("value"),
            effect=item.get("effect"),
            toleration_seconds=item.get("tolerationSeconds"),
        )
        for items in lists
        for item in items
    )


def core_scheduling(tree: Tree, path: str) -> CoreSchedulingConfig:
    """Return where a component beside the hub runs."""
    return CoreSchedulingConfig(
        node_purpose=tree.text("scheduling.corePods.nodeAffinity.matchNodePurpose") or "ignore",
        node_selector=tree.get(f"{path}.nodeSelector", {}),
        tolerations=tolerations(tree.get("scheduling.corePods.tolerations", []), tree.get(f"{path}.tolerations", [])),
    )


def security_context(tree: Tree, path: str) -> dict[str, Any] | None:
    """Return a security context, or None where it is the chart's default."""
    found: dict[str, Any] = tree.get(path, {})
    return None if found == _DEFAULTS.get(path) else found


def probes(tree: Tree, path: str) -> ProbesConfig:
    """Return the probes that are on."""

    def probe(name: str) -> ProbeConfig | None:
        found = tree.get(f"{path}.{name}Probe", {})
        if not found.get("enabled"):
            return None
        return ProbeConfig(
            initial_delay_s=found["initialDelaySeconds"],
            period_s=found["periodSeconds"],
            timeout_s=found["timeoutSeconds"],
            failure_threshold=found["failureThreshold"],
        )

    return ProbesConfig(liveness=probe("liveness"), readiness=probe("readiness"))


def disruption_budget(tree: Tree, path: str) -> DisruptionBudgetConfig | None:
    """Return the budget, if it is on."""
    found = tree.get(path, {})
    if not found.get("enabled"):
        return None
    counts = {"min_available": found.get("minAvailable"), "max_unavailable": found.get("maxUnavailable")}
    one = [*counts.values()].count(None) == 1
    return as_chart.DisruptionBudgetConfig(**counts, as_chart=not one)


def network_policy(tree: Tree, path: str) -> NetworkPolicyConfig:
    """Return the policy as the chart writes it."""
    found = tree.get(f"{path}.networkPolicy", {})
    if not found.get("enabled"):
        return "none"
    allow = found.get("egressAllowRules", {})
    return ChartNetworkPolicy(
        open_ports=tuple(found.get("allowedIngressPorts", [])),
        other_namespaces=found.get("interNamespaceAccessLabels") == "accept",
        ingress=tuple(found.get("ingress", [])),
        dns_metadata_server=bool(allow.get("dnsPortsCloudMetadataServer")),
        dns_kube_system=bool(allow.get("dnsPortsKubeSystemNamespace")),
        dns_private=bool(allow.get("dnsPortsPrivateIPs")),
        internet=bool(allow.get("nonPrivateIPs")),
        private=bool(allow.get("privateIPs")),
        metadata_server=bool(allow.get("cloudMetadataServer")),
        metadata_server_ip=tree.get("singleuser.cloudMetadata.ip"),
        egress=tuple(found.get("egress", [])),
    )


def service_account(tree: Tree, path: str) -> ServiceAccountConfig:
    """Return the ServiceAccount; the chart says nothing of its token, so that pods get it."""
    found = tree.get(path, {})
    return as_chart.ServiceAccountConfig(
        create=bool(found.get("create")),
        name=found.get("name") or None,
        annotations=found.get("annotations", {}),
    )


def env(tree: Tree, path: str) -> dict[str, str | SecretKeyRef | EnvVar]:
    """Return environment variables of each form that the chart takes."""
    return {name: _variable(variable) for name, variable in variables(tree, path)}


def variables(tree: Tree, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the variables of an `extraEnv`, a mapping or a list, in the order in which the chart writes them."""
    found = tree.get(path, {})
    if isinstance(found, list):
        return [(item["name"], item) for item in found]
    named = [
        (key, dict(value) if isinstance(value, Mapping) else {"value": value}) for key, value in sorted(found.items())
    ]
    return [(item.get("name") or key, item) for key, item in named]


def _variable(variable: Mapping[str, Any]) -> str | SecretKeyRef | EnvVar:
    if variable.get("valueFrom"):
        source = variable["valueFrom"]
        reference = source.get("secretKeyRef", {})
        if reference.keys() == {"name", "key"} and source.keys() == {"secretKeyRef"}:
            return SecretKeyRef(name=reference["name"], key=reference["key"])
        return EnvVar(value_from=source)
    if variable.get("value") is None:
        return EnvVar()
    value = str(variable["value"])
    return EnvVar(value=value) if "$" in value else value
