"""Network policies with the settings of the Helm chart: switches for broad address ranges, and rules in JSON."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.json_objects import JsonObject, shaped_as
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.network_policy import NetworkConfig, network_policy
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import IpAddress, Port, PortName

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")

PodPort = Port | PortName
"""A port of a pod: its number or its name."""


class ChartNetworkPolicy(Config):
    """The policy of the Helm chart. On Dataplane V2 and Cilium its address ranges never match a pod."""

    open_ports: tuple[PodPort, ...] = ()
    """Ports open to everybody. None by default."""
    other_namespaces: bool = False
    """Whether pods of other namespaces get access if they or their namespaces have the access label. Off by default."""
    ingress: tuple[Annotated[JsonObject, shaped_as("NetworkPolicyIngressRule")], ...] = ()
    """Further ingress rules, in Kubernetes' own JSON. None by default."""
    dns_metadata_server: bool = True
    """Whether to allow DNS requests to the cloud's metadata server. On by default."""
    dns_kube_system: bool = True
    """Whether to allow DNS requests to pods of kube-system, or of the namespaces in `NetworkConfig.dns_pods`. On by
    default."""
    dns_private: bool = True
    """Whether to allow DNS requests to any private address. On by default."""
    internet: bool = True
    """Whether to allow connections to public addresses. On by default."""
    private: bool = True
    """Whether to allow connections to private addresses. On by default."""
    metadata_server: bool = True
    """Whether to allow connections to the cloud's metadata server, which hands out the node's credentials. On by
    default."""
    metadata_server_ip: IpAddress = "169.254.169.254"
    """The address of the metadata server. By default that of Google, Amazon and Azure."""
    egress: tuple[Annotated[JsonObject, shaped_as("NetworkPolicyEgressRule")], ...] = Field(default=())
    """Further egress rules, in Kubernetes' own JSON. None by default."""

    @field_validator("metadata_server_ip")
    @classmethod
    def _is_of_version_4(cls, value: str) -> str:
        if ":" in value:
            raise ValueError(f"{value!r} is an IPv6 address; the chart's rules need an IPv4 address")
        return value

    def _policy(
        self,
        scope: Construct,
        installation: Installation,
        component: str,
        selects: str,
        access: Sequence[tuple[str, Sequence[PodPort]]],
        reach: Sequence[tuple[str, Sequence[int]]],
    ) -> ApiObject:
        spec = {
            "podSelector": _selector(installation, selects),
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                *([{"ports": _ports(self.open_ports)}] if self.open_ports else []),
                *({"ports": _ports(ports), "from": self._sources(label)} for label, ports in access),
                *self.ingress,
            ],
            "egress": [
                *(
                    {"to": [{"podSelector": _selector(installation, name)}], "ports": _ports(ports)}
                    for name, ports in reach
                ),
                *self._ranges(installation.network),
                *self.egress,
            ],
        }
        props = {"metadata": installation.metadata(component, component), "spec": spec}
        return api_object(scope, "network-policy", k8s.KubeNetworkPolicy, props)

    def _sources(self, label: str) -> list[dict[str, Any]]:
        labelled = {"matchLabels": {label: "true"}}
        if not self.other_namespaces:
            return [{"podSelector": labelled}]
        return [{"podSelector": labelled, "namespaceSelector": {"matchLabels": {}}}, {"namespaceSelector": labelled}]

    def _ranges(self, network: NetworkConfig) -> list[dict[str, Any]]:
        metadata_server = f"{self.metadata_server_ip}/32"
        rules: list[dict[str, Any]] = []
        resolvers = _blocks(metadata_server) if self.dns_metadata_server else []
        if self.dns_kube_system:
            for namespace in dict.fromkeys(pods.namespace for pods in network.dns_pods if pods.namespace):
                resolvers.append({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}})
        if self.dns_private:
            resolvers += _blocks(*_PRIVATE)
        if resolvers:
            dns = [{"port": port, "protocol": protocol} for port in network.dns_ports for protocol in ("UDP", "TCP")]
            rules.append({"ports": dns, "to": resolvers})
        if self.internet:
            rules.append({"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": [*_PRIVATE, metadata_server]}}]})
        if self.private:
            rules.append({"to": _blocks(*_PRIVATE)})
        if self.metadata_server:
            rules.append({"to": _blocks(metadata_server)})
        return rules


NetworkPolicyConfig = Literal["strict", "none"] | ChartNetworkPolicy
"""`strict` allows only the connections that the component and its other fields need. `none` makes no policy: all
connections from and to the pods are allowed. A `ChartNetworkPolicy` is the policy of the Helm chart."""


def component_policy(
    scope: Construct,
    installation: Installation,
    config: NetworkPolicyConfig,
    component: str,
    *,
    selects: str = "",
    access: Sequence[tuple[str, Sequence[PodPort]]],
    reach: Sequence[tuple[str, Sequence[int]]],
    ingress: Sequence[k8s.NetworkPolicyIngressRule],
    egress: Sequence[k8s.NetworkPolicyEgressRule],
) -> ApiObject | None:
    """Add the NetworkPolicy of a component, in the form that `config` asks for.

    Args:
        scope: the construct that owns the policy.
        installation: the installation that it belongs to.
        config: the form. With `none` there is no policy.
        component: the component, which is also the name of the policy.
        selects: the component whose pods it applies to, if that is another one.
        access: in the chart's form, the access labels, each with the ports that it opens.
        reach: in the chart's form, the components that the pods may reach, each with its ports.
        ingress: in the strict form, all connections that are allowed to the pods.
        egress: in the strict form, all connections that are allowed from the pods.

    """
    if config == "none":
        return None
    if isinstance(config, ChartNetworkPolicy):
        return config._policy(scope, installation, component, selects or component, access, reach)
    metadata, pods = installation.metadata(component, component), installation.labels(selects or component).selector
    return network_policy(scope, metadata, pods, ingress=list(ingress), egress=list(egress))


def _selector(installation: Installation, component: str) -> dict[str, Any]:
    return {"matchLabels": installation.labels(component).selector}


def _ports(ports: Sequence[PodPort]) -> list[dict[str, PodPort]]:
    return [{"port": port} for port in ports]


def _blocks(*cidrs: str) -> list[dict[str, Any]]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]
