"""The Gateway API: the objects for our own Gateway, for a route of another Gateway, and the refused mistakes."""

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    CertificateManagerCertificate,
    CertificateMap,
    CidrPeer,
    GatewayRoute,
    GkeGlobalGateway,
    GkeRegionalGateway,
    GlobalAddress,
    LiteralAddress,
    ManagedCertificate,
    NotebooksConfig,
    ParentRef,
    PodPeer,
    PreSharedCertificate,
    RegionalAddress,
    TlsSecret,
)
from hexa_notebooks.components.exposure.base import ExposureConfig
from hexa_notebooks.components.exposure.gateway.gke_gateway import GkeGateway
from tests.deployed.crds import PUBLISHED
from tests.manifests.config_errors import explain
from tests.manifests.schemas import crd_problems
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

HOSTS = ("notebooks.example.org",)
GLOBAL = GkeGlobalGateway(
    address=GlobalAddress(name="hexa-notebooks"), hosts=HOSTS, certificate=CertificateMap(name="hexa-notebooks")
)
REGIONAL = GkeRegionalGateway(
    address=RegionalAddress(name="hexa-notebooks"),
    hosts=HOSTS,
    certificate=CertificateManagerCertificate(names=("hexa-notebooks",)),
    proxy_only_subnet="10.129.0.0/23",
)
SHARED = ParentRef(name="shared", namespace="gateways", section_name="https")
ROUTE = GatewayRoute(parents=(SHARED,), hosts=HOSTS)
ENVOY = PodPeer(namespace="envoy-gateway-system", labels={"gateway.envoyproxy.io/owning-gateway-name": "shared"})
WAYS_IN: dict[str, ExposureConfig] = {"global": GLOBAL, "regional": REGIONAL, "route": ROUTE}
GATEWAYS: dict[str, GkeGateway] = {"global": GLOBAL, "regional": REGIONAL}
SETTINGS: dict[str, tuple[ExposureConfig, dict[str, Any]]] = {
    "global-address": (GLOBAL, {"address": GlobalAddress(name="other")}),
    "global-certificate-pre-shared": (GLOBAL, {"certificate": PreSharedCertificate(names=("old", "new"))}),
    "global-certificate-secret": (GLOBAL, {"certificate": TlsSecret(name="notebooks-tls")}),
    "global-hosts": (GLOBAL, {"hosts": (*HOSTS, "*.notebooks.example.org")}),
    "global-https_redirect-off": (GLOBAL, {"https_redirect": False}),
    "global-ssl_policy": (GLOBAL, {"ssl_policy": "modern"}),
    "global-security_policy": (GLOBAL, {"security_policy": "armor"}),
    "global-draining_timeout_s": (GLOBAL, {"draining_timeout_s": 30}),
    "global-log_sample_rate": (GLOBAL, {"log_sample_rate": 0.25}),
    "regional-address": (REGIONAL, {"address": RegionalAddress(name="other")}),
    "regional-certificate": (REGIONAL, {"certificate": CertificateManagerCertificate(names=("old", "new"))}),
    "regional-certificate-pre-shared": (REGIONAL, {"certificate": PreSharedCertificate(names=("regional",))}),
    "regional-certificate-secret": (REGIONAL, {"certificate": TlsSecret(name="notebooks-tls")}),
    "regional-proxy_only_subnet": (REGIONAL, {"proxy_only_subnet": "10.130.0.0/23"}),
    "route-parents": (ROUTE, {"parents": (ParentRef(name="own"), SHARED.evolve(port=443))}),
    "route-hosts": (ROUTE, {"hosts": (*HOSTS, "*.notebooks.example.org")}),
    "route-request_timeout": (ROUTE, {"request_timeout": "1h30m"}),
    "route-request_timeout-none": (ROUTE, {"request_timeout": None}),
    "route-annotations": (ROUTE, {"annotations": {"example.org/owner": "platform"}}),
    "route-peers": (ROUTE, {"peers": (ENVOY, CidrPeer(cidr="10.0.0.0/24"))}),
}


def exposed(exposure: ExposureConfig) -> dict[str, Object]:
    """Return the objects of the minimal configuration with this exposure."""
    return synth(MINIMAL.evolve(exposure=exposure))


