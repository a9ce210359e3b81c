"""An Ingress for a controller in the cluster: its objects, the annotations for each controller, and mistakes."""

from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    CertManagerIssuer,
    ContourController,
    HaproxyController,
    Ingress,
    NginxController,
    PodPeer,
    TlsSecret,
    TraefikController,
)
from hexa_notebooks.components.exposure.ingress_controller import IngressControllerConfig
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

HOSTS = ("notebooks.example.org",)
INGRESS = Ingress(
    ingress_class="traefik", hosts=HOSTS, certificate=TlsSecret(name="notebooks-tls"), controller=TraefikController()
)
ISSUER = CertManagerIssuer(name="letsencrypt")
TRAEFIK = PodPeer(namespace="traefik", labels={"app.kubernetes.io/name": "traefik"})
SETTINGS: dict[str, dict[str, Any]] = {
    "ingress_class": {"ingress_class": "other"},
    "hosts": {"hosts": (*HOSTS, "*.notebooks.example.org")},
    "certificate-none": {"certificate": None},
    "certificate-cluster-issuer": {"certificate": ISSUER},
    "certificate-issuer": {"certificate": ISSUER.evolve(issuer_kind="Issuer")},
    "certificate-secret": {"certificate": ISSUER.evolve(secret="own-tls")},  # noqa: S106 (a name)
    "controller-none": {"controller": None},
    "controller-nginx": {"controller": NginxController()},
    "controller-nginx-settings": {"controller": NginxController(body_size="64m", timeout_s=600)},
    "controller-haproxy": {"controller": HaproxyController()},
    "controller-haproxy-settings": {"controller": HaproxyController(timeout_s=600)},
    "controller-contour": {"controller": ContourController()},
    "controller-contour-settings": {"controller": ContourController(response_timeout="1h"), "path": "/notebooks"},
    "controller-contour-without-certificate": {"controller": ContourController(), "certificate": None},
    "path": {"path": "/notebooks/"},
    "path_type": {"path_type": "ImplementationSpecific"},
    "annotations": {"annotations": {"example.org/owner": "platform"}},
    "peers": {"peers": (TRAEFIK,)},
}


def exposed(ingress: Ingress) -> dict[str, Object]:
    """Return the objects of the minimal configuration with this exposure."""
    return synth(MINIMAL.evolve(exposure=ingress))


def refusal(**changes: Any) -> str:
    """Return the lines of the error for these changes."""
    with pytest.raises(ValidationError) as refused:
        INGRESS.evolve(**changes)
    return explain(refused.value)


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """There is one Ingress more."""
    added = exposed(INGRESS)
    assert to_yaml(*(added[name] for name in added if name not in synth(MINIMAL))) == snapshot


