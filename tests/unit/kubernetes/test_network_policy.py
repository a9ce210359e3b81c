"""The network policies: as written, and as clusters interpret them.

Dataplanes differ in one point: whether an `ipBlock` matches a pod by its address. On Dataplane V2 and Cilium it never
does. With Calico and other plugins that filter packets it does. Tests cover both where they agree;
`test_blocks_that_hold_pods_open_this_and_no_more` covers the differences.
"""

import ipaddress
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    ChartNetworkPolicy,
    CidrPeer,
    CloudSql,
    EgressConfig,
    GkeIngress,
    GlobalAddress,
    HubConfig,
    KeyFile,
    ManagedCertificate,
    NetworkConfig,
    NotebooksConfig,
    PasswordLogin,
    PodPeer,
    Postgres,
    ProxyConfig,
    SingleuserConfig,
    WorkloadIdentity,
)
from tests.manifests.kube_spawner import user_pod
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

INGRESS = MINIMAL.evolve(
    exposure=GkeIngress(
        address=GlobalAddress(name="hexa-notebooks"), hosts=("hub.example.org",), certificate=ManagedCertificate()
    )
)
CLOUD_SQL = CloudSql(
    instance="my-project:europe-west1:hexa-main",
    database="hexa-notebooks",
    login=PasswordLogin(user="hexa-notebooks"),
    identity=WorkloadIdentity(google_service_account="hexa-notebooks@my-project.iam.gserviceaccount.com"),
)
IDENTITY = MINIMAL.evolve(database=CLOUD_SQL)
SETTINGS: dict[str, NetworkConfig] = {
    "dns_pods": NetworkConfig(dns_pods=(PodPeer(namespace="openshift-dns", labels={"app": "dns"}),)),
    "dns_cidrs": NetworkConfig(dns_cidrs=("10.96.0.10/32",)),
    "dns_ports": NetworkConfig(dns_ports=(53, 5353)),
    "private_cidrs": NetworkConfig(private_cidrs=("10.0.0.0/8", "203.0.113.0/24", "fc00::/7")),
    "kubernetes_api_cidrs": NetworkConfig(kubernetes_api_cidrs=("172.16.0.2/32",)),
    "kubernetes_api_ports": NetworkConfig(kubernetes_api_ports=(6443,)),
    "metadata_node_cidrs": NetworkConfig(metadata_node_cidrs=("10.132.0.0/20",)),
}
NAMESPACE = MINIMAL.namespace.name
PORTS = [1, 22, 53, 80, 443, 987, 988, 3307, 5432, 6443, 8000, 8001, 8080, 8081, 8888, 9801, 10250, 65535]
"""Ports that mean something to somebody, and both ends of the range."""
ACCESS = [f"hub.jupyter.org/network-access-{target}" for target in ("hub", "proxy-api", "proxy-http", "singleuser")]


@dataclass(frozen=True)
class Pod:
    """A pod as policies see it: by namespace and labels, and on some dataplanes by address."""

    namespace: str
    labels: dict[str, str]
    address: str = "10.4.0.7"


Endpoint = Pod | str
"""A pod, or an address outside the cluster: of another machine, a node, a load balancer or a metadata server."""

KUBE_DNS = Pod("kube-system", {"k8s-app": "kube-dns"})
NODE_LOCAL_DNS = Pod("kube-system", {"k8s-app": "node-local-dns"})
OTHER_SYSTEM_POD = Pod("kube-system", {"k8s-app": "metrics-server"})
NEIGHBOUR = Pod(NAMESPACE, {"app": "other"})
IMPOSTOR = Pod("default", {"app": "jupyterhub", "component": "hub", "release": "hexa"} | dict.fromkeys(ACCESS, "true"))
"""A pod of another namespace with every label of the notebooks."""

