"""The network policies, tested from inside pods on a cluster that enforces them.

The tables state what docs/architecture.md and the docstrings of the settings promise. Everything not listed is closed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import pytest

from hexa_notebooks import (
    AppApiConfig,
    AutoHttps,
    ChartNetworkPolicy,
    CidrPeer,
    CloudSql,
    DirectWorkloadIdentity,
    EgressConfig,
    GatewayRoute,
    GcsFuseCsi,
    GkeIngress,
    GkeRegionalGateway,
    GlobalAddress,
    HubConfig,
    Ingress,
    KeyFile,
    LoadBalancer,
    ManagedCertificate,
    MySql,
    NetworkConfig,
    OpenHexaApp,
    OtherDatabase,
    ParentRef,
    PasswordLogin,
    PodPeer,
    Postgres,
    PreSharedCertificate,
    ProxyCertificate,
    ProxyConfig,
    RegionalAddress,
    ServiceExposure,
    SingleuserConfig,
    WorkloadIdentity,
)
from hexa_notebooks.images import catalogue
from tests.cluster.cluster import Cluster
from tests.cluster.conftest import NeedImages
from tests.cluster.reachability import (
    ANNA,
    APP,
    AUTOHTTPS,
    CONTROLLER,
    DNS,
    EVERYWHERE,
    GUEST,
    HUB,
    INTERNET,
    OUTSIDE,
    OUTSIDER,
    POSTGRES,
    PROXY,
    STRANGER,
    Cells,
    Scene,
    Table,
    World,
    outside,
    scene_on,
)
from tests.manifests.synthesis import MINIMAL
from tests.node.node import Node
from tests.processes.process import wait_until

HOST = "notebooks.example.org"
DATABASE, DATABASE_RANGE = "10.20.30.40", CidrPeer(cidr="10.20.30.0/24")

NOTHING: Cells = frozenset()
USERS = frozenset({"anna:8888", "bob:8888"})
HUB_ITSELF = frozenset({"hub:8081", "service/hub:8081"})
PROXY_API = frozenset({"proxy:8001", "service/proxy-api:8001"})
FRONT_DOOR = frozenset({"proxy:8000", "service/proxy-public:80", "node-port"})
AUTOHTTPS_DOOR = frozenset({"autohttps:8080", "autohttps:8443"})
KUBERNETES = frozenset({"service/kubernetes:443", "kubernetes"})
# The API server may be anywhere, so its ports are open to everywhere unless `kubernetes_api_cidrs` says more.
KUBERNETES_ANYWHERE = KUBERNETES | outside(EVERYWHERE, 443, 6443)
GOOGLE_METADATA = outside(["169.254.169.252"], 988) | outside(["169.254.169.254"], 80, 988, 8080)
CLUSTER_DNS = frozenset({"service/dns:53", "service/dns:53/udp"})
SECURE_INTERNET = INTERNET & outside(EVERYWHERE, 443)

ALWAYS: Table = {
    HUB: DNS | PROXY_API | USERS | KUBERNETES_ANYWHERE,
    PROXY: DNS | HUB_ITSELF | USERS,
    ANNA: DNS | HUB_ITSELF | INTERNET,
    GUEST: HUB_ITSELF | FRONT_DOOR | PROXY_API | USERS,
    STRANGER: FRONT_DOOR,
    OUTSIDER: FRONT_DOOR,
    CONTROLLER: FRONT_DOOR,
    APP: FRONT_DOOR,
}
"""With a way in that everybody may take, and a database that is no further than the hub's own pod."""
EVERYBODY: Table = dict.fromkeys((STRANGER, OUTSIDER, CONTROLLER, APP), FRONT_DOOR)
"""Whom an exposure keeps out that knows who comes in."""


def everybody_but(row: str) -> Table:
    """Return all columns except one."""
    return {other: cells for other, cells in EVERYBODY.items() if other != row}