def test_way_in(snapshot: SnapshotAssertion) -> None:
    """The proxy's Service, Deployment and policy change by exactly this."""
    before, after = synth(MINIMAL), exposed(INGRESS)
    assert delta(before, {name: made for name, made in after.items() if name in before}) == snapshot


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this and nothing else."""
    assert delta(exposed(INGRESS), exposed(INGRESS.evolve(**change))) == snapshot


def test_prefix_of_names_is_on_every_name() -> None:
    """The Ingress, its Service and the Secret that cert-manager writes have the name prefix."""
    objects = synth(MINIMAL.evolve(exposure=INGRESS.evolve(certificate=ISSUER), fullname_override="acme"))
    spec = objects["Ingress/acme-jupyterhub"]["spec"]
    assert spec["tls"] == [{"hosts": [*HOSTS], "secretName": "acme-jupyterhub-tls"}]
    (path,) = spec["rules"][0]["http"]["paths"]
    service = objects[f"Service/{path['backend']['service']['name']}"]
    assert path["backend"]["service"]["port"]["name"] == service["spec"]["ports"][0]["name"]


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("controller", [NginxController(), HaproxyController(), ContourController()])
def test_no_controller_cuts_a_minute_of_silence(controller: IngressControllerConfig, tls: bool) -> None:
    """Each controller gets a longer timeout than its default."""
    times = [value for key, value in controller.ingress_annotations("/", tls=tls).items() if "timeout" in key]
    assert times
    assert set(times) <= {"3600", "3600s", "infinity"}


def test_only_the_controller_reaches_the_proxy() -> None:
    """With peers, only the controller reaches the proxy from outside. Without peers, everybody does."""
    assert "from" not in exposed(INGRESS)["NetworkPolicy/proxy"]["spec"]["ingress"][0]
    rules = exposed(INGRESS.evolve(peers=(TRAEFIK,)))["NetworkPolicy/proxy"]["spec"]["ingress"]
    assert all(rule["from"] for rule in rules)


@pytest.mark.parametrize(
    ("certificate", "secrets"),
    [(TlsSecret(name="tls"), ("tls",)), (ISSUER, ()), (None, ())],
    ids=["own", "ordered", "-"],
)
def test_secrets_that_somebody_must_provide(certificate: Any, secrets: tuple[str, ...]) -> None:
    """A Secret is required unless cert-manager writes it."""
    assert INGRESS.evolve(certificate=certificate).tls_secrets(MINIMAL.installation) == secrets


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"ingress_class": "gce"},
            "'gce' is not an IngressClass: GKE ignores an Ingress that names a class; use GkeIngress",
        ),
        ({"hosts": ()}, "Ingress.hosts: Tuple should have at least 1 item"),
        ({"hosts": ("203.0.113.10",)}, "Ingress.hosts.0: '203.0.113.10' is an IP address, and requests are routed"),
        ({"path": "notebooks"}, "Ingress.path: 'notebooks' is not a plain path, as in '/' or '/notebooks'"),
        ({"path": "/a//b"}, "'/a//b' is not a plain path"),
        ({"path": "/a/../b"}, "'/a/../b' is not a plain path"),
        ({"path": "//"}, "'//' is not a plain path"),
        ({"path": "/a?b"}, "'/a?b' is not a plain path"),
        ({"path_type": "Exact"}, "Ingress.path_type: Input should be 'Prefix' or 'ImplementationSpecific'"),
        ({"controller": "nginx"}, "Ingress.controller: "),
        (
            {"annotations": {"kubernetes.io/ingress.class": "nginx"}},
            "Ingress: annotations: 'kubernetes.io/ingress.class' is set by ingress_class; remove it, and change",
        ),
        (
            {"controller": NginxController(), "annotations": {"nginx.ingress.kubernetes.io/proxy-body-size": "1m"}},
            "Ingress: annotations: 'nginx.ingress.kubernetes.io/proxy-body-size' is set by controller; remove it",
        ),
        (
            {"certificate": ISSUER, "annotations": {"cert-manager.io/cluster-issuer": "other"}},
            "Ingress: annotations: 'cert-manager.io/cluster-issuer' is set by certificate; remove it",
        ),
    ],
)
def test_refused(changes: dict[str, Any], message: str) -> None:
    """Settings that the API server or the controller would refuse or ignore are refused at synthesis."""
    assert message in refusal(**changes)


@pytest.mark.parametrize("field", ["ingress_class", "hosts", "certificate", "controller"])
def test_required(field: str) -> None:
    """TLS and the controller of the class must be set explicitly."""
    fields = {name: getattr(INGRESS, name) for name in ("ingress_class", "hosts", "certificate", "controller")}
    del fields[field]
    with pytest.raises(ValidationError) as refused:
        Ingress(**fields)
    assert explain(refused.value) == f"Ingress.{field}: is required and has no default"


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (NginxController, {"body_size": "64MB"}),
        (NginxController, {"timeout_s": 0}),
        (HaproxyController, {"timeout_s": 0}),
        (ContourController, {"response_timeout": "0"}),
    ],
)
def test_refused_settings_of_a_controller(make: type[IngressControllerConfig], fields: dict[str, Any]) -> None:
    """A value that the controller would not understand or would misread is refused."""
    with pytest.raises(ValidationError):
        make(**fields)