PUBLIC = ["203.0.113.7", "172.32.0.1", "100.128.0.1", "198.20.0.1", "2001:db8::7"]
FRONT_ENDS = ["35.191.0.7", "130.211.3.255"]
PRIVATE = [
    "10.1.2.3",
    "172.31.255.254",
    "192.168.0.1",
    "34.118.239.255",
    "100.64.0.1",
    "100.127.255.254",
    "240.0.0.1",
    "fd12:3456::1",
]
"""Addresses of nodes, Services and databases, any of which may be the cluster's DNS."""
NEVER_DNS = [
    "169.254.1.1",
    "198.18.0.1",
    "198.19.255.254",
    "fe80::1",
    "64:ff9b::203.0.113.7",
    "64:ff9b::10.1.2.3",
    "64:ff9b::192.168.0.1",
    "64:ff9b::169.254.169.254",
]
"""Some by NAT64, by which a cluster of IPv6 reaches IPv4."""
METADATA = {
    "Google": "169.254.169.254",
    "Google, translated": "169.254.169.252",
    "Amazon EKS": "169.254.170.2",
    "Amazon EKS Pod Identity": "169.254.170.23",
    "Amazon, IPv6": "fd00:ec2::254",
    "Alibaba": "100.100.100.200",
}
DNS: dict[str, Endpoint] = {
    "pod of kube-dns": KUBE_DNS,
    "pod of NodeLocal DNS": NODE_LOCAL_DNS,
    "NodeLocal DNS": "169.254.20.10",
    "Cloud DNS": "169.254.169.254",
    "Service on GKE": "34.118.224.10",
    "Service elsewhere": "10.96.0.10",
    "Service in a shared range": "100.64.0.10",
    "Service in class E": "240.0.0.10",
    "Service, IPv6": "fd00:10:96::a",
}


def named(endpoint: Endpoint) -> str:
    """Return the test ID of an endpoint."""
    return endpoint if isinstance(endpoint, str) else f"pod in {endpoint.namespace}"


def selects(selector: Object, labels: dict[str, str]) -> bool:
    """Return whether a label selector matches; an empty one matches everything."""
    expressions = selector.get("matchExpressions", [])
    assert all(expression["operator"] == "In" for expression in expressions)
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return labels.items() >= wanted.items() and all(
        labels.get(expression["key"]) in expression["values"] for expression in expressions
    )


def is_peer(endpoint: Endpoint, peer: Object, blocks_hold_pods: bool) -> bool:
    """Return whether a peer in a rule of the notebooks' namespace matches an endpoint."""
    if "ipBlock" in peer:
        if isinstance(endpoint, Pod) and not blocks_hold_pods:
            return False
        address = ipaddress.ip_address(endpoint.address if isinstance(endpoint, Pod) else endpoint)
        block = peer["ipBlock"]
        inside, *outside = (address in ipaddress.ip_network(cidr) for cidr in (block["cidr"], *block.get("except", [])))
        return inside and not any(outside)
    if isinstance(endpoint, str):
        return False
    namespace = peer.get("namespaceSelector", {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}})
    return selects(namespace, {"kubernetes.io/metadata.name": endpoint.namespace}) and selects(
        peer.get("podSelector", {}), endpoint.labels
    )


class Network:
    """Reachability under the policies of a configuration, on Dataplane V2 or Calico."""

    def __init__(self, config: NotebooksConfig, *, blocks_hold_pods: bool = False) -> None:
        self.blocks_hold_pods = blocks_hold_pods
        objects = synth(config)
        self.policies = [made for made in objects.values() if made["kind"] == "NetworkPolicy"]
        self.hub, self.proxy = (
            Pod(NAMESPACE, objects[f"Deployment/{name}"]["spec"]["template"]["metadata"]["labels"])
            for name in ("hub", "proxy")
        )
        self.user = Pod(NAMESPACE, user_pod(config)["metadata"]["labels"])

    def reaches(self, source: Endpoint, target: Endpoint, port: int, protocol: str = "TCP") -> bool:
        """Return whether the policies of both sides allow a connection."""
        where = (protocol, port)
        return self._admits(source, "Egress", target, where) and self._admits(target, "Ingress", source, where)

    def _admits(self, endpoint: Endpoint, direction: str, other: Endpoint, port: tuple[str, int]) -> bool:
        """Return whether the policies of one side allow the other; a side without a policy allows all."""
        if isinstance(endpoint, str):
            return True
        specs = [
            policy["spec"]
            for policy in self.policies
            if policy["metadata"]["namespace"] == endpoint.namespace
            and selects(policy["spec"]["podSelector"], endpoint.labels)
            and direction in policy["spec"]["policyTypes"]
        ]
        peers = {"Ingress": "from", "Egress": "to"}[direction]
        return not specs or any(
            (peers not in rule or any(is_peer(other, peer, self.blocks_hold_pods) for peer in rule[peers]))
            and ("ports" not in rule or port in [(opened["protocol"], opened["port"]) for opened in rule["ports"]])
            for spec in specs
            for rule in spec[direction.lower()]
        )

    def ports(self, source: Endpoint, target: Endpoint) -> list[int]:
        """Return the tested ports that a source reaches."""
        return [port for port in PORTS if self.reaches(source, target, port)]


