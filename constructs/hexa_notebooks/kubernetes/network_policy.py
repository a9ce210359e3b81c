"""Network policy rules that hold on every dataplane and with every DNS of GKE, for IPv4 and IPv6.

Two facts shape every rule. On Dataplane V2 (Cilium) an `ipBlock` never matches a pod, so pods are selected by label.
And some dataplanes apply a policy before they translate the address of a Service or of the metadata server, others
after, so both addresses are written.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import Cidr, DnsLabel, LabelKey, LabelValue, Port

ANYWHERE: tuple[Cidr, ...] = ("0.0.0.0/0", "::/0")
"""All addresses of both families."""

PRIVATE_CIDRS: tuple[Cidr, ...] = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "34.118.224.0/20",  # GKE's default range of Services: public addresses that are used for nothing else
    "100.64.0.0/10",  # carrier-grade NAT: pods and nodes on EKS, GKE and Alibaba (RFC 6598)
    "198.18.0.0/15",  # benchmarks (RFC 2544): not on the internet, so some private networks use it
    "240.0.0.0/4",  # class E: reserved, and a range of nodes, pods and Services on GKE
    "169.254.0.0/16",  # link-local: every cloud's metadata server, before and after translation
    "168.63.129.16/32",  # Azure's WireServer, a metadata server at a public address
    # Both halves of fc00::/7: kube-router splits ::/0 into ranges, fd00::/8 among them, and ignores wider exceptions.
    "fc00::/8",
    "fd00::/8",
    "fe80::/10",
    # IPv6 addresses that contain an IPv4 address: a translator or a tunnel may lead from them to any of the above.
    "64:ff9b::/96",  # NAT64 (RFC 6052): IPv6-only clusters, also on EKS and GKE
    "64:ff9b:1::/48",  # local NAT64 (RFC 8215)
    "2002::/16",  # 6to4 (RFC 3056)
    "2001::/32",  # Teredo (RFC 4380)
    "::ffff:0:0:0/96",  # SIIT (RFC 2765)
    "::/96",  # IPv4-compatible (RFC 4291)
)
"""Addresses that are not on the internet. `::ffff:0:0/96` is left out: a kernel sends IPv4 packets for it."""

DNS_CIDRS: tuple[Cidr, ...] = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "34.118.224.0/20",  # GKE's default range of Services, which includes kube-dns
    "100.64.0.0/10",  # Services, pods and resolvers on GKE, if private ranges have run out
    "240.0.0.0/4",  # the same
    "169.254.20.10/32",  # NodeLocal DNSCache: on the host network, where no selector matches
    "169.254.169.254/32",  # Cloud DNS for GKE
    "fc00::/7",
)
"""Addresses at which a cluster's DNS may answer, besides its pods."""


class CidrPeer(Config):
    """Addresses outside the cluster. On Dataplane V2 and Cilium they never match a pod."""

    kind: Literal["cidr"] = "cidr"
    cidr: Cidr
    """The range."""

    def peer(self) -> k8s.NetworkPolicyPeer:
        """Return the peer as a Kubernetes struct."""
        return k8s.NetworkPolicyPeer(ip_block=k8s.IpBlock(cidr=self.cidr))


class PodPeer(Config):
    """Pods in the cluster."""

    kind: Literal["pods"] = "pods"
    namespace: DnsLabel | None = None
    """Their namespace. None, the default, means the namespace of the notebooks."""
    labels: dict[LabelKey, LabelValue] = Field(default={})
    """Labels of the pods. Empty, the default, selects every pod of the namespace."""

    @model_validator(mode="after")
    def _narrow_enough(self) -> "PodPeer":
        if self.namespace is None and not self.labels:
            raise ValueError("a PodPeer needs a namespace, labels, or both; with neither it would open every pod")
        return self

    def peer(self) -> k8s.NetworkPolicyPeer:
        """Return the peer as a Kubernetes struct."""
        namespace: Mapping[str, str] = {"kubernetes.io/metadata.name": self.namespace or ""}
        return k8s.NetworkPolicyPeer(
            pod_selector=k8s.LabelSelector(match_labels=self.labels or None),
            namespace_selector=k8s.LabelSelector(match_labels=namespace) if self.namespace else None,
        )


