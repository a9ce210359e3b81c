"""Reachability under network policies: pods in the places of the real ones that try to connect to each other.

A table has one row for each pod that connects. The row lists the columns that the pod reaches; all others are closed.
`hub:8081` is a pod's TCP port, `hub:8081/udp` its UDP port, `service/hub:8081` the same pod through its Service.
`203.0.113.7:443` is outside the cluster. On a dual-stack cluster, a column of pods, Services or nodes covers both
address families.
"""

import json
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from hexa_notebooks import AutoHttps, NotebooksConfig, ServiceExposure
from hexa_notebooks.components.hub.config_map import TRAITS
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.installation import (
    ACCESS_HUB,
    ACCESS_PROXY_API,
    ACCESS_PROXY_HTTP,
    ACCESS_SINGLEUSER,
    access,
)
from tests.cluster import stand_ins
from tests.cluster.cluster import Cluster
from tests.deployed.user_pod import user_pods
from tests.manifests.synthesis import MINIMAL, Object, synth
from tests.node.node import Node
from tests.node.outside import PORTS as OUTSIDE_PORTS
from tests.processes.process import wait_until

Cells = frozenset[str]
"""Columns that a row reaches."""
Table = Mapping[str, Cells]
"""The rows."""

HUB, PROXY, ANNA, BOB, AUTOHTTPS = "hub", "proxy", "anna", "bob", "autohttps"
"""The pods of an installation; `anna` and `bob` are servers of users."""
STRANGER, GUEST = "stranger", "guest"
"""Further pods of its namespace. The guest has every label that gives access."""
OUTSIDER, APP, CONTROLLER, POSTGRES = "outsider", "app", "controller", "postgres"
"""Pods of another namespace. The outsider has every label of the hub."""
ELSEWHERE = (OUTSIDER, APP, CONTROLLER, POSTGRES)

PORTS = (8000, 8001, 8080, 8081, 8443, 8888, 9090)
"""Where every pod answers: what components listen at, and a port that none does."""
_FURTHER_PORTS = {POSTGRES: (5432,)}
SETTLE_SECONDS = 60
_IPV6_SECONDS = 10
"""How much later than for IPv4 a policy may hold for IPv6."""

_INTERNET = ("203.0.113.7", "2001:db8::7")
_RESOLVERS = (
    *("10.20.30.40", "172.16.5.6", "192.168.7.8", "34.118.225.9", "100.64.1.2", "240.1.2.3", "fd12:3456::7"),
    *("169.254.169.254", "169.254.20.10", "fd20:ce::254"),
)
EVERYWHERE = (*_INTERNET, *_RESOLVERS, "198.18.3.4", "169.254.169.252", "168.63.129.16")
"""The addresses outside that are tried: the internet's, then one of each range that is not, metadata servers last."""


def outside(addresses: Iterable[str], *ports: int, udp: bool = False) -> Cells:
    """Return the columns of outside addresses over TCP, and optionally UDP. No ports means all of them."""
    return frozenset(
        f"[{address}]:{port}{protocol}" if ":" in address else f"{address}:{port}{protocol}"
        for address in addresses
        for port in ports or OUTSIDE_PORTS
        for protocol in (("", "/udp") if udp else ("",))
    )


OUTSIDE = outside(EVERYWHERE, udp=True)
"""All that is tried outside."""
INTERNET = outside(_INTERNET, udp=True)
"""Every port of the internet."""
DNS = outside(_RESOLVERS, 53, udp=True) | {"service/dns:53", "service/dns:53/udp"}
"""The cluster's DNS, and wherever else it might be."""

_PROBE = Path(__file__).with_name("probe.py").read_text()
# The addresses of `localhost`; an answer begins with the same two bytes.
_QUESTION = "**\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x09localhost\x00\x00\x01\x00\x01"
_HTTP, _NO_HTTP = "GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 400"
_CLIENTS = """\
import socket, sys
for client in sys.argv[3:]:
    try:
        with socket.create_connection((sys.argv[1], int(sys.argv[2])), 3, (client, 0)) as connection:
            if connection.recv(64) == b"proxy":
                print(client)
    except OSError:
        pass
"""
_WITH_AUTOHTTPS = MINIMAL.evolve(
    exposure=ServiceExposure(tls=AutoHttps(hosts=("notebooks.example.org",), contact_email="ops@example.org"))
)
_WAYS_TO = {HUB: ("service/hub",), PROXY: ("service/proxy-api", "service/proxy-public", "node-port")}