CONFIGS = {"minimal": MINIMAL, "gke-ingress": INGRESS, "workload-identity": IDENTITY}


@pytest.fixture(scope="module", params=[False, True], ids=["dataplane-v2", "calico"])
def blocks_hold_pods(request: pytest.FixtureRequest) -> bool:
    """Return both kinds of dataplane, for tests that hold on both."""
    return bool(request.param)


@pytest.fixture(scope="module", params=CONFIGS)
def network(request: pytest.FixtureRequest, blocks_hold_pods: bool) -> Network:
    """Return the network of each configuration, for tests that hold for all of them."""
    return Network(CONFIGS[request.param], blocks_hold_pods=blocks_hold_pods)


@pytest.fixture(scope="module")
def minimal(blocks_hold_pods: bool) -> Network:
    """Return the network of the minimal configuration."""
    return Network(MINIMAL, blocks_hold_pods=blocks_hold_pods)


@pytest.fixture(scope="module")
def gke_ingress(blocks_hold_pods: bool) -> Network:
    """Return the network behind GKE Ingress."""
    return Network(INGRESS, blocks_hold_pods=blocks_hold_pods)


@pytest.fixture(scope="module")
def workload_identity(blocks_hold_pods: bool) -> Network:
    """Return the network with Cloud SQL and Workload Identity."""
    return Network(IDENTITY, blocks_hold_pods=blocks_hold_pods)


@pytest.mark.parametrize("component", ["hub", "proxy"])
def test_minimal_policy(component: str, snapshot: SnapshotAssertion) -> None:
    """The complete policy of a component; that of user servers is in test_singleuser.py."""
    assert to_yaml(synth(MINIMAL)[f"NetworkPolicy/{component}"]) == snapshot


@pytest.mark.parametrize("config", SETTINGS.values(), ids=SETTINGS)
def test_setting(config: NetworkConfig, snapshot: SnapshotAssertion) -> None:
    """Each setting of the network changes this and nothing else."""
    assert delta(synth(IDENTITY), synth(IDENTITY.evolve(network=config))) == snapshot


def test_cloud_sql(snapshot: SnapshotAssertion) -> None:
    """Cloud SQL with Workload Identity opens exactly this to the hub, and nothing to the proxy or to users."""
    before, after = (
        {name: made for name, made in synth(config).items() if name.startswith("NetworkPolicy/")}
        for config in (MINIMAL, IDENTITY)
    )
    assert delta(before, after) == snapshot


def test_components_reach_each_other(network: Network) -> None:
    """Hub, proxy and user servers have exactly the connections that JupyterHub needs."""
    assert network.ports(network.hub, network.proxy) == [8001]
    assert network.ports(network.hub, network.user) == [8888]
    assert network.ports(network.proxy, network.hub) == [8081]
    assert network.ports(network.proxy, network.user) == [8888]
    assert network.ports(network.user, network.hub) == [8081]
    assert network.ports(network.user, network.user) == []


