"""A Kubernetes Service as exposure, and load balancers in front of it: each setting, and parity with the chart."""

from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    AutoHttps,
    DisruptionBudgetConfig,
    OffloadedTls,
    ProxyCertificate,
    ServiceExposure,
    ServiceHttpRoute,
    ServiceIngress,
)
from hexa_notebooks.kubernetes.installation import Installation
from tests.manifests.chart_case import differences, needs_cases
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

SERVICE = ServiceExposure()
INGRESS = ServiceExposure(type="ClusterIP", ingress=ServiceIngress())
ROUTE = ServiceExposure(type="ClusterIP", http_route=ServiceHttpRoute(parent_refs=({"name": "shared"},)))
SETTINGS: dict[str, dict[str, Any]] = {
    "type": {"type": "NodePort"},
    "annotations": {"annotations": {"example.org/load-balancer": "internal"}},
    "labels": {"labels": {"example.org/exposed": "yes"}},
    "node_port_http": {"node_port_http": 30080},
    "node_port_https": {"node_port_https": 30443, "tls": OffloadedTls()},
    "load_balancer_ip": {"load_balancer_ip": "203.0.113.10"},
    "load_balancer_source_ranges": {"load_balancer_source_ranges": ("198.51.100.0/24",)},
    "external_ips": {"external_ips": ("192.0.2.10",)},
    "http_port": {"http_port": False, "tls": OffloadedTls()},
    "extra_ports": {"extra_ports": ({"name": "ssh", "port": 22, "targetPort": "ssh"},)},
    "ip_family_policy": {"ip_family_policy": None},
    "ip_families": {"ip_families": ("IPv6", "IPv4")},
    "tls": {"tls": ProxyCertificate()},
    "ingress": {"ingress": ServiceIngress()},
    "http_route": {"http_route": ServiceHttpRoute(parent_refs=({"name": "shared"},))},
    "stray_disruption_budget": {"stray_disruption_budget": DisruptionBudgetConfig(max_unavailable=1)},
    "https": {"https": True},
}
CERTIFICATE_SETTINGS: dict[str, dict[str, Any]] = {
    "name": {"name": "hub-example-org-tls"},
    "key": {"key": "private.pem"},
    "certificate": {"certificate": "chain.pem"},
}
INGRESS_SETTINGS: dict[str, dict[str, Any]] = {
    "annotations": {"annotations": {"cert-manager.io/cluster-issuer": "letsencrypt"}},
    "ingress_class_name": {"ingress_class_name": "nginx"},
    "hosts": {"hosts": ("hub.example.org", "*.notebooks.example.org")},
    "path": {"path": "/notebooks/*"},
    "path_type": {"path_type": "ImplementationSpecific"},
    "extra_paths": {
        "extra_paths": (
            {
                "path": "/metrics",
                "pathType": "Prefix",
                "backend": {"service": {"name": "metrics", "port": {"number": 9090}}},
            },
        )
    },
    "tls": {"tls": ({"hosts": ["hub.example.org"], "secretName": "hub-tls"},)},
}
ROUTE_SETTINGS: dict[str, dict[str, Any]] = {
    "parent_refs": {"parent_refs": ({"kind": "Gateway", "name": "other", "namespace": "", "sectionName": "https"},)},
    "annotations": {"annotations": {"example.org/owner": "platform"}},
    "hostnames": {"hostnames": ("hub.example.org", "*.notebooks.example.org")},
}


def exposed(exposure: ServiceExposure, **changes: Any) -> dict[str, Object]:
    """Return the objects of the minimal configuration with this exposure."""
    return synth(MINIMAL.evolve(exposure=exposure, **changes))


def test_minimal_service(snapshot: SnapshotAssertion) -> None:
    """The default is the chart's: a load balancer on port 80."""
    assert to_yaml(exposed(SERVICE)["Service/proxy-public"]) == snapshot


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_service_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this and nothing else."""
    assert delta(exposed(SERVICE), exposed(ServiceExposure(**setting))) == snapshot


@pytest.mark.parametrize("setting", CERTIFICATE_SETTINGS.values(), ids=CERTIFICATE_SETTINGS)
def test_certificate_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the proxy's certificate changes this and nothing else."""
    before = ServiceExposure(tls=ProxyCertificate())
    assert delta(exposed(before), exposed(ServiceExposure(tls=ProxyCertificate(**setting)))) == snapshot