def refusal(before: ExposureConfig, **changes: Any) -> str:
    """Return the lines of the error for these changes."""
    with pytest.raises(ValidationError) as refused:
        before.evolve(**changes)
    return explain(refused.value)


@pytest.mark.parametrize("exposure", WAYS_IN.values(), ids=WAYS_IN)
def test_minimal(exposure: ExposureConfig, snapshot: SnapshotAssertion) -> None:
    """Each exposure adds these objects."""
    added = exposed(exposure)
    assert to_yaml(*(added[name] for name in added if name not in synth(MINIMAL))) == snapshot


@pytest.mark.parametrize("exposure", WAYS_IN.values(), ids=WAYS_IN)
def test_way_in(exposure: ExposureConfig, snapshot: SnapshotAssertion) -> None:
    """Each exposure changes exactly this on the proxy's Service, Deployment and policy."""
    before, after = synth(MINIMAL), exposed(exposure)
    assert delta(before, {name: made for name, made in after.items() if name in before}) == snapshot


@pytest.mark.parametrize(("before", "change"), SETTINGS.values(), ids=SETTINGS)
def test_setting(before: ExposureConfig, change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this and nothing else."""
    assert delta(exposed(before), exposed(before.evolve(**change))) == snapshot


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the CRD files are not beside the repository")
@pytest.mark.parametrize(("before", "change"), SETTINGS.values(), ids=SETTINGS)
def test_custom_resources_are_valid(before: ExposureConfig, change: dict[str, Any]) -> None:
    """All fields are in the published CRDs."""
    added = exposed(before.evolve(**change))
    assert [crd_problems(added[name], PUBLISHED) for name in added if name not in synth(MINIMAL)] == [
        [] for name in added if name not in synth(MINIMAL)
    ]


@pytest.mark.parametrize("gateway", GATEWAYS.values(), ids=GATEWAYS)
def test_a_route_of_gke_has_no_timeouts(gateway: GkeGateway) -> None:
    """GKE refuses a route with timeouts, so its policy sets the limit of a day for WebSockets."""
    objects = exposed(gateway)
    routes = [made for made in objects.values() if made["kind"] == "HTTPRoute"]
    assert len(routes) == 2
    assert not any("timeouts" in rule for route in routes for rule in route["spec"]["rules"])
    assert objects["GCPBackendPolicy/proxy-public"]["spec"]["default"]["timeoutSec"] == 86_400


@pytest.mark.parametrize("fullname", ["", "acme"])
@pytest.mark.parametrize("gateway", GATEWAYS.values(), ids=GATEWAYS)
def test_everything_finds_its_target(gateway: GkeGateway, fullname: str) -> None:
    """Routes name existing listeners and the Service's port; policies name their target, with or without a prefix."""
    config: NotebooksConfig = MINIMAL.evolve(exposure=gateway.evolve(ssl_policy="modern"), fullname_override=fullname)
    objects = synth(config)
    by_kind = [(made["kind"], made) for made in objects.values()]
    listeners = {
        (made["metadata"]["name"], listener["name"])
        for kind, made in by_kind
        if kind == "Gateway"
        for listener in made["spec"]["listeners"]
    }
    (service,) = (made for name, made in objects.items() if name.endswith("proxy-public") and made["kind"] == "Service")
    for kind, made in by_kind:
        if kind == "HTTPRoute":
            assert {(parent["name"], parent["sectionName"]) for parent in made["spec"]["parentRefs"]} <= listeners
            for reference in (backend for rule in made["spec"]["rules"] for backend in rule.get("backendRefs", ())):
                assert reference == {
                    "group": "",
                    "kind": "Service",
                    "weight": 1,
                    "name": service["metadata"]["name"],
                    "port": service["spec"]["ports"][0]["port"],
                }
        elif kind.endswith("Policy") and "targetRef" in made["spec"]:
            target = made["spec"]["targetRef"]
            found = objects[f"{target['kind']}/{target['name']}"]
            assert found["apiVersion"].rpartition("/")[0] == target["group"]


@pytest.mark.parametrize("gateway", GATEWAYS.values(), ids=GATEWAYS)
def test_health_check_asks_the_proxy_itself(gateway: GkeGateway) -> None:
    """The check uses the container's port and its probe's path. It does not go through the proxy to the hub."""
    objects = exposed(gateway)
    policy = objects["HealthCheckPolicy/proxy-public"]["spec"]["default"]
    check = policy["config"]["httpHealthCheck"]
    (container,) = objects["Deployment/proxy"]["spec"]["template"]["spec"]["containers"]
    target = objects["Service/proxy-public"]["spec"]["ports"][0]["targetPort"]
    assert check["port"] in [port["containerPort"] for port in container["ports"] if port["name"] == target]
    assert check["requestPath"] == container["readinessProbe"]["httpGet"]["path"]
    assert policy["timeoutSec"] <= policy["checkIntervalSec"]


@pytest.mark.parametrize(
    ("exposure", "milliseconds"), [(GLOBAL, 620_000), (REGIONAL, 620_000), (ROUTE, 3_660_000)], ids=WAYS_IN
)
def test_proxy_keeps_connections_longer_than_what_is_before_it(exposure: ExposureConfig, milliseconds: int) -> None:
    """Google keeps an idle connection for 600 s, and Envoy for an hour. The proxy must not close first."""
    (container,) = exposed(exposure)["Deployment/proxy"]["spec"]["template"]["spec"]["containers"]
    assert f"--keep-alive-timeout={milliseconds}" in container["args"]


def test_peers_take_the_place_of_everybody() -> None:
    """With peers, only the Gateway's pods reach the proxy from outside. Without peers, everybody does."""
    first = exposed(ROUTE)["NetworkPolicy/proxy"]["spec"]["ingress"][0]
    assert "from" not in first
    rules = exposed(ROUTE.evolve(peers=(ENVOY,)))["NetworkPolicy/proxy"]["spec"]["ingress"]
    assert all(rule["from"] for rule in rules)
    assert rules[0]["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "envoy-gateway-system"}},
            "podSelector": {"matchLabels": {"gateway.envoyproxy.io/owning-gateway-name": "shared"}},
        }
    ]