@dataclass(frozen=True)
class Change:
    """Settings, and the cells that they open and close."""

    settings: Callable[[Scene], Mapping[str, Any]] = lambda _: {}
    opens: Table = field(default_factory=dict)
    closes: Table = field(default_factory=dict)


def _settings(**settings: Any) -> Callable[[Scene], Mapping[str, Any]]:
    return lambda _: settings


def _pod(scene: Scene, name: str) -> PodPeer:
    """Return a pod of the other namespace as a peer."""
    return PodPeer(namespace=scene.there, labels={"stand-in": name})


def _cloud_sql(identity: Any, **fields: Any) -> CloudSql:
    login = PasswordLogin(user="hub")
    return CloudSql(instance="project:europe-west1:main", database="hub", login=login, identity=identity, **fields)


def _postgres(host: str, peer: CidrPeer | PodPeer) -> Postgres:
    return Postgres(host=host, database="hub", user="hub", peers=(peer,))


def _known_network(scene: Scene) -> NetworkConfig:
    endpoints = tuple(f"{address}/{128 if ':' in address else 32}" for address in scene.addresses("kubernetes"))
    return NetworkConfig(kubernetes_api_cidrs=endpoints, dns_cidrs=())


GOOGLE_SERVICE_ACCOUNT = "notebooks@project-1.iam.gserviceaccount.com"
EXPOSURES = {
    "cluster-internal": Change(),
    "GKE Ingress": Change(
        _settings(
            exposure=GkeIngress(
                address=GlobalAddress(name="notebooks"), hosts=(HOST,), certificate=ManagedCertificate()
            )
        ),
        closes=EVERYBODY,
    ),
    "GKE regional Gateway": Change(
        _settings(
            exposure=GkeRegionalGateway(
                address=RegionalAddress(name="notebooks"),
                hosts=(HOST,),
                certificate=PreSharedCertificate(names=("notebooks",)),
                proxy_only_subnet="10.129.0.0/23",
            )
        ),
        closes=EVERYBODY,
    ),
    "Gateway of a controller": Change(
        lambda scene: {
            "exposure": GatewayRoute(
                parents=(ParentRef(name="shared"),), hosts=(HOST,), peers=(_pod(scene, CONTROLLER),)
            )
        },
        closes=everybody_but(CONTROLLER),
    ),
    "Ingress of a controller": Change(
        lambda scene: {
            "exposure": Ingress(
                ingress_class="traefik",
                hosts=(HOST,),
                certificate=None,
                controller=None,
                peers=(_pod(scene, CONTROLLER),),
            )
        },
        closes=everybody_but(CONTROLLER),
    ),
    # The nodes enforce its ranges for who comes by its address. In the cluster everybody still reaches the proxy.
    "load balancer": Change(_settings(exposure=LoadBalancer(source_ranges=("198.51.100.0/24",)))),
    "certificates that order themselves": Change(
        _settings(exposure=ServiceExposure(tls=AutoHttps(hosts=(HOST,), contact_email="ops@example.org"))),
        opens={
            AUTOHTTPS: DNS | FRONT_DOOR | KUBERNETES_ANYWHERE | SECURE_INTERNET,
            **dict.fromkeys((GUEST, *EVERYBODY), AUTOHTTPS_DOOR),
        },
        closes=EVERYBODY,
    ),
    "certificate of the proxy's own": Change(
        _settings(exposure=ServiceExposure(tls=ProxyCertificate())),
        opens=dict.fromkeys((GUEST, *EVERYBODY), frozenset({"proxy:8443"})),
    ),
}
DATABASES = {
    "SQLite": Change(),
    "Cloud SQL by Workload Identity": Change(
        _settings(database=_cloud_sql(WorkloadIdentity(google_service_account=GOOGLE_SERVICE_ACCOUNT))),
        opens={HUB: outside(EVERYWHERE, 3307) | GOOGLE_METADATA},
    ),
    "private Cloud SQL, metadata by the nodes": Change(
        _settings(
            database=_cloud_sql(DirectWorkloadIdentity(), address="private", instance_cidrs=("10.20.30.0/24",)),
            network=NetworkConfig(metadata_node_cidrs=("172.16.5.0/24",)),
        ),
        opens={HUB: outside([DATABASE], 3307) | GOOGLE_METADATA | outside(["172.16.5.6"], 988)},
    ),
    "Cloud SQL by a key": Change(
        _settings(database=_cloud_sql(KeyFile(), instance_cidrs=("10.20.30.0/24",))),
        opens={HUB: outside([DATABASE], 3307)},
    ),
    "PostgreSQL outside": Change(
        _settings(database=_postgres(DATABASE, DATABASE_RANGE)), opens={HUB: outside([DATABASE], 5432)}
    ),
    "PostgreSQL in the cluster": Change(
        lambda scene: {"database": _postgres(f"postgres.{scene.there}.svc", _pod(scene, POSTGRES))},
        opens={HUB: frozenset({"postgres:5432"})},
    ),
    "MySQL outside": Change(
        _settings(database=MySql(host=DATABASE, database="hub", user="hub", peers=(DATABASE_RANGE,))),
        opens={HUB: outside([DATABASE], 3306)},
    ),
    "another database": Change(
        _settings(database=OtherDatabase(url=f"postgresql://hub@{DATABASE}:5432/hub", peers=(DATABASE_RANGE,))),
        opens={HUB: outside([DATABASE], 5432)},
    ),
}
OTHERS = {
    "nothing else": Change(),
    "App in the cluster": Change(
        lambda scene: {
            "authenticator": OpenHexaApp(
                url="https://app.example.org",
                internal_url=f"http://app.{scene.there}.svc:8080",
                peers=(_pod(scene, APP),),
                nothing_kept_because="nothing starts here",
            ),
            "app_api": AppApiConfig(peers=(_pod(scene, APP),)),
            "hub": HubConfig(named_servers=True),
        },
        opens={HUB: frozenset({"app:8080"}), APP: FRONT_DOOR},
    ),
    "no internet": Change(_settings(singleuser=SingleuserConfig(internet=False)), closes={ANNA: INTERNET}),
    "bucket of GKE's driver": Change(
        _settings(singleuser=SingleuserConfig(storage=GcsFuseCsi(bucket="files", service_account="notebooks"))),
        opens={ANNA: GOOGLE_METADATA},
    ),
    "known addresses of Kubernetes and DNS": Change(
        lambda scene: {"network": _known_network(scene)},
        closes={
            HUB: (DNS | KUBERNETES_ANYWHERE) - KUBERNETES - CLUSTER_DNS,
            PROXY: DNS - CLUSTER_DNS,
            ANNA: DNS - CLUSTER_DNS,
        },
    ),
    "further ways": Change(
        lambda scene: {
            "hub": HubConfig(ingress=(_pod(scene, APP),), egress=(EgressConfig(to=(DATABASE_RANGE,), ports=(80,)),)),
            "singleuser": SingleuserConfig(
                egress=(EgressConfig(to=(_pod(scene, POSTGRES), DATABASE_RANGE), ports=(5432,)),)
            ),
        },
        opens={
            HUB: outside([DATABASE], 80),
            ANNA: outside([DATABASE], 5432) | {"postgres:5432"},
            APP: HUB_ITSELF,
        },
    ),
}
CONFIGURATIONS = list(zip_longest(EXPOSURES, DATABASES, OTHERS, fillvalue="nothing else"))
"""One exposure, one database and one thing more at a time, since each has rules of its own."""