Peer = Annotated[CidrPeer | PodPeer, Field(discriminator="kind")]
"""Addresses outside the cluster, or pods inside it."""


class EgressConfig(Config):
    """A further destination that pods may reach over TCP."""

    to: tuple[Peer, ...] = Field(min_length=1)
    """The peers."""
    ports: tuple[Port, ...] = Field(min_length=1)
    """The ports. For pods, the port of the container, not that of its Service."""

    def rule(self) -> k8s.NetworkPolicyEgressRule:
        """Return the rule as a Kubernetes struct."""
        return k8s.NetworkPolicyEgressRule(to=[peer.peer() for peer in self.to], ports=_tcp(*self.ports))


class NetworkConfig(Config):
    """Facts about the cluster for its network policies. The defaults fit GKE and most other clusters."""

    dns_pods: tuple[PodPeer, ...] = tuple(
        PodPeer(namespace="kube-system", labels={"k8s-app": name}) for name in ("kube-dns", "node-local-dns")
    )
    """The pods of the cluster's DNS. By default those in kube-system with the labels of CoreDNS, kube-dns and NodeLocal
    DNSCache. OpenShift's are in `openshift-dns`, with the label `dns.operator.openshift.io/daemonset-dns: default`."""
    dns_cidrs: tuple[Cidr, ...] = DNS_CIDRS
    """Further addresses of the cluster's DNS. By default all private ranges, and GKE's own addresses."""
    dns_ports: tuple[Port, ...] = Field(default=(53,), min_length=1)
    """The UDP and TCP ports of the cluster's DNS: those of its pods, and 53 for dataplanes that see the address of its
    Service. 53 by default. Write `(53, 5353)` for OpenShift and `(53, 8053)` for Gardener."""
    private_cidrs: tuple[Cidr, ...] = PRIVATE_CIDRS
    """Addresses that are not part of "the internet" for user pods. Your value replaces the default; to add a range,
    write `(*NetworkConfig().private_cidrs, "203.0.113.0/24")`. Add the ranges of pods, Services and nodes if these are
    public. Add the prefix of a NAT64 that uses one of your own: it leads to the metadata server too. If pods reach IPv4
    addresses only through NAT64, replace its prefix by the private ranges behind it: `64:ff9b::a00:0/104` is
    10.0.0.0/8."""
    kubernetes_api_cidrs: tuple[Cidr, ...] = Field(default=ANYWHERE, min_length=1)
    """Addresses of the Kubernetes API server. All by default. Narrow this to the control plane's endpoint if that is
    fixed. The address of the Service `kubernetes` does not work, since policies see the translated address."""
    kubernetes_api_ports: tuple[Port, ...] = Field(default=(443, 6443), min_length=1)
    """Ports of the API server's endpoint. By default those of managed and of kubeadm clusters."""
    metadata_node_cidrs: tuple[Cidr, ...] = ()
    """The range of the nodes. On Dataplane V2 the metadata server appears at the node's own address, port 988. None by
    default."""

    @model_validator(mode="after")
    def _dns_is_somewhere(self) -> "NetworkConfig":
        if not self.dns_pods and not self.dns_cidrs:
            raise ValueError(
                "dns_pods: without dns_pods and dns_cidrs the rule for DNS would allow its ports to every address; name"
                " the pods or the ranges of the cluster's DNS"
            )
        return self


def refuse_unselected_pods(host: str, peers: Sequence[CidrPeer | PodPeer]) -> None:
    """Refuse a host in the cluster whose pods no peer selects by label, since address ranges may match no pod.

    Raises:
        ValueError: `host` is the name of a Service, and `peers` holds only address ranges.

    """
    in_cluster = ("." not in host and ":" not in host) or host.endswith((".svc", ".svc.cluster.local"))
    if in_cluster and not any(isinstance(peer, PodPeer) for peer in peers):
        raise ValueError(
            f"peers: {host!r} is a Service in the cluster, and on GKE Dataplane V2 no address range matches its pods;"
            " select them: peers=(PodPeer(namespace=..., labels=...),)"
        )


