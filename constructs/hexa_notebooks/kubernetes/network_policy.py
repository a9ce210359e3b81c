"""Who may talk to whom, as intents that hold on every dataplane and with every DNS of GKE, in IPv4 and IPv6.

Two facts shape every rule. On Dataplane V2 (Cilium) an `ipBlock` never matches a pod, so peers in the cluster are
selected by label. And what a policy sees of a Service or of the metadata server, the address before or after
translation, depends on the dataplane, so both are written.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import Cidr, DnsLabel, LabelKey, LabelValue, Port

ANYWHERE: tuple[Cidr, ...] = ("0.0.0.0/0", "::/0")
"""Every address of both families."""

PRIVATE_CIDRS: tuple[Cidr, ...] = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "34.118.224.0/20",  # GKE's default range of Services, a public one that leads nowhere else
    "100.64.0.0/10",  # carrier-grade NAT: pods and nodes on EKS, GKE and Alibaba (RFC 6598)
    "198.18.0.0/15",  # benchmarks (RFC 2544): never on the internet, so that some networks use it inside
    "240.0.0.0/4",  # class E: reserved, and a range of nodes, pods and Services on GKE
    "169.254.0.0/16",  # link-local: every cloud's metadata server, in all the forms it is translated to
    "168.63.129.16/32",  # Azure's WireServer, a metadata server at a public address
    # Both halves of fc00::/7: kube-router makes ranges of ::/0, of which fd00::/8 is one, and loses a wider exception.
    "fc00::/8",
    "fd00::/8",
    "fe80::/10",
    # An IPv4 address in an IPv6 one, which a translator or a tunnel takes to any of the above.
    "64:ff9b::/96",  # NAT64 (RFC 6052): of clusters with IPv6 only, on EKS and GKE too
    "64:ff9b:1::/48",  # NAT64 of one's own (RFC 8215)
    "2002::/16",  # 6to4 (RFC 3056)
    "2001::/32",  # Teredo (RFC 4380)
    "::ffff:0:0:0/96",  # SIIT (RFC 2765)
    "::/96",  # IPv4-compatible (RFC 4291)
)
"""What is not the internet. `::ffff:0:0/96` is no network: a kernel sends IPv4 for it."""

DNS_CIDRS: tuple[Cidr, ...] = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "34.118.224.0/20",  # GKE's default range of Services, and so the address of kube-dns
    "100.64.0.0/10",  # Services, pods and resolvers where private ranges have run out, as GKE allows
    "240.0.0.0/4",  # likewise
    "169.254.20.10/32",  # NodeLocal DNSCache, which runs on the host network where no selector matches
    "169.254.169.254/32",  # Cloud DNS for GKE
    "fc00::/7",
)
"""Where a cluster's DNS may answer, beside its pods."""


class CidrPeer(Config):
    """Addresses outside the cluster. On Dataplane V2 and Cilium they never match a pod."""

    kind: Literal["cidr"] = "cidr"
    cidr: Cidr
    """The range."""

    def peer(self) -> k8s.NetworkPolicyPeer:
        """Return the peer as Kubernetes writes it."""
        return k8s.NetworkPolicyPeer(ip_block=k8s.IpBlock(cidr=self.cidr))