_CHART = ChartNetworkPolicy(private=False, metadata_server=False, dns_private=False, dns_metadata_server=False)
# What the Helm chart calls the internet is IPv4, less three private ranges and the metadata server's own address.
_CHART_PRIVATE = ("10.20.30.40", "172.16.5.6", "192.168.7.8", "169.254.169.254")
_CHART_INTERNET = outside((one for one in EVERYWHERE if ":" not in one and one not in _CHART_PRIVATE), udp=True)
CHART: Table = {
    HUB: CLUSTER_DNS | PROXY_API | USERS | _CHART_INTERNET,
    PROXY: CLUSTER_DNS | HUB_ITSELF | USERS | _CHART_INTERNET,
    ANNA: CLUSTER_DNS | HUB_ITSELF | AUTOHTTPS_DOOR | _CHART_INTERNET,
    AUTOHTTPS: CLUSTER_DNS | FRONT_DOOR | _CHART_INTERNET,
    GUEST: HUB_ITSELF | FRONT_DOOR | PROXY_API | USERS | AUTOHTTPS_DOOR,
    **dict.fromkeys(EVERYBODY, AUTOHTTPS_DOOR),
}
"""Where every policy has the shape of the Helm chart, and leaves private addresses and the metadata server out."""


@pytest.fixture(scope="module")
def scene(
    cluster: Cluster, node: Node | None, need_images: NeedImages, fresh_name: Callable[[str], str]
) -> Iterator[Scene]:
    """Yield the pods, each of which can reach all of its targets without policies.

    Our own node also has an outside world, and enforces policies for IPv4 only. On other clusters, both families are
    tried if policies are enforced for them, and the outside world if it answers.
    """
    need_images(catalogue.HUB)
    with scene_on(cluster, fresh_name("policies"), fresh_name("elsewhere")) as made:
        assert node is None or made.left_out == {cell for cell in OUTSIDE if "[" in cell}
        made.settle(made.everything([*ALWAYS, AUTOHTTPS]))
        yield made