def test_other_ways_in_do_not_load_the_gateway_api() -> None:
    """A megabyte of generated code is loaded only where it is used."""
    script = (
        "import sys; from hexa_notebooks import *; from tests.manifests.synthesis import MINIMAL, synth;"
        " synth(MINIMAL.evolve(exposure={})); print('imports.io.k8s.networking.gateway' in sys.modules)"
    )
    route = "GatewayRoute(parents=(ParentRef(name='shared'),), hosts=('notebooks.example.org',))"
    for exposure, expected in [("ClusterInternal()", "False"), (route, "True")]:
        command = [sys.executable, "-c", script.format(exposure)]
        made = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        assert made.stdout.strip() == expected


@pytest.mark.parametrize(
    ("before", "address", "message"),
    [
        (
            GLOBAL,
            RegionalAddress(name="a"),
            "GkeGlobalGateway.address: a GkeGlobalGateway cannot use a regional address, got RegionalAddress("
            "kind='regional', name='a'); reserve a global address: `gcloud compute addresses create NAME --global`,"
            " then GlobalAddress(name=...)",
        ),
        (
            REGIONAL,
            GlobalAddress(name="a"),
            "GkeRegionalGateway.address: a GkeRegionalGateway cannot use a global address, got GlobalAddress("
            "kind='global', name='a'); reserve a regional address: `gcloud compute addresses create NAME"
            " --region=REGION`, then RegionalAddress(name=...)",
        ),
    ],
    ids=["global", "regional"],
)
def test_address_of_the_other_kind_is_refused(before: ExposureConfig, address: Any, message: str) -> None:
    """Each class needs its kind of address. The error says how to reserve one."""
    assert refusal(before, address=address) == message
    assert "cannot use a literal address" in refusal(before, address=LiteralAddress(ip="203.0.113.10"))
    assert "cannot use plain text" in refusal(before, address="hexa-notebooks")


FOR_GLOBAL = "choose CertificateMap(name=...), or PreSharedCertificate(names=...), or TlsSecret(name=...)"
FOR_REGIONAL = (
    "choose CertificateManagerCertificate(names=...), or PreSharedCertificate(names=...), or TlsSecret(name=...)"
)