def test_proxy_is_open_where_its_clients_are_unknown(minimal: Network) -> None:
    """Without its own load balancer, the proxy accepts connections from everywhere, but only on the public port."""
    sources: list[Endpoint] = [NEIGHBOUR, IMPOSTOR, *PUBLIC, *PRIVATE, *FRONT_ENDS]
    assert [minimal.ports(source, minimal.proxy) for source in sources] == [[8000]] * len(sources)


def test_users_servers_do_not_reach_the_proxy(network: Network) -> None:
    """A server calls the hub directly. Through the proxy it would reach other users' servers."""
    assert network.ports(network.user, network.proxy) == []


def test_proxy_is_open_to_front_ends_only(gke_ingress: Network) -> None:
    """Behind Google's load balancer, only the load balancer and pods with the access label reach the proxy."""
    sources: list[Endpoint] = [gke_ingress.user, NEIGHBOUR, IMPOSTOR, *PUBLIC, *PRIVATE]
    assert [gke_ingress.ports(source, gke_ingress.proxy) for source in sources] == [[]] * len(sources)
    assert [gke_ingress.ports(source, gke_ingress.proxy) for source in FRONT_ENDS] == [[8000]] * len(FRONT_ENDS)


@pytest.mark.parametrize("source", [NEIGHBOUR, IMPOSTOR, *PUBLIC, *PRIVATE, *FRONT_ENDS], ids=named)
def test_nobody_else_comes_in(network: Network, source: Endpoint) -> None:
    """No address and no pod of another namespace reaches the hub or a user server, whatever its labels are."""
    assert network.ports(source, network.hub) == []
    assert network.ports(source, network.user) == []


@pytest.mark.parametrize(("label", "expected"), list(zip(ACCESS, [[8081], [8001], [8000], [8888]], strict=True)))
def test_access_label_opens_one_port(gke_ingress: Network, label: str, expected: list[int]) -> None:
    """A pod with an access label in the namespace reaches only the port that the label names."""
    source = Pod(NAMESPACE, {label: "true"})
    targets = (gke_ingress.hub, gke_ingress.proxy, gke_ingress.user)
    assert [port for target in targets for port in gke_ingress.ports(source, target)] == expected
    assert not any(gke_ingress.ports(Pod(NAMESPACE, {label: "false"}), target) for target in targets)


@pytest.mark.parametrize("server", DNS.values(), ids=DNS)
def test_everybody_resolves_names(network: Network, server: Endpoint) -> None:
    """Every pod can query each kind of DNS on GKE and in other clusters, over UDP and TCP."""
    for pod in (network.hub, network.proxy, network.user):
        assert network.reaches(pod, server, 53, "UDP")
        assert network.reaches(pod, server, 53, "TCP")
    assert network.ports(network.user, server) == [53]
    assert network.ports(network.proxy, server) == [53]


OTHER_DNS = {
    "OpenShift": (
        NetworkConfig(dns_pods=(PodPeer(namespace="openshift-dns", labels={"app": "dns"}),), dns_ports=(53, 5353)),
        Pod("openshift-dns", {"app": "dns"}),
        5353,
    ),
    "Gardener": (NetworkConfig(dns_ports=(53, 8053)), KUBE_DNS, 8053),
}


@pytest.mark.parametrize("policies", ["strict", "chart"])
@pytest.mark.parametrize(("settings", "server", "port"), OTHER_DNS.values(), ids=OTHER_DNS)
def test_dns_on_another_port(settings: NetworkConfig, server: Pod, port: int, policies: str) -> None:
    """DNS pods with another port than CoreDNS's are reachable over UDP and TCP, also with the chart's policies."""
    config = MINIMAL.evolve(network=settings)
    if policies == "chart":
        config = config.evolve(
            hub=HubConfig(network_policy=ChartNetworkPolicy()),
            proxy=ProxyConfig(network_policy=ChartNetworkPolicy()),
            singleuser=SingleuserConfig(network_policy=ChartNetworkPolicy()),
        )
    network = Network(config)
    for source in (network.hub, network.proxy, network.user):
        for protocol in ("UDP", "TCP"):
            assert network.reaches(source, server, port, protocol)
            # The address of the Service, where a policy sees that.
            assert network.reaches(source, "10.96.0.10", 53, protocol)
        assert not network.reaches(source, server, port + 1, "UDP")


