"""Exposure of the proxy to users: the objects of each kind, and mistakes refused before the cloud refuses them."""

import json
from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    ClusterInternal,
    GkeIngress,
    GlobalAddress,
    LiteralAddress,
    LoadBalancer,
    ManagedCertificate,
    PreSharedCertificate,
    RegionalAddress,
    TlsSecret,
)
from hexa_notebooks.components.exposure.base import ExposureConfig
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

HOST = "notebooks.example.org"
GLOBAL = GlobalAddress(name="hexa-notebooks")
REGIONAL = RegionalAddress(name="hexa-notebooks")
LITERAL = LiteralAddress(ip="203.0.113.10")
INGRESS = GkeIngress(address=GLOBAL, hosts=(HOST,), certificate=ManagedCertificate())
EXPOSURES: dict[str, ExposureConfig] = {
    "cluster-internal": ClusterInternal(),
    "node-port": ClusterInternal(node_port=30080),
    "load-balancer": LoadBalancer(),
    "load-balancer-regional": LoadBalancer(address=REGIONAL),
    "load-balancer-literal": LoadBalancer(address=LITERAL),
    "gke-ingress": INGRESS,
}
INGRESS_SETTINGS: dict[str, dict[str, Any]] = {
    "address": {"address": GlobalAddress(name="other")},
    "hosts": {"hosts": (HOST, "notebooks.example.com")},
    "certificate-pre-shared": {"certificate": PreSharedCertificate(names=("old", "new"))},
    "certificate-secret": {"certificate": TlsSecret(name="notebooks-tls")},
    "https_redirect-off": {"https_redirect": False},
    "ssl_policy": {"ssl_policy": "modern"},
    "draining_timeout_s": {"draining_timeout_s": 30},
}
LOAD_BALANCER_SETTINGS: dict[str, dict[str, Any]] = {
    "address": {"address": RegionalAddress(name="other")},
    "source_ranges": {"source_ranges": ("203.0.113.0/24", "2001:db8::/32")},
    "load_balancer_class": {"load_balancer_class": "networking.gke.io/l4-regional-external"},
    "external_traffic_policy": {"external_traffic_policy": "Local"},
    "annotations": {"annotations": {"cloud.google.com/network-tier": "Standard"}},
}


def exposed(exposure: ExposureConfig) -> dict[str, Object]:
    """Return the objects of the minimal configuration with this exposure."""
    return synth(MINIMAL.evolve(exposure=exposure))


def refusal(make: type[ExposureConfig], **fields: Any) -> str:
    """Return the lines of the error for these fields."""
    with pytest.raises(ValidationError) as refused:
        make(**fields)
    return explain(refused.value)


def refused_ingress(**changes: Any) -> str:
    """Return the error for a GKE Ingress with these fields."""
    return refusal(GkeIngress, **({"address": GLOBAL, "hosts": (HOST,), "certificate": ManagedCertificate()} | changes))


def test_minimal_service(snapshot: SnapshotAssertion) -> None:
    """Without an address, the Service is internal to the cluster."""
    assert to_yaml(exposed(ClusterInternal())["Service/proxy-public"]) == snapshot


def test_minimal_ingress(snapshot: SnapshotAssertion) -> None:
    """GKE Ingress adds these objects."""
    added = exposed(INGRESS)
    assert to_yaml(*(added[name] for name in added if name not in synth(MINIMAL))) == snapshot


@pytest.mark.parametrize("exposure", EXPOSURES.values(), ids=EXPOSURES)
def test_way_in(exposure: ExposureConfig, snapshot: SnapshotAssertion) -> None:
    """Each exposure adds its own objects and changes exactly this on the proxy's Service, Deployment and policy."""
    before, after = synth(MINIMAL), exposed(exposure)
    assert delta(before, {name: made for name, made in after.items() if name in before}) == snapshot


@pytest.mark.parametrize("change", INGRESS_SETTINGS.values(), ids=INGRESS_SETTINGS)
def test_ingress_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of GKE Ingress changes this and nothing else."""
    assert delta(exposed(INGRESS), exposed(INGRESS.evolve(**change))) == snapshot


@pytest.mark.parametrize("change", LOAD_BALANCER_SETTINGS.values(), ids=LOAD_BALANCER_SETTINGS)
def test_load_balancer_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of a load balancer changes this and nothing else."""
    before = LoadBalancer(address=REGIONAL)
    assert delta(exposed(before), exposed(before.evolve(**change))) == snapshot


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [(exposure, name in ("gke-ingress", "load-balancer-regional")) for name, exposure in EXPOSURES.items()],
    ids=EXPOSURES,
)
def test_keep_alive_outlasts_google(exposure: ExposureConfig, expected: bool) -> None:
    """Only behind a Google load balancer, the proxy keeps idle connections longer than its 600 s."""
    (container,) = exposed(exposure)["Deployment/proxy"]["spec"]["template"]["spec"]["containers"]
    assert ("--keep-alive-timeout=620000" in container["args"]) is expected