@pytest.mark.parametrize("setting", INGRESS_SETTINGS.values(), ids=INGRESS_SETTINGS)
def test_ingress_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the Ingress changes this and nothing else."""
    after = INGRESS.evolve(ingress=ServiceIngress(**setting))
    assert delta(exposed(INGRESS), exposed(after)) == snapshot


@pytest.mark.parametrize("setting", ROUTE_SETTINGS.values(), ids=ROUTE_SETTINGS)
def test_http_route_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the HTTPRoute changes this and nothing else."""
    route = ServiceHttpRoute(**({"parent_refs": ({"name": "shared"},)} | setting))
    assert delta(exposed(ROUTE), exposed(ROUTE.evolve(http_route=route))) == snapshot


@pytest.mark.parametrize(
    ("model", "settings"),
    [
        (ServiceExposure, SETTINGS),
        (ProxyCertificate, CERTIFICATE_SETTINGS),
        (ServiceIngress, INGRESS_SETTINGS),
        (ServiceHttpRoute, ROUTE_SETTINGS),
    ],
)
def test_every_setting_has_its_difference(model: Any, settings: dict[str, Any]) -> None:
    """Every field has a case above."""
    assert settings.keys() == model.model_fields.keys() - {"kind"}


def test_certificate_has_the_prefix_of_all_names() -> None:
    """In the chart's manual mode, the Secret has the name prefix. A Secret of the operator's keeps its name."""
    volumes = [
        exposed(ServiceExposure(tls=tls), fullname_override="x")["Deployment/x-proxy"]["spec"]["template"]["spec"]
        for tls in (ProxyCertificate(), ProxyCertificate(name="mine"))
    ]
    assert [spec["volumes"][0]["secret"]["secretName"] for spec in volumes] == ["x-proxy-public-manual-tls", "mine"]


@pytest.mark.parametrize(
    ("tls", "secrets"),
    [
        (ProxyCertificate(), ("proxy-public-manual-tls",)),
        (ProxyCertificate(name="mine"), ("mine",)),
        (ProxyCertificate(key="private.pem"), ()),
        (OffloadedTls(), ()),
        (None, ()),
    ],
)
def test_says_which_tls_secret_is_needed(tls: Any, secrets: tuple[str, ...]) -> None:
    """`hexa-notebooks secret` prints the command that creates it, if `kubectl create secret tls` can."""
    assert ServiceExposure(tls=tls).tls_secrets(MINIMAL.installation) == secrets


@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort"])
def test_source_ranges_are_for_load_balancers_only(kind: Any) -> None:
    """Kubernetes refuses them on a Service of another type."""
    service = exposed(ServiceExposure(type=kind, load_balancer_source_ranges=("198.51.100.0/24",)))
    assert "loadBalancerSourceRanges" not in service["Service/proxy-public"]["spec"]