class Target(NamedTuple):
    """One address of a column."""

    column: str
    protocol: str
    address: str
    port: int
    answer: str
    """What its answer begins with."""
    sent: str = ""
    """What it is asked."""


@dataclass(frozen=True)
class Scene:
    """Two namespaces with pods that serve and connect."""

    cluster: Cluster
    here: str
    """The namespace of the notebooks."""
    there: str
    """The other."""
    targets: list[Target] = field(default_factory=list)
    settled: dict[str, Cells] = field(default_factory=dict)
    """The table that was found last."""

    def prepare(self) -> None:
        """Create pods and Services, and collect the targets."""
        made = synth(self._placed(MINIMAL))
        services = [made[f"Service/{name}"] for name in ("hub", "proxy-api", "proxy-public")]
        services[-1]["spec"]["type"] = "NodePort"
        self.cluster.apply(*self._pods(MINIMAL), *services)
        for namespace in (self.here, self.there):
            self.cluster.wait_ready(namespace, "stand-in")
        everywhere = [*self._pod_targets(), *self._service_targets(), *self._cluster_targets()]
        families = (False, True) if self._enforces_ipv6() else (False,)
        self.targets.extend(target for target in everywhere if (":" in target.address) in families)
        # Nobody has the first of them on the real internet; where it answers, all of its family do.
        for ipv6 in families:
            family = [target for target in _outside_targets() if (":" in target.address) == ipv6]
            if all(try_from(self.cluster, self.here, STRANGER, family[:1])):
                self.targets.extend(family)

    def _enforces_ipv6(self) -> bool:
        """Return whether policies for IPv6 are enforced, tested with a policy that closes a pod once IPv4 is closed."""
        sealed: Object = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "sealed"},
            "spec": {"podSelector": {"matchLabels": {"stand-in": OUTSIDER}}, "policyTypes": ["Ingress"]},
        }
        of_pod = [target for target in self._pod_targets() if target.column == f"{OUTSIDER}:{PORTS[0]}"]
        ipv4, ipv6 = ([each for each in of_pod if (":" in each.address) == family] for family in (False, True))

        def is_open(targets: list[Target]) -> bool:
            return any(try_from(self.cluster, self.here, STRANGER, targets))

        wait_until(lambda: all(map(is_open, filter(None, (ipv4, ipv6)))), "a pod to be reached", SETTLE_SECONDS)
        self.cluster.apply(sealed, namespace=self.there)
        wait_until(lambda: not is_open(ipv4), "a policy to be enforced", SETTLE_SECONDS)
        enforced = bool(ipv6)
        try:
            wait_until(lambda: not is_open(ipv6), "the policy to hold for IPv6 too", _IPV6_SECONDS)
        except TimeoutError:
            enforced = False
            warnings.warn("policies hold for IPv4 only here, so that IPv6 is not tried", stacklevel=2)
        self.cluster.kubectl("delete", "networkpolicy", "sealed", f"--namespace={self.there}")
        wait_until(lambda: is_open(ipv4), "the policy to be gone", SETTLE_SECONDS)
        return enforced

    @property
    def left_out(self) -> Cells:
        """The outside columns that are not tried, because nothing answers there or their family is not enforced."""
        return OUTSIDE - {target.column for target in self.targets}

    def addresses(self, column: str) -> list[str]:
        """Return the addresses of a column."""
        return [target.address for target in self.targets if target.column == column]

    @property
    def node_port(self) -> tuple[str, int]:
        """The address and the port where a node forwards to the proxy."""
        target = next(target for target in self.targets if target.column == "node-port")
        return target.address, target.port

    def enforce(self, config: NotebooksConfig) -> None:
        """Replace all policies with those of a configuration, and apply its pods' labels."""
        made = [each for each in synth(self._placed(config)).values() if each["kind"] == "NetworkPolicy"]
        self.cluster.apply(*self._pods(config), *made)
        there = {policy["metadata"]["name"] for policy in self.cluster.get("networkpolicies", self.here)}
        if gone := there - {policy["metadata"]["name"] for policy in made}:
            self.cluster.kubectl("delete", "networkpolicies", *gone, f"--namespace={self.here}")

    def everything(self, rows: Collection[str]) -> Table:
        """Return the table of these rows when nothing is closed."""
        return {row: frozenset(target.column for target in self._tried(row, rows)) for row in rows}

    def settle(self, table: Table) -> None:
        """Wait until a table holds twice in a row. Raises AssertionError with the differences."""
        # Else it would pass before the policies are in force.
        assert table != self.settled, "the table is that of what was enforced before"
        last: list[str] = []

        def settled() -> bool:
            last[:] = self._differences(table) or self._differences(table)
            return not last

        try:
            wait_until(settled, "the network to be as it should", SETTLE_SECONDS, pause=0.2)
        except TimeoutError as error:
            raise AssertionError("\n".join([str(error), *last])) from None
        self.settled.clear()
        self.settled.update(table)

    def _differences(self, table: Table) -> list[str]:
        with ThreadPoolExecutor(len(table)) as executor:
            return [line for lines in executor.map(lambda row: self._row(row, table), table) for line in lines]

    def _row(self, row: str, table: Table) -> list[str]:
        targets = self._tried(row, table)
        unknown = table[row] - {target.column for target in targets}
        assert unknown <= self.left_out, f"{row} does not try {sorted(unknown - self.left_out)}"
        answers = try_from(self.cluster, self._namespace(row), row, targets)
        return [
            f"{row} -> {target.column} by {target.address} is {'open' if answers_it else 'closed'}"
            for target, answers_it in zip(targets, answers, strict=True)
            if answers_it != (target.column in table[row])
        ]

    def _tried(self, row: str, rows: Collection[str]) -> list[Target]:
        """Return the columns that a row tries: not itself, and none that no policy can affect."""
        protected = [HUB, PROXY, ANNA, BOB, *([AUTOHTTPS] if AUTOHTTPS in rows else [])]
        theirs = tuple(prefix for pod in protected for prefix in _prefixes(pod))
        return [
            target
            for target in self.targets
            if not target.column.startswith(_prefixes(row)) and (row in protected or target.column.startswith(theirs))
        ]

    def _namespace(self, pod: str) -> str:
        return self.there if pod in ELSEWHERE else self.here

    def _placed(self, config: NotebooksConfig) -> NotebooksConfig:
        return config.evolve(namespace=config.namespace.evolve(name=self.here))

    def _pods(self, config: NotebooksConfig) -> list[Object]:
        """Return the pods, with the labels of a configuration's pods."""
        real, first = _real_pods(config), _real_pods(MINIMAL)
        labels = {name: pod["metadata"]["labels"] for name, pod in real.items()}
        every_access = access(ACCESS_HUB, ACCESS_PROXY_API, ACCESS_PROXY_HTTP, ACCESS_SINGLEUSER)
        labels |= {GUEST: every_access, OUTSIDER: labels[HUB] | every_access}
        pods = []
        for name in (*real, STRANGER, GUEST, *ELSEWHERE):
            ports = [*PORTS, *_FURTHER_PORTS.get(name, ())]
            command = ["python", "-c", _PROBE, "serve", name, *map(str, ports)]
            ready = {"tcpSocket": {"port": ports[-1]}, "periodSeconds": 1}
            pod = stand_ins.pod(name, catalogue.HUB, command, labels=labels.get(name), readinessProbe=ready)
            pod["metadata"]["namespace"] = self._namespace(name)
            # Policies in the chart's shape name ports as the containers do. No configuration can change them later.
            (container,) = pod["spec"]["containers"]
            container["ports"] = first[name]["spec"]["containers"][0]["ports"] if name in first else []
            pods.append(pod)
        return pods

    def _pod_targets(self) -> Iterator[Target]:
        for pod in self.cluster.get("pods", self.here) + self.cluster.get("pods", self.there):
            name = pod["metadata"]["name"]
            for address in pod["status"]["podIPs"]:
                for port in (*PORTS, *_FURTHER_PORTS.get(name, ())):
                    yield Target(f"{name}:{port}", "tcp", address["ip"], port, name)
                    yield Target(f"{name}:{port}/udp", "udp", address["ip"], port, name)

    def _service_targets(self) -> Iterator[Target]:
        nodes = self.cluster.get("nodes")
        internal = [each["address"] for each in nodes[0]["status"]["addresses"] if each["type"] == "InternalIP"]
        for service in self.cluster.get("services", self.here):
            name, spec = service["metadata"]["name"], service["spec"]
            (port,) = spec["ports"]
            pod = HUB if name == "hub" else PROXY
            for address in spec["clusterIPs"]:
                yield Target(f"service/{name}:{port['port']}", "tcp", address, port["port"], pod)
            if "nodePort" in port:
                for address in internal:
                    yield Target("node-port", "tcp", address, port["nodePort"], pod)
        for address in internal:
            yield Target("kubelet", "tcp", address, 10250, _NO_HTTP, _HTTP)

    def _cluster_targets(self) -> Iterator[Target]:
        """Yield the targets that every cluster has, with their usual names."""
        dns = self.cluster.get("services", "kube-system", selector="k8s-app=kube-dns")
        assert dns, "kube-system has no Service with the label k8s-app=kube-dns, by which policies would find its pods"
        for address in dns[0]["spec"]["clusterIPs"]:
            length = f"\x00{chr(len(_QUESTION))}"
            yield Target("service/dns:53", "tcp", address, 53, "\x00", length + _QUESTION)
            yield Target("service/dns:53/udp", "udp", address, 53, _QUESTION[:2], _QUESTION)
        (kubernetes,) = (
            each for each in self.cluster.get("services", "default") if each["metadata"]["name"] == "kubernetes"
        )
        for address in kubernetes["spec"]["clusterIPs"]:
            yield Target("service/kubernetes:443", "tcp", address, 443, _NO_HTTP, _HTTP)
        for part in self.cluster.get("endpointslices", "default", selector="kubernetes.io/service-name=kubernetes"):
            (port,) = part["ports"]
            for address in (address for endpoint in part["endpoints"] for address in endpoint["addresses"]):
                yield Target("kubernetes", "tcp", address, port["port"], _NO_HTTP, _HTTP)