def test_ingress_is_known_to_its_controller_by_annotation_only() -> None:
    """GKE's controller ignores an Ingress with `ingressClassName`."""
    ingress = exposed(INGRESS)["Ingress/jupyterhub"]
    assert "ingressClassName" not in ingress["spec"]
    assert ingress["metadata"]["annotations"]["kubernetes.io/ingress.class"] == "gce"


def test_ingress_finds_its_companions() -> None:
    """Each annotation names an object in the same namespace, and the port is the Service's."""
    objects = exposed(INGRESS)
    annotations = objects["Ingress/jupyterhub"]["metadata"]["annotations"]
    service = objects["Service/proxy-public"]
    backend_config = json.loads(service["metadata"]["annotations"]["cloud.google.com/backend-config"])["default"]
    for name in (
        f"FrontendConfig/{annotations['networking.gke.io/v1beta1.FrontendConfig']}",
        f"ManagedCertificate/{annotations['networking.gke.io/managed-certificates']}",
        f"BackendConfig/{backend_config}",
    ):
        assert objects[name]["metadata"]["namespace"] == service["metadata"]["namespace"]
    (rule,) = objects["Ingress/jupyterhub"]["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": "proxy-public", "port": {"name": service["spec"]["ports"][0]["name"]}}


def test_health_check_asks_the_proxy_itself() -> None:
    """The load balancer reaches pods directly, so the check uses the container's port and the proxy's own path."""
    objects = exposed(INGRESS)
    check = objects["BackendConfig/proxy-public"]["spec"]["healthCheck"]
    (container,) = objects["Deployment/proxy"]["spec"]["template"]["spec"]["containers"]
    target = objects["Service/proxy-public"]["spec"]["ports"][0]["targetPort"]
    assert check["port"] in [port["containerPort"] for port in container["ports"] if port["name"] == target]
    assert check["requestPath"] == container["readinessProbe"]["httpGet"]["path"]
    assert check["timeoutSec"] < check["checkIntervalSec"]


def test_websockets_live_as_long_as_google_lets_them() -> None:
    """The classic load balancer cuts even busy WebSockets after the back end's timeout. The maximum is a day."""
    assert exposed(INGRESS)["BackendConfig/proxy-public"]["spec"]["timeoutSec"] == 86_400


def test_load_balancer_class_and_annotation_are_not_mixed() -> None:
    """The class already selects GKE's kind of load balancer, so the annotation is removed."""
    balancer = LoadBalancer(address=REGIONAL, load_balancer_class="networking.gke.io/l4-regional-external")
    annotations = exposed(balancer)["Service/proxy-public"]["metadata"]["annotations"]
    assert "cloud.google.com/l4-rbs" not in annotations


@pytest.mark.parametrize("exposure", EXPOSURES.values(), ids=EXPOSURES)
def test_address_is_given_once(exposure: ExposureConfig) -> None:
    """An address is set by name or as a literal, never both, and never in `externalIPs`."""
    service = exposed(exposure)["Service/proxy-public"]
    by_name = "networking.gke.io/load-balancer-ip-addresses" in service["metadata"].get("annotations", {})
    assert not (by_name and "loadBalancerIP" in service["spec"])
    assert "externalIPs" not in service["spec"]


CREATE_GLOBAL = (
    "reserve a global address: `gcloud compute addresses create NAME --global`, then GlobalAddress(name=...)"
)
CREATE_REGIONAL = (
    "reserve a regional address: `gcloud compute addresses create NAME --region=REGION`, then"
    " RegionalAddress(name=...), or LiteralAddress(ip=...)"
)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (REGIONAL, "a regional address"),
        (LITERAL, "a literal address"),
        ("hexa-notebooks", "plain text"),
        ("203.0.113.10", "plain text"),
    ],
    ids=["regional", "literal", "name", "ip"],
)
def test_ingress_takes_a_global_address_only(address: Any, kind: str) -> None:
    """A global load balancer needs a global address. The error says how to reserve one."""
    assert refused_ingress(address=address) == (
        f"GkeIngress.address: GKE Ingress cannot use {kind}, got {address!r}; {CREATE_GLOBAL}"
    )


