"""The fields that the chart's components with a pod share, converted to those of our Configs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm.chart_values import CHART, defaults
from hexa_notebooks.commands.import_helm.tree import Tree, snake
from hexa_notebooks.kubernetes.chart_policy import ChartNetworkPolicy, NetworkPolicyConfig
from hexa_notebooks.kubernetes.json_objects import EnvVar
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import Image, Unpinned
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.probe import ProbeConfig, ProbesConfig
from hexa_notebooks.pods.resources import ContainerResources
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig, Toleration
from hexa_notebooks.pods.service_account import ServiceAccountConfig

Model = TypeVar("Model", bound=Config)

_DEFAULTS = Tree(defaults(CHART))


def with_fields(model: type[Model], fields: dict[str, Any], only_traits: Collection[str]) -> Model:
    """Return a model without those of `only_traits` whose values it refuses.

    Those fields only become traits. The import compares all traits at the end, and sets what the hub takes as a trait.

    Raises:
        ValidationError: it refuses another field.

    """
    try:
        return model(**fields)
    except ValidationError as error:
        refused = {problem["loc"][0] for problem in error.errors() if problem["loc"]}
        if not refused or not refused <= {*only_traits}:
            raise
    return with_fields(model, {name: value for name, value in fields.items() if name not in refused}, only_traits)


def image(tree: Tree, path: str) -> str:
    """Return an image as one reference."""
    return reference(tree.get(f"{path}.name"), tree.get(f"{path}.tag"))


def reference(name: str, tag: str | None) -> str:
    """Return the reference of an image, as `Unpinned` if its tag can move."""
    whole = f"{name}:{tag}" if tag else name
    try:
        return TypeAdapter[str](Image).validate_python(whole)
    except ValidationError:
        return Unpinned(whole)


def secret_names(secrets: Sequence[Any]) -> tuple[str, ...]:
    """Return the names of pull secrets, each once. The chart takes strings and objects."""
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
    """Return the fields of a `PodConfig` that the chart has in a pod's own section."""
    same = ("labels", "annotations", "extraContainers", "extraVolumes", "extraVolumeMounts", "extraPodSpec")
    return {
        **image_fields(tree, f"{path}.image"),
        **tree.fields(path, *same, "revisionHistoryLimit"),
        "env": env(tree, f"{path}.extraEnv"),
        "container_security_context": security_context(tree, f"{path}.containerSecurityContext"),
    }


def core_pod_fields(tree: Tree, path: str) -> dict[str, Any]:
    """Return `pod_fields`, and the fields of core pods: the hub and those that run beside it."""
    return pod_fields(tree, path) | {
        "resources": resources(tree, f"{path}.resources"),
        "scheduling": core_scheduling(tree, path),
        "disruption_budget": disruption_budget(tree, f"{path}.pdb"),
    }


def resources(tree: Tree, path: str) -> ContainerResources:
    """Return requests and limits unchanged."""
    found = tree.get(path, {})
    return ContainerResources(requests=found.get("requests"), limits=found.get("limits"))


def tolerations(*lists: Sequence[Mapping[str, Any]]) -> tuple[Toleration, ...]:
    """Return the tolerations of several lists unchanged."""
    keys = ("key", "operator", "value", "effect", "tolerationSeconds")
    return tuple(Toleration(**{snake(key): item.get(key) for key in keys}) for items in lists for item in items)


def core_scheduling(tree: Tree, path: str) -> CoreSchedulingConfig:
    """Return the scheduling of a core pod."""
    return CoreSchedulingConfig(
        node_purpose=tree.text("scheduling.corePods.nodeAffinity.matchNodePurpose") or "ignore",
        node_selector=tree.get(f"{path}.nodeSelector", {}),
        tolerations=tolerations(tree.get("scheduling.corePods.tolerations", []), tree.get(f"{path}.tolerations", [])),
    )


def security_context(tree: Tree, path: str) -> dict[str, Any] | None:
    """Return a security context, or None if it is the chart's default."""
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
    """Return the ServiceAccount. The chart does not set `automountServiceAccountToken`, so pods get its token."""
    found = tree.get(path, {})
    return as_chart.ServiceAccountConfig(
        create=bool(found.get("create")),
        name=found.get("name") or None,
        annotations=found.get("annotations", {}),
    )


def env(tree: Tree, path: str) -> dict[str, str | SecretKeyRef | EnvVar]:
    """Return the environment variables, in any form that the chart takes."""
    return {name: _variable(variable) for name, variable in variables(tree, path)}


def variables(tree: Tree, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the variables of an `extraEnv`, a mapping or a list, in the order in which the chart writes them."""
    found = tree.get(path, {})
    if isinstance(found, list):
        return [(item["name"], item) for item in found]
    items = {key: dict(each) if isinstance(each, Mapping) else {"value": each} for key, each in sorted(found.items())}
    return [(item.get("name") or key, item) for key, item in items.items()]


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