@pytest.mark.parametrize("address", PUBLIC + FRONT_ENDS)
def test_users_reach_the_internet(network: Network, address: str) -> None:
    """All ports of all public addresses are open, over TCP and UDP, in both address families."""
    assert network.ports(network.user, address) == PORTS
    assert network.reaches(network.user, address, 443, "UDP")


@pytest.mark.parametrize("address", PRIVATE)
def test_users_reach_nothing_private(network: Network, address: str) -> None:
    """Among the addresses of pods, nodes and databases, only DNS is reachable: no kubelet, no API server."""
    assert network.ports(network.user, address) == [53]


@pytest.mark.parametrize("address", NEVER_DNS)
def test_users_reach_no_link_local_nor_benchmark_address(network: Network, address: str) -> None:
    """169.254.0.0/16, 198.18.0.0/15 and fe80::/10 are closed."""
    assert network.ports(network.user, address) == []


@pytest.mark.parametrize("pod", [OTHER_SYSTEM_POD, NEIGHBOUR, IMPOSTOR], ids=named)
def test_pods_of_others_are_out_of_reach(network: Network, pod: Pod) -> None:
    """Components reach unrelated pods only on the DNS port, and the hub also on the ports that it calls."""
    dns, calls = ({53}, {53, 443, 6443, 3307, 80, 988, 8080}) if network.blocks_hold_pods else (set(), set())
    for source in (network.proxy, network.user):
        assert set(network.ports(source, pod)) <= dns
    assert set(network.ports(network.hub, pod)) <= calls


@pytest.mark.parametrize(
    ("config", "hub"),
    [(MINIMAL, [53, 443, 6443]), (INGRESS, [53, 443, 6443]), (IDENTITY, [53, 443, 3307, 6443])],
    ids=CONFIGS,
)
def test_blocks_that_hold_pods_open_this_and_no_more(config: NotebooksConfig, hub: list[int]) -> None:
    """If blocks match pods, unprotected pods are reachable: by all on the DNS port, by the hub on the ports it calls.

    Our own pods are protected by their own policies, so nothing differs between them.
    """
    by_label, by_address = Network(config), Network(config, blocks_hold_pods=True)
    sources = (by_label.hub, by_label.proxy, by_label.user)
    assert [by_label.ports(source, NEIGHBOUR) for source in sources] == [[], [], []]
    assert [by_address.ports(source, NEIGHBOUR) for source in sources] == [hub, [53], [53]]
    for source in sources:
        for target in (*sources, Pod(NAMESPACE, by_label.user.labels, "10.4.0.8")):
            assert by_address.ports(source, target) == by_label.ports(source, target)


@pytest.mark.parametrize("address", METADATA.values(), ids=METADATA)
def test_users_and_proxy_reach_no_metadata_server(network: Network, address: str) -> None:
    """Cloud credentials are out of reach, before and after address translation. Only DNS may share the address."""
    for pod in (network.user, network.proxy):
        assert set(network.ports(pod, address)) <= {53}
        assert not network.reaches(pod, address, 80, "UDP")


def test_proxy_reaches_nothing_outside(network: Network) -> None:
    """The proxy calls only the hub and user servers, so a hole in it opens nothing else."""
    addresses = [*PUBLIC, *FRONT_ENDS, *NEVER_DNS]
    assert [network.ports(network.proxy, address) for address in addresses] == [[]] * len(addresses)
    assert [network.ports(network.proxy, address) for address in PRIVATE] == [[53]] * len(PRIVATE)


@pytest.mark.parametrize("address", PUBLIC + PRIVATE + NEVER_DNS)
def test_hub_reaches_the_api_server_wherever_it_is(minimal: Network, address: str) -> None:
    """The control plane may have a public, private or shared address. The hub reaches only its two ports."""
    assert set(minimal.ports(minimal.hub, address)) - {53} == {443, 6443}