@dataclass(frozen=True)
class World:
    """The world outside our own node, where a client may have any address."""

    node: Node
    address: str
    """Where clients call: an address of the node."""
    port: int

    def let_in(self, clients: Iterable[str]) -> set[str]:
        """Return the clients of these addresses that get an answer from the proxy."""
        enter = 'exec nsenter --net --target "$(pgrep --full tests.node.outsid[e])" "$@"'
        command = (sys.executable, "-c", _CLIENTS, self.address, str(self.port), *clients)
        return set(self.node.run("sh", "-c", enter, "sh", *command).split())


@contextmanager
def scene_on(cluster: Cluster, here: str, there: str) -> Iterator[Scene]:
    """Create two namespaces with pods for the duration of the block."""
    with cluster.namespace(here), cluster.namespace(there):
        made = Scene(cluster, here, there)
        made.prepare()
        yield made


def try_from(cluster: Cluster, namespace: str, pod: str, targets: Sequence[Target]) -> list[bool]:
    """Return for each target whether a pod gets its answer. All are tried at once."""
    asked = json.dumps([(target.protocol, target.address, target.port, target.sent) for target in targets])
    answers = json.loads(cluster.exec(namespace, pod, "python", "-c", _PROBE, "try", input=asked))
    for answer, target in zip(answers, targets, strict=True):
        # Who else answers in its place is no part of any table.
        assert answer is None or answer.startswith(target.answer), f"{pod} -> {target}: {answer!r}"
    return [answer is not None for answer in answers]


def _real_pods(config: NotebooksConfig) -> dict[str, Object]:
    """Return the pods of a configuration, including those that KubeSpawner makes for users."""
    made = synth(config)
    user = next(iter(user_pods(json.loads(made["ConfigMap/hub"]["data"][TRAITS])).values()))
    autohttps = made.get("Deployment/autohttps") or synth(_WITH_AUTOHTTPS)["Deployment/autohttps"]
    return {
        HUB: made["Deployment/hub"]["spec"]["template"],
        PROXY: made["Deployment/proxy"]["spec"]["template"],
        AUTOHTTPS: autohttps["spec"]["template"],
        ANNA: user,
        BOB: user,
    }


def _outside_targets() -> list[Target]:
    return [
        Target(column, "udp" if column.endswith("/udp") else "tcp", address, port, address)
        for address in EVERYWHERE
        for port in OUTSIDE_PORTS
        for column in outside((address,), port, udp=True)
    ]


def _prefixes(pod: str) -> tuple[str, ...]:
    """Return the prefixes of a pod's columns, for each way to reach it."""
    return (f"{pod}:", *_WAYS_TO.get(pod, ()))