class PodPeer(Config):
    """Pods of the cluster."""

    kind: Literal["pods"] = "pods"
    namespace: DnsLabel | None = None
    """Their namespace. None, the default, means that of the notebooks."""
    labels: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that they all carry. Empty, the default, means every pod of the namespace."""

    @model_validator(mode="after")
    def _narrow_enough(self) -> "PodPeer":
        if self.namespace is None and not self.labels:
            raise ValueError("a PodPeer needs a namespace, labels, or both; with neither it would open every pod")
        return self

    def peer(self) -> k8s.NetworkPolicyPeer:
        """Return the peer as Kubernetes writes it."""
        return k8s.NetworkPolicyPeer(
            pod_selector=k8s.LabelSelector(match_labels=self.labels or None),
            namespace_selector=_namespace(self.namespace) if self.namespace else None,
        )


Peer = Annotated[CidrPeer | PodPeer, Field(discriminator="kind")]
"""Addresses outside the cluster, or pods in it."""


class EgressConfig(Config):
    """A further destination that pods may reach over TCP."""

    to: tuple[Peer, ...] = Field(min_length=1)
    """The peers."""
    ports: tuple[Port, ...] = Field(min_length=1)
    """The ports on them (the container's own port where the peer is a pod, not its Service's)."""

    def rule(self) -> k8s.NetworkPolicyEgressRule:
        """Return the rule as Kubernetes writes it."""
        return k8s.NetworkPolicyEgressRule(to=[peer.peer() for peer in self.to], ports=_tcp(*self.ports))


class NetworkConfig(Config):
    """What the network policies need to know of the cluster. The defaults suit GKE and common clusters."""

    dns_pods: tuple[PodPeer, ...] = tuple(
        PodPeer(namespace="kube-system", labels={"k8s-app": name}) for name in ("kube-dns", "node-local-dns")
    )
    """The pods that answer DNS. By default those of kube-system with the labels of CoreDNS, kube-dns and NodeLocal
    DNSCache. OpenShift's are in `openshift-dns`, with the label `dns.operator.openshift.io/daemonset-dns: default`."""
    dns_cidrs: tuple[Cidr, ...] = DNS_CIDRS
    """Where DNS may answer beside these pods. By default every private range, and GKE's own addresses."""
    dns_ports: tuple[Port, ...] = Field(default=(53,), min_length=1)
    """The ports, of UDP and TCP, on which it answers: the pods' own, and 53 where a policy sees the Service's address.
    53 by default; write `(53, 5353)` for OpenShift and `(53, 8053)` for Gardener, whose pods listen there."""
    private_cidrs: tuple[Cidr, ...] = PRIVATE_CIDRS
    """What user pods cannot reach as "the internet". What is written takes the place of all of these: to add one, write
    `(*NetworkConfig().private_cidrs, "203.0.113.0/24")`. Add the ranges of pods, Services and nodes if they are public,
    and the prefix of a NAT64 that has one of its own network: it leads to the metadata server too. Where pods reach the
    internet's IPv4 by NAT64 only, write private ranges behind its prefix in its place: `64:ff9b::a00:0/104` is
    10.0.0.0/8."""
    kubernetes_api_cidrs: tuple[Cidr, ...] = Field(default=ANYWHERE, min_length=1)
    """Where the hub reaches the Kubernetes API server. Narrow it to the control plane's endpoint if that is fixed; the
    address of the Service `kubernetes` is of no use, since policies see what it translates to."""
    kubernetes_api_ports: tuple[Port, ...] = Field(default=(443, 6443), min_length=1)
    """Ports of the API server's own endpoint. By default those of managed and of kubeadm clusters."""
    metadata_node_cidrs: tuple[Cidr, ...] = ()
    """The nodes' range, where Dataplane V2 shows the metadata server as the node's own address on port 988."""

    @model_validator(mode="after")
    def _dns_is_somewhere(self) -> "NetworkConfig":
        if not self.dns_pods and not self.dns_cidrs:
            raise ValueError(
                "dns_pods: without these and dns_cidrs the rule for DNS would open its ports to every address; name the"
                " pods or the ranges where the cluster's DNS answers"
            )
        return self


def refuse_unselected_pods(host: str, peers: Sequence[CidrPeer | PodPeer]) -> None:
    """Refuse a host in the cluster that no peer selects by label: where ranges match no pod it could not be reached.

    Raises:
        ValueError: `host` is the name of a Service, and `peers` are ranges only.

    """
    in_cluster = ("." not in host and ":" not in host) or host.endswith((".svc", ".svc.cluster.local"))
    if in_cluster and not any(isinstance(peer, PodPeer) for peer in peers):
        raise ValueError(
            f"peers: {host!r} is a Service of the cluster, whose pods no address range matches on GKE Dataplane V2;"
            " select them: peers=(PodPeer(namespace=..., labels=...),)"
        )


def to_dns(network: NetworkConfig) -> k8s.NetworkPolicyEgressRule:
    """Allow name resolution: the DNS' pods by label, the addresses of Services and of what runs on nodes by range."""
    return k8s.NetworkPolicyEgressRule(
        to=[*(pods.peer() for pods in network.dns_pods), *_blocks(network.dns_cidrs)],
        ports=[
            k8s.NetworkPolicyPort(port=int_or_string(port), protocol=protocol)
            for port in network.dns_ports
            for protocol in ("UDP", "TCP")
        ],
    )