@pytest.mark.parametrize(
    ("address", "kind"), [(GLOBAL, "a global address"), ("203.0.113.10", "plain text")], ids=["global", "ip"]
)
def test_load_balancer_takes_no_global_address(address: Any, kind: str) -> None:
    """A regional load balancer needs a regional address."""
    assert refusal(LoadBalancer, address=address) == (
        f"LoadBalancer.address: a LoadBalancer Service cannot use {kind}, got {address!r}; {CREATE_REGIONAL}"
    )


def test_switching_the_kind_of_address_is_refused_too() -> None:
    """A changed copy is validated like a new one."""
    with pytest.raises(ValidationError, match="GKE Ingress cannot use a regional address"):
        INGRESS.evolve(address=REGIONAL)


@pytest.mark.parametrize("make", [GlobalAddress, RegionalAddress])
@pytest.mark.parametrize("name", ["203.0.113.10", "2001:db8::1", "Hexa", "hexa_notebooks", "-hexa", "a" * 64, ""])
def test_reserved_address_goes_by_name(make: type[GlobalAddress | RegionalAddress], name: str) -> None:
    """A literal address, or a name that Google does not allow, is refused."""
    with pytest.raises(ValidationError, match="the name of a Google Cloud resource"):
        make(name=name)


@pytest.mark.parametrize("ip", ["hexa-notebooks", "203.0.113.0/24", "203.0.113.300", ""])
def test_literal_address_is_an_address(ip: str) -> None:
    """A name, a range or a typo is refused."""
    with pytest.raises(ValidationError, match=f"'{ip}' is not an IP address, as in '203.0.113.10'"):
        LiteralAddress(ip=ip)


@pytest.mark.parametrize("certificate", [ManagedCertificate(), TlsSecret(name="tls")], ids=lambda made: str(made.kind))
def test_wildcard_host_is_refused(certificate: ManagedCertificate | TlsSecret) -> None:
    """A wildcard is not a host of JupyterHub, whatever the certificate."""
    assert refused_ingress(hosts=(HOST, "*.example.org"), certificate=certificate) == (
        "GkeIngress: hosts: wildcard '*.example.org' cannot be served: a ManagedCertificate has no wildcards and"
        " JupyterHub needs its own host name; name each host"
    )


def test_host_too_long_for_a_managed_certificate_is_refused() -> None:
    """Google's managed certificates accept domains of at most 63 characters. Other certificates accept longer ones."""
    longest, longer = f"{'a' * 50}.example.org"[:63].ljust(63, "g"), f"{'a' * 52}.example.org"
    assert len(longest) == 63
    assert len(longer) == 64
    assert INGRESS.evolve(hosts=(longest,))
    assert INGRESS.evolve(hosts=(longer,), certificate=PreSharedCertificate(names=("mine",)))
    assert refused_ingress(hosts=(longer,)) == (
        f"GkeIngress: hosts: '{longer}' has 64 characters; a ManagedCertificate takes domains of at most 63:"
        " use a shorter host, or PreSharedCertificate"
    )


def test_more_hosts_than_a_managed_certificate_takes_are_refused() -> None:
    """Google accepts at most 100 domains."""
    hosts = tuple(f"n{number}.example.org" for number in range(101))
    assert INGRESS.evolve(hosts=hosts[:100])
    assert refused_ingress(hosts=hosts).endswith("a ManagedCertificate takes at most 100 domains, got 101")