def to_dns(network: NetworkConfig) -> k8s.NetworkPolicyEgressRule:
    """Allow DNS: its pods by label, the addresses of Services and of resolvers on nodes by range."""
    return k8s.NetworkPolicyEgressRule(
        to=[*(pods.peer() for pods in network.dns_pods), *_blocks(network.dns_cidrs)],
        ports=[
            k8s.NetworkPolicyPort(port=int_or_string(port), protocol=protocol)
            for port in network.dns_ports
            for protocol in ("UDP", "TCP")
        ],
    )


def to_internet(network: NetworkConfig) -> k8s.NetworkPolicyEgressRule:
    """Allow all ports of all addresses that are not private, in both families."""
    peers = []
    for block in ANYWHERE:
        # An exception must be inside its block, so each family has its own.
        private = [cidr for cidr in network.private_cidrs if (":" in cidr) == (":" in block)]
        peers.append(k8s.NetworkPolicyPeer(ip_block=k8s.IpBlock(cidr=block, except_=private)))
    return k8s.NetworkPolicyEgressRule(to=peers)


def to_metadata_server(network: NetworkConfig) -> list[k8s.NetworkPolicyEgressRule]:
    """Allow Google's metadata server, for Workload Identity, before and after the translation of each dataplane.

    Source: the documentation of Cloud Service Mesh gives 169.254.169.252 ports 988 and 987 without Dataplane V2, and
    169.254.169.254 ports 80 and 8080 with it.
    """
    nodes = network.metadata_node_cidrs
    return [
        to_cidrs(("169.254.169.252/32",), 987, 988),
        to_cidrs(("169.254.169.254/32",), 80, 988, 8080),
        *([to_cidrs(nodes, 988)] if nodes else []),
    ]


def to_kubernetes_api(network: NetworkConfig) -> k8s.NetworkPolicyEgressRule:
    """Allow the Kubernetes API server."""
    return to_cidrs(network.kubernetes_api_cidrs, *network.kubernetes_api_ports)


def to_cidrs(cidrs: Iterable[str], *ports: int) -> k8s.NetworkPolicyEgressRule:
    """Allow TCP ports at addresses outside the cluster."""
    return k8s.NetworkPolicyEgressRule(to=_blocks(cidrs), ports=_tcp(*ports))


def to_pods(selector: Mapping[str, str], *ports: int) -> k8s.NetworkPolicyEgressRule:
    """Allow TCP ports of pods in the same namespace."""
    peer = k8s.NetworkPolicyPeer(pod_selector=k8s.LabelSelector(match_labels=selector))
    return k8s.NetworkPolicyEgressRule(to=[peer], ports=_tcp(*ports))


def from_access(label: str, *ports: int) -> k8s.NetworkPolicyIngressRule:
    """Allow pods with an access label to reach TCP ports."""
    peer = k8s.NetworkPolicyPeer(pod_selector=k8s.LabelSelector(match_labels={label: "true"}))
    return k8s.NetworkPolicyIngressRule(from_=[peer], ports=_tcp(*ports))


def from_cidrs(cidrs: Sequence[str], *ports: int) -> k8s.NetworkPolicyIngressRule:
    """Allow addresses outside the cluster to reach TCP ports. Without addresses, allow everybody, including pods."""
    return k8s.NetworkPolicyIngressRule(from_=_blocks(cidrs) or None, ports=_tcp(*ports))


def from_peers(peers: Sequence[CidrPeer | PodPeer], *ports: int) -> list[k8s.NetworkPolicyIngressRule]:
    """Allow peers to reach TCP ports. Without peers there is no rule, since a rule without peers allows everybody."""
    return [k8s.NetworkPolicyIngressRule(from_=[peer.peer() for peer in peers], ports=_tcp(*ports))] if peers else []


def network_policy(
    scope: Construct,
    metadata: k8s.ObjectMeta,
    selector: Mapping[str, str],
    *,
    ingress: list[k8s.NetworkPolicyIngressRule],
    egress: list[k8s.NetworkPolicyEgressRule],
) -> ApiObject:
    """Add a policy that allows the selected pods only these connections."""
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


def _tcp(*ports: int) -> list[k8s.NetworkPolicyPort]:
    return [k8s.NetworkPolicyPort(port=int_or_string(port), protocol="TCP") for port in ports]
