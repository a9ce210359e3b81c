"""Network policies in the shape of the Helm chart: broad ranges that are switched on and off, and rules written out."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.json_objects import JsonObject, shaped_as
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.network_policy import NetworkConfig
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import IpAddress, Port, PortName

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")

PodPort = Port | PortName
"""A port of a pod, by number or by the name that its container gives it."""


class ChartNetworkPolicy(Config):
    """What the Helm chart lets in and out. On Dataplane V2 and Cilium its address ranges never match a pod."""

    open_ports: tuple[PodPort, ...] = ()
    """Ports that everybody may reach. None by default."""
    other_namespaces: bool = False
    """Whether pods of other namespaces may reach it when they, or their namespaces, carry the access label. Not by
    default."""
    ingress: tuple[Annotated[JsonObject, shaped_as("NetworkPolicyIngressRule")], ...] = ()
    """Further ingress rules, as Kubernetes writes them. None by default."""
    dns_metadata_server: bool = True
    """Whether the cloud's metadata server may be asked for names. It may by default."""
    dns_kube_system: bool = True
    """Whether pods of kube-system may be asked for names, or of the namespaces of `NetworkConfig.dns_pods`. They may
    by default."""
    dns_private: bool = True
    """Whether any private address may be asked for names. It may by default."""
    internet: bool = True
    """Whether addresses that are not private are reached. They are by default."""
    private: bool = True
    """Whether private addresses are reached. They are by default."""
    metadata_server: bool = True
    """Whether the cloud's metadata server is reached, and with it the node's credentials. It is by default."""
    metadata_server_ip: IpAddress = "169.254.169.254"
    """Its address. The one of Google, Amazon and Azure by default."""
    egress: tuple[Annotated[JsonObject, shaped_as("NetworkPolicyEgressRule")], ...] = Field(default=())
    """Further egress rules, as Kubernetes writes them. None by default."""

    @field_validator("metadata_server_ip")
    @classmethod
    def _is_of_version_4(cls, value: str) -> str:
        if ":" in value:
            raise ValueError(f"{value!r} is an IPv6 address, of which the chart's rules, for IPv4, make no valid range")
        return value

    def object(
        self,
        scope: Construct,
        installation: Installation,
        *,
        component: str,
        selects: str,
        access: Sequence[tuple[str, Sequence[PodPort]]],
        reach: Sequence[tuple[str, Sequence[int]]],
    ) -> ApiObject:
        """Add the policy `component` of the pods of the component `selects`.

        `access` holds access labels and the ports that they open, `reach` components and their ports.
        """
        selector = {"matchLabels": installation.labels(selects).selector}
        spec = {
            "podSelector": selector,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                *([{"ports": _ports(self.open_ports)}] if self.open_ports else []),
                *({"ports": _ports(ports), "from": self._sources(label)} for label, ports in access),
                *self.ingress,
            ],
            "egress": [
                *(
                    {
                        "to": [{"podSelector": {"matchLabels": installation.labels(name).selector}}],
                        "ports": _ports(ports),
                    }
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
        resolvers = [
            *(_blocks(metadata_server) if self.dns_metadata_server else ()),
            *(
                [
                    {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
                    for namespace in dict.fromkeys(pods.namespace for pods in network.dns_pods if pods.namespace)
                ]
                if self.dns_kube_system
                else ()
            ),
            *(_blocks(*_PRIVATE) if self.dns_private else ()),
        ]
        rules: list[dict[str, Any]] = []
        if resolvers:
            dns = [{"port": port, "protocol": protocol} for port in network.dns_ports for protocol in ("UDP", "TCP")]
            rules.append({"ports": dns, "to": resolvers})
        if self.internet:
            block = {"cidr": "0.0.0.0/0", "except": [*_PRIVATE, metadata_server]}
            rules.append({"to": [{"ipBlock": block}]})
        if self.private:
            rules.append({"to": _blocks(*_PRIVATE)})
        if self.metadata_server:
            rules.append({"to": _blocks(metadata_server)})
        return rules


NetworkPolicyConfig = Literal["strict", "none"] | ChartNetworkPolicy
"""`strict` is our own policy, which opens what the component needs and what its other fields name. `none` is no policy:
everybody in the cluster reaches the pods, and they reach everything."""


def _ports(ports: Sequence[PodPort]) -> list[dict[str, PodPort]]:
    return [{"port": port} for port in ports]


def _blocks(*cidrs: str) -> list[dict[str, Any]]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]