@pytest.mark.parametrize("fullname", ["", "x"])
def test_ingress_and_route_bear_the_name_of_the_installation(fullname: str) -> None:
    """Their name is the prefix itself, and their back ends have the prefix."""
    both = INGRESS.evolve(http_route=ROUTE.http_route)
    objects = exposed(both, fullname_override=fullname)
    name, service = fullname or "jupyterhub", f"{fullname}-proxy-public" if fullname else "proxy-public"
    (path,) = objects[f"Ingress/{name}"]["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"]["name"] == service
    assert objects[f"HTTPRoute/{name}"]["spec"]["rules"] == [{"backendRefs": [{"name": service, "port": 80}]}]
    assert f"Service/{service}" in objects


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"http_port": False}, "ServiceExposure: http_port: the Service would have no port"),
        (
            {"http_port": False, "tls": OffloadedTls(), "ingress": ServiceIngress()},
            "ingress: it uses port 80, which http_port=False removes",
        ),
        (
            {"http_port": False, "tls": OffloadedTls(), "http_route": ROUTE.http_route},
            "http_route: it uses port 80, which http_port=False removes",
        ),
        (
            {"http_port": False, "tls": OffloadedTls(), "node_port_http": 30080},
            "node_port_http: there is no port 80",
        ),
        ({"node_port_https": 30443}, "node_port_https: there is no port 443 without tls"),
        (
            {
                "tls": AutoHttps(hosts=("hub.example.org",), contact_email="ops@example.org"),
                "stray_disruption_budget": DisruptionBudgetConfig(max_unavailable=1),
            },
            "stray_disruption_budget: with AutoHttps write it as tls.disruption_budget",
        ),
        ({"extra_ports": ({"port": 22},)}, "ServiceExposure.extra_ports.0: ['port'] has no name"),
        ({"tls": {"kind": "manual"}}, "ServiceExposure.tls: "),
        ({"ingress": {"path": "notebooks"}}, "ServiceExposure.ingress.path: "),
        ({"ingress": {"hosts": ("a.*.org",)}}, "ServiceExposure.ingress.hosts.0: 'a.*.org' is not a DNS subdomain"),
        ({"http_route": {"parent_refs": ()}}, "ServiceExposure.http_route.parent_refs: "),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """Input that Kubernetes or a user's browser would refuse later is refused, and the error names the field."""
    with pytest.raises(ValidationError) as refused:
        ServiceExposure(**fields)
    assert text in explain(refused.value)


METRICS = {
    "path": "/metrics",
    "pathType": "Prefix",
    "backend": {"service": {"name": "metrics", "port": {"number": 9090}}},
}
CASES: dict[str, tuple[ServiceExposure, Installation]] = {
    "06-https-manual": (
        ServiceExposure(type="NodePort", node_port_http=30080, node_port_https=30443, tls=ProxyCertificate()),
        Installation(),
    ),
    "07-https-offload-targets": (
        ServiceExposure(
            annotations={"service.beta.kubernetes.io/aws-load-balancer-ssl-ports": "https"},
            http_port=False,
            external_ips=("192.0.2.10", "192.0.2.11"),
            tls=OffloadedTls(),
        ),
        Installation(),
    ),
    "08-ingress-tls-paths": (
        ServiceExposure(
            type="ClusterIP",
            load_balancer_source_ranges=("198.51.100.0/24",),
            ingress=ServiceIngress(
                annotations={
                    "cert-manager.io/cluster-issuer": "letsencrypt",
                    "nginx.ingress.kubernetes.io/proxy-body-size": "64m",
                },
                ingress_class_name="nginx",
                hosts=("hub.example.org", "notebooks.example.org"),
                path="/notebooks/*",
                path_type="ImplementationSpecific",
                extra_paths=(METRICS,),
                tls=({"secretName": "hub-tls", "hosts": ["hub.example.org", "notebooks.example.org"]},),
            ),
        ),
        Installation(),
    ),
    "09-httproute": (
        ServiceExposure(
            type="ClusterIP",
            ip_family_policy="RequireDualStack",
            ip_families=("IPv6", "IPv4"),
            http_route=ServiceHttpRoute(
                annotations={"example.org/owner": "platform"},
                hostnames=("hub.example.org", "*.notebooks.example.org"),
                parent_refs=(
                    {"kind": "Gateway", "name": "shared-gateway", "namespace": "gateways", "sectionName": "https"},
                ),
            ),
        ),
        Installation(),
    ),
    "17-fullname-string": (
        ServiceExposure(
            ingress=ServiceIngress(),
            http_route=ServiceHttpRoute(parent_refs=({"kind": "Gateway", "name": "gw", "namespace": ""},)),
        ),
        Installation(fullname="x", app="notebooks"),
    ),
    "31-https-secret": (
        ServiceExposure(
            annotations={"example.org/lb": "public"},
            labels={"example.org/exposed": "true"},
            tls=ProxyCertificate(name="hub-example-org-tls"),
        ),
        Installation(),
    ),
}


@needs_cases
@pytest.mark.parametrize("case", CASES)
def test_is_what_the_chart_renders(case: str) -> None:
    """All fields of the Services, the Ingress and the HTTPRoute equal the chart's."""
    assert differences(case, *CASES[case]) == []