def test_two_kinds_of_certificate_are_refused() -> None:
    """There is only one certificate; the error names the choices."""
    both = (ManagedCertificate(), TlsSecret(name="notebooks-tls"))
    assert refused_ingress(certificate=both) == (
        "GkeIngress.certificate: a load balancer takes one kind of certificate, got 2: choose ManagedCertificate(),"
        " PreSharedCertificate(names=...) or TlsSecret(name=...)"
    )
    assert "GkeIngress has no field 'tls_secret'" in refused_ingress(tls_secret="notebooks-tls")  # noqa: S106


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hosts": ()}, "GkeIngress.hosts: Tuple should have at least 1 item"),
        ({"hosts": HOST}, "GkeIngress.hosts: Input should be a valid tuple; got 'notebooks.example.org'"),
        ({"hosts": ("203.0.113.10",)}, "GkeIngress.hosts.0: '203.0.113.10' is an IP address, and requests are routed"),
        ({"hosts": ("Notebooks.example.org",)}, "'Notebooks.example.org' is not a DNS subdomain"),
        ({"hosts": ("https://notebooks.example.org",)}, "'https://notebooks.example.org' is not a DNS subdomain"),
        ({"draining_timeout_s": 3601}, "GkeIngress.draining_timeout_s: Input should be less than or equal to 3600"),
        ({"ssl_policy": "Modern"}, "'Modern' is not the name of a Google Cloud resource"),
    ],
    ids=["none", "text", "address", "upper-case", "url", "draining", "policy"],
)
def test_refused_ingress(changes: dict[str, Any], message: str) -> None:
    """Settings that the API server or the load balancer would refuse, and missing choices, are refused at synthesis."""
    assert message in refused_ingress(**changes)


@pytest.mark.parametrize("field", ["address", "hosts", "certificate"])
def test_required_of_an_ingress(field: str) -> None:
    """An Ingress requires an address, a host and a certificate."""
    fields = {"address": GLOBAL, "hosts": (HOST,), "certificate": ManagedCertificate()}
    del fields[field]
    assert refusal(GkeIngress, **fields) == f"GkeIngress.{field}: is required and has no default"


@pytest.mark.parametrize("names", [(), tuple(f"cert-{number}" for number in range(16)), ("Cert",)])
def test_refused_certificates(names: tuple[str, ...]) -> None:
    """An Ingress takes one to fifteen certificates, by name."""
    with pytest.raises(ValidationError, match=r"at least 1 item|at most 15 items|the name of a Google Cloud resource"):
        PreSharedCertificate(names=names)


@pytest.mark.parametrize(
    ("make", "fields", "message"),
    [
        (LoadBalancer, {"source_ranges": ("203.0.113.10/24",)}, "has host bits set"),
        (LoadBalancer, {"external_traffic_policy": "local"}, "Input should be 'Cluster' or 'Local'"),
        (LoadBalancer, {"load_balancer_class": "not a class"}, "'not a class' is not a label or annotation key"),
        (LoadBalancer, {"annotations": {"a b": "c"}}, "'a b' is not a label or annotation key"),
        (
            LoadBalancer,
            {"address": REGIONAL, "annotations": {"networking.gke.io/load-balancer-ip-addresses": "other"}},
            "annotations: 'networking.gke.io/load-balancer-ip-addresses' is set by the regional address itself;"
            " remove it, and use address",
        ),
        (
            LoadBalancer,
            {"address": REGIONAL, "annotations": {"cloud.google.com/l4-rbs": "disabled"}},
            "annotations: 'cloud.google.com/l4-rbs' is set by the regional address itself; remove it, and use"
            " load_balancer_class",
        ),
        (ClusterInternal, {"node_port": 80}, "Input should be greater than or equal to 30000; got 80"),
        (ClusterInternal, {"node_port": 32768}, "Input should be less than or equal to 32767; got 32768"),
    ],
)
def test_refused(make: type[ExposureConfig], fields: dict[str, Any], message: str) -> None:
    """A range, policy, class or port that Kubernetes would refuse is refused at synthesis."""
    assert message in refusal(make, **fields)


@pytest.mark.parametrize(
    "balancer",
    [
        {"annotations": {"networking.gke.io/load-balancer-ip-addresses": "two,addresses"}},
        {"address": LITERAL, "annotations": {"cloud.google.com/l4-rbs": "enabled"}},
        {"address": REGIONAL, "load_balancer_class": "a/b", "annotations": {"cloud.google.com/l4-rbs": "enabled"}},
    ],
    ids=["no-address", "literal", "class"],
)
def test_annotations_that_no_field_sets_are_kept(balancer: dict[str, Any]) -> None:
    """Google's annotations are refused only if a field sets the same one."""
    service = exposed(LoadBalancer(**balancer))["Service/proxy-public"]
    assert service["metadata"]["annotations"].items() >= balancer["annotations"].items()


def test_unknown_way_in_is_refused() -> None:
    """The error lists the known kinds."""
    with pytest.raises(
        ValidationError, match=r"must be GkeIngress\(.*LoadBalancer\(\), ClusterInternal\(\)"
    ) as refused:
        MINIMAL.evolve(exposure={"kind": "gateway"})
    assert "'gke-ingress', " in explain(refused.value)