@pytest.mark.parametrize(
    ("before", "certificate", "message"),
    [
        (
            GLOBAL,
            ManagedCertificate(),
            "GkeGlobalGateway.certificate: GKE's Gateways do not read a ManagedCertificate; use one of"
            f" Certificate Manager: {FOR_GLOBAL}",
        ),
        (
            REGIONAL,
            ManagedCertificate(),
            "GkeRegionalGateway.certificate: GKE's Gateways do not read a ManagedCertificate; use one of"
            f" Certificate Manager: {FOR_REGIONAL}",
        ),
        (
            GLOBAL,
            REGIONAL.certificate,
            "GkeGlobalGateway.certificate: a global Gateway takes certificates of Certificate Manager only through a"
            f" map: {FOR_GLOBAL}",
        ),
        (
            REGIONAL,
            GLOBAL.certificate,
            "GkeRegionalGateway.certificate: a certificate map is global, and this Gateway is regional:"
            f" {FOR_REGIONAL}",
        ),
        (
            GLOBAL,
            (GLOBAL.certificate, TlsSecret(name="a")),
            f"GkeGlobalGateway.certificate: a Gateway serves one kind of certificate, got 2: {FOR_GLOBAL}",
        ),
    ],
    ids=["managed", "managed-regional", "no-map", "map-regional", "two"],
)
def test_certificate_that_the_class_does_not_take_is_refused(
    before: ExposureConfig, certificate: Any, message: str
) -> None:
    """The error gives the reason and the alternatives."""
    assert refusal(before, certificate=certificate) == message


@pytest.mark.parametrize(
    ("before", "changes", "message"),
    [
        (GLOBAL, {"hosts": ()}, "GkeGlobalGateway.hosts: Tuple should have at least 1 item"),
        (GLOBAL, {"hosts": tuple(f"n{number}.example.org" for number in range(17))}, "should have at most 16 items"),
        (ROUTE, {"hosts": ("203.0.113.10",)}, "hosts.0: '203.0.113.10' is an IP address, and requests are routed"),
        (ROUTE, {"hosts": ("notebooks.*.org",)}, "hosts.0: 'notebooks.*.org' is not a DNS subdomain"),
        (REGIONAL, {"proxy_only_subnet": "10.129.0.1/23"}, "proxy_only_subnet: '10.129.0.1/23' is not an IP range"),
        (GLOBAL, {"log_sample_rate": 2}, "log_sample_rate: Input should be less than or equal to 1"),
        (ROUTE, {"parents": ()}, "GatewayRoute.parents: Tuple should have at least 1 item"),
        (ROUTE, {"request_timeout": "infinity"}, "request_timeout: 'infinity' is not a duration"),
        (
            ROUTE,
            {"parents": (SHARED, SHARED.evolve(section_name=None))},
            "GatewayRoute: parents: the Gateway 'shared' is listed twice; give both another section_name, or"
            " remove one",
        ),
        (ROUTE, {"parents": (SHARED, SHARED.evolve(port=443))}, "the Gateway 'shared' is listed twice"),
    ],
    ids=["none", "many", "address", "inner-wildcard", "host-bits", "rate", "parentless", "infinity", "half", "same"],
)
def test_refused(before: ExposureConfig, changes: dict[str, Any], message: str) -> None:
    """Settings that the API server or the controller would refuse are refused at synthesis."""
    assert message in refusal(before, **changes)


def test_one_gateway_may_be_named_by_two_listeners_and_two_of_one_name_by_namespace() -> None:
    """Neither counts as a duplicate."""
    assert ROUTE.evolve(parents=(SHARED, SHARED.evolve(section_name="tls"), SHARED.evolve(namespace=None)))


@pytest.mark.parametrize("gateway", GATEWAYS.values(), ids=GATEWAYS)
def test_secret_of_the_certificate_is_somebody_elses(gateway: GkeGateway) -> None:
    """The command lists what the operator must provide, and no Secret is written."""
    config = MINIMAL.evolve(exposure=gateway.evolve(certificate=TlsSecret(name="notebooks-tls")))
    assert config.exposure.tls_secrets(config.installation) == ("notebooks-tls",)
    assert gateway.tls_secrets(config.installation) == ()
    assert not [name for name in synth(config) if name.startswith("Secret/")]