def test_hub_reaches_no_metadata_server_unless_it_needs_one(minimal: Network, gke_ingress: Network) -> None:
    """Without Workload Identity, the hub needs no credentials from it."""
    for network in (minimal, gke_ingress):
        for address in METADATA.values():
            assert not {80, 987, 988, 8080} & set(network.ports(network.hub, address))


def test_workload_identity_reaches_the_metadata_server(workload_identity: Network) -> None:
    """The hub reaches both forms of Google's metadata server on their ports, and no other cloud's."""
    hub = workload_identity.hub
    assert {80, 988, 8080} <= set(workload_identity.ports(hub, "169.254.169.254"))
    assert {987, 988} <= set(workload_identity.ports(hub, "169.254.169.252"))
    for cloud in ("Amazon EKS", "Amazon EKS Pod Identity", "Amazon, IPv6", "Alibaba"):
        assert not {80, 987, 988, 8080} & set(workload_identity.ports(hub, METADATA[cloud]))


def test_metadata_server_at_the_node(workload_identity: Network) -> None:
    """If it appears at the node's own address, port 988 is open in the node range."""
    node = "10.132.0.5"
    told = Network(IDENTITY.evolve(network=NetworkConfig(metadata_node_cidrs=("10.132.0.0/20",))))
    assert told.reaches(told.hub, node, 988)
    assert not workload_identity.reaches(workload_identity.hub, node, 988)
    assert not told.reaches(told.user, node, 988)


def test_cloud_sql_instance_is_in_reach(minimal: Network, workload_identity: Network) -> None:
    """The proxy next to the hub reaches port 3307 of the instance, at a public or a private address."""
    for address in ("203.0.113.7", "10.1.2.3", "2001:db8::7"):
        assert workload_identity.reaches(workload_identity.hub, address, 3307)
        assert not minimal.reaches(minimal.hub, address, 3307)
        assert not workload_identity.reaches(workload_identity.proxy, address, 3307)


def test_key_file_needs_no_metadata_server() -> None:
    """With a key file the metadata server stays closed."""
    network = Network(MINIMAL.evolve(database=CLOUD_SQL.evolve(identity=KeyFile())))
    assert not {80, 987, 988, 8080} & set(network.ports(network.hub, "169.254.169.254"))


def test_database_in_the_cluster_needs_a_pod_peer() -> None:
    """Address ranges do not match pods. Labels do, and open only the database's port."""
    pod = Pod("db", {"app": "postgres"})
    database = Postgres(host="10.1.2.3", database="hub", user="hub")
    by_range = Network(MINIMAL.evolve(database=database))
    by_label = Network(MINIMAL.evolve(database=database.evolve(peers=(PodPeer(namespace="db", labels=pod.labels),))))
    assert by_range.ports(by_range.hub, pod) == []
    assert by_range.reaches(by_range.hub, "10.1.2.3", 5432)
    assert by_label.ports(by_label.hub, pod) == [5432]
    assert not by_label.reaches(by_label.hub, Pod("db", {"app": "other"}), 5432)


def test_further_peers_of_the_hub() -> None:
    """A named scraper can connect to the hub, and the hub can connect to named targets."""
    scraper, smtp = Pod("monitoring", {"app": "prometheus"}), "198.51.100.25"
    hub = HubConfig(
        ingress=(PodPeer(namespace="monitoring"),),
        egress=(EgressConfig(to=(CidrPeer(cidr="198.51.100.25/32"),), ports=(22,)),),
    )
    network = Network(MINIMAL.evolve(hub=hub))
    assert network.ports(scraper, network.hub) == [8081]
    assert network.ports(NEIGHBOUR, network.hub) == []
    assert network.ports(network.hub, smtp) == [22, 443, 6443]