def to_internet(network: NetworkConfig) -> k8s.NetworkPolicyEgressRule:
    """Allow every port of every address that is not private, in both families."""
    # `except` must lie within the block, so each family lists its own.
    private = {
        everything: [cidr for cidr in network.private_cidrs if (":" in cidr) == (":" in everything)]
        for everything in ANYWHERE
    }
    return k8s.NetworkPolicyEgressRule(
        to=[
            k8s.NetworkPolicyPeer(ip_block=k8s.IpBlock(cidr=everything, except_=private[everything]))
            for everything in ANYWHERE
        ]
    )


def to_metadata_server(network: NetworkConfig) -> list[k8s.NetworkPolicyEgressRule]:
    """Allow Google's metadata server, which Workload Identity needs, before and after each dataplane's translation.

    Source: the documentation of Cloud Service Mesh gives 169.254.169.252 ports 988 and 987 without Dataplane V2, and
    169.254.169.254 ports 80 and 8080 with it.
    """
    rules = [
        to_cidrs(("169.254.169.252/32",), 987, 988),
        to_cidrs(("169.254.169.254/32",), 80, 988, 8080),
    ]
    if network.metadata_node_cidrs:
        rules.append(to_cidrs(network.metadata_node_cidrs, 988))
    return rules


def to_kubernetes_api(network: NetworkConfig) -> k8s.NetworkPolicyEgressRule:
    """Allow the Kubernetes API server."""
    return to_cidrs(network.kubernetes_api_cidrs, *network.kubernetes_api_ports)


def to_cidrs(cidrs: Iterable[str], *ports: int) -> k8s.NetworkPolicyEgressRule:
    """Allow TCP ports of addresses outside the cluster."""
    return k8s.NetworkPolicyEgressRule(to=_blocks(cidrs), ports=_tcp(*ports))


def to_pods(selector: Mapping[str, str], *ports: int) -> k8s.NetworkPolicyEgressRule:
    """Allow TCP ports of pods of the same namespace."""
    peer = k8s.NetworkPolicyPeer(pod_selector=k8s.LabelSelector(match_labels=selector))
    return k8s.NetworkPolicyEgressRule(to=[peer], ports=_tcp(*ports))


def from_access(label: str, *ports: int) -> k8s.NetworkPolicyIngressRule:
    """Allow pods that carry an access label to reach TCP ports."""
    peer = k8s.NetworkPolicyPeer(pod_selector=k8s.LabelSelector(match_labels={label: "true"}))
    return k8s.NetworkPolicyIngressRule(from_=[peer], ports=_tcp(*ports))


def from_cidrs(cidrs: Sequence[str], *ports: int) -> k8s.NetworkPolicyIngressRule:
    """Allow addresses outside the cluster to reach TCP ports; no addresses means everybody, pods included."""
    return k8s.NetworkPolicyIngressRule(from_=_blocks(cidrs) or None, ports=_tcp(*ports))


def from_peers(peers: Sequence[CidrPeer | PodPeer], *ports: int) -> list[k8s.NetworkPolicyIngressRule]:
    """Allow peers to reach TCP ports; no peers, no rule (a rule without peers would allow everybody)."""
    return [k8s.NetworkPolicyIngressRule(from_=[peer.peer() for peer in peers], ports=_tcp(*ports))] if peers else []


def network_policy(
    scope: Construct,
    metadata: k8s.ObjectMeta,
    selector: Mapping[str, str],
    *,
    ingress: list[k8s.NetworkPolicyIngressRule],
    egress: list[k8s.NetworkPolicyEgressRule],
) -> ApiObject:
    """Add a policy that denies the selected pods everything but these rules."""
    return api_object(
        scope,
        "network-policy",
        k8s.KubeNetworkPolicy,
        k8s.KubeNetworkPolicyProps(
            metadata=metadata,
            spec=k8s.NetworkPolicySpec(
                pod_selector=k8s.LabelSelector(match_labels=selector),
                policy_types=["Ingress", "Egress"],
                ingress=ingress,
                egress=egress,
            ),
        ),
    )


def _blocks(cidrs: Iterable[str]) -> list[k8s.NetworkPolicyPeer]:
    return [k8s.NetworkPolicyPeer(ip_block=k8s.IpBlock(cidr=cidr)) for cidr in cidrs]


def _namespace(name: str) -> k8s.LabelSelector:
    labels: Mapping[str, str] = {"kubernetes.io/metadata.name": name}
    return k8s.LabelSelector(match_labels=labels)


def _tcp(*ports: int) -> list[k8s.NetworkPolicyPort]:
    return [k8s.NetworkPolicyPort(port=int_or_string(port), protocol="TCP") for port in ports]