@pytest.mark.parametrize(("exposure", "database", "other"), CONFIGURATIONS)
def test_strict_policies(scene: Scene, exposure: str, database: str, other: str) -> None:
    """Each pod reaches exactly what its row names."""
    changes = [EXPOSURES[exposure], DATABASES[database], OTHERS[other]]
    settings: dict[str, Any] = {}
    table = dict(ALWAYS)
    # What one setting closes another may open.
    for change in changes:
        settings |= change.settings(scene)
        table |= {row: table[row] - closed for row, closed in change.closes.items()}
    for change in changes:
        table |= {row: table.get(row, NOTHING) | opened for row, opened in change.opens.items()}
    scene.enforce(MINIMAL.evolve(**settings))
    scene.settle(table)


def test_policies_of_the_chart(scene: Scene) -> None:
    """The chart's policies allow what their switches say, and nothing else."""
    everybody = _CHART.evolve(open_ports=("http", "https"))
    tls = AutoHttps(hosts=(HOST,), contact_email="ops@example.org", network_policy=everybody)
    config = MINIMAL.evolve(
        exposure=ServiceExposure(tls=tls),
        hub=HubConfig(network_policy=_CHART),
        proxy=ProxyConfig(network_policy=_CHART),
        singleuser=SingleuserConfig(network_policy=_CHART),
    )
    scene.enforce(config)
    scene.settle(CHART)


def test_load_balancers_of_google_come_in(scene: Scene, node: Node | None) -> None:
    """From outside, the proxy answers only Google's front ends and the proxy-only subnet."""
    if node is None:
        pytest.skip("only around a node of our own are clients free to choose their addresses")
    world = World(node, *scene.node_port)
    front_ends, proxies = {"35.191.0.9", "130.211.3.9"}, {"10.129.1.9"}
    all_clients = front_ends | proxies | {"203.0.113.9", "130.211.4.9", "10.129.2.9"}
    scene.enforce(MINIMAL)
    scene.settle(ALWAYS)
    assert world.let_in(all_clients) == all_clients
    scene.enforce(MINIMAL.evolve(**EXPOSURES["GKE Ingress"].settings(scene)))
    wait_until(lambda: world.let_in(all_clients) == front_ends, "none but front ends to come in")
    scene.enforce(MINIMAL.evolve(**EXPOSURES["GKE regional Gateway"].settings(scene)))
    wait_until(lambda: world.let_in(all_clients) == front_ends | proxies, "the load balancer's proxies to come in, too")