def test_further_peers_of_users() -> None:
    """Users can connect to a named private database, and to nothing else on its network."""
    egress = (EgressConfig(to=(CidrPeer(cidr="10.1.2.3/32"),), ports=(5432,)),)
    network = Network(MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(egress=egress)))
    assert network.ports(network.user, "10.1.2.3") == [53, 5432]
    assert network.ports(network.user, "10.1.2.4") == [53]


def test_without_internet_users_keep_what_they_need() -> None:
    """Hub and DNS stay reachable."""
    network = Network(MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(internet=False)))
    assert [network.ports(network.user, address) for address in PUBLIC] == [[]] * len(PUBLIC)
    assert network.ports(network.user, network.hub) == [8081]
    assert network.ports(network.user, KUBE_DNS) == [53]


def test_cluster_with_public_pod_addresses_names_them() -> None:
    """A public address range of the cluster is closed to users once it is configured."""
    ranges = (*MINIMAL.network.private_cidrs, "203.0.113.0/24")
    network = Network(MINIMAL.evolve(network=NetworkConfig(private_cidrs=ranges)))
    assert network.ports(network.user, "203.0.113.7") == []
    assert network.ports(network.user, "198.51.100.7") == PORTS


def test_two_installations_do_not_mix() -> None:
    """Pods of another release do not match, even in the same namespace."""
    network, other = Network(MINIMAL), Network(MINIMAL.evolve(release="other"))
    assert network.ports(network.hub, other.user) == []
    assert network.ports(network.hub, other.proxy) == []
    assert network.ports(network.user, other.hub) == []


def test_every_policy_denies_the_rest() -> None:
    """Each policy covers both directions, so everything without a rule is closed."""
    policies = Network(MINIMAL).policies
    assert sorted(policy["metadata"]["name"] for policy in policies) == ["hub", "proxy", "singleuser"]
    assert all(policy["spec"]["policyTypes"] == ["Ingress", "Egress"] for policy in policies)


@pytest.mark.parametrize(
    ("make", "fields", "message"),
    [
        (CidrPeer, {"cidr": "10.0.0.1/8"}, "'10.0.0.1/8' is not an IP range in CIDR notation.*has host bits set"),
        (CidrPeer, {"cidr": "app.example.org"}, "'app.example.org' is not an IP range"),
        (CidrPeer, {"cidr": "10.0.0.1"}, "'10.0.0.1' is not an IP range.*prefix length"),
        (PodPeer, {}, "a PodPeer needs a namespace, labels, or both; with neither it would open every pod"),
        (PodPeer, {"namespace": "Apps"}, "'Apps' is not a DNS label"),
        (PodPeer, {"labels": {"app": "a b"}}, "'a b' is not a label value"),
        (EgressConfig, {"to": (), "ports": (443,)}, r"to[\s\S]*at least 1 item"),
        (EgressConfig, {"to": (CidrPeer(cidr="10.0.0.0/8"),), "ports": ()}, r"ports[\s\S]*at least 1 item"),
        (
            EgressConfig,
            {"to": (CidrPeer(cidr="10.0.0.0/8"),), "ports": (0,)},
            r"ports\.0[\s\S]*greater than or equal to 1",
        ),
        (NetworkConfig, {"kubernetes_api_cidrs": ()}, r"kubernetes_api_cidrs[\s\S]*at least 1 item"),
        (NetworkConfig, {"kubernetes_api_ports": ()}, r"kubernetes_api_ports[\s\S]*at least 1 item"),
        (
            NetworkConfig,
            {"dns_pods": (), "dns_cidrs": ()},
            "dns_pods: without dns_pods and dns_cidrs the rule",
        ),
        (NetworkConfig, {"dns_ports": ()}, r"dns_ports[\s\S]*at least 1 item"),
        (NetworkConfig, {"dns_cidrs": ("10.96.0.10",)}, r"dns_cidrs\.0[\s\S]*'10.96.0.10' is not an IP range"),
    ],
)
def test_refused(make: type[Any], fields: dict[str, Any], message: str) -> None:
    """A peer that would match everybody, and peers that Kubernetes would refuse, are refused at synthesis."""
    with pytest.raises(ValidationError, match=message):
        make(**fields)
