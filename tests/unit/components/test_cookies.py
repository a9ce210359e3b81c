"""Cookies and forwarded headers: the hub's settings for each exposure."""

from typing import Any

import pytest
from pydantic import ValidationError

from hexa_notebooks import (
    AutoHttps,
    CertificateMap,
    ClusterInternal,
    CookiesConfig,
    GatewayRoute,
    GkeGlobalGateway,
    GkeIngress,
    GlobalAddress,
    HstsConfig,
    Ingress,
    LiteralAddress,
    LoadBalancer,
    ManagedCertificate,
    NotebooksConfig,
    OffloadedTls,
    ParentRef,
    ProxyCertificate,
    ServiceExposure,
    ServiceHttpRoute,
    ServiceIngress,
    TlsSecret,
)
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL

HOSTS = ("a.example.org", "b.example.org")
GKE_INGRESS = GkeIngress(address=GlobalAddress(name="hexa"), hosts=HOSTS, certificate=ManagedCertificate())
INGRESS = Ingress(ingress_class="traefik", hosts=HOSTS, certificate=None, controller=None)
BY_HTTPS: dict[str, Any] = {
    "gke-ingress": GKE_INGRESS,
    "gateway": GkeGlobalGateway(
        address=GlobalAddress(name="hexa"), hosts=HOSTS, certificate=CertificateMap(name="certificates")
    ),
    "gateway-route": GatewayRoute(parents=(ParentRef(name="shared"),), hosts=HOSTS),
    "ingress": INGRESS.evolve(certificate=TlsSecret(name="certificate")),
    "ingress, TLS of its controller": INGRESS,
    "service, by the proxy": ServiceExposure(tls=ProxyCertificate()),
    "service, by the load balancer": ServiceExposure(tls=OffloadedTls()),
    "service, by an Ingress": ServiceExposure(type="ClusterIP", ingress=ServiceIngress()),
    "service, by a Gateway": ServiceExposure(
        type="ClusterIP", http_route=ServiceHttpRoute(parent_refs=({"name": "shared"},))
    ),
    "cluster-internal, behind a gateway": ClusterInternal(https=True),
    "load-balancer, with a certificate": LoadBalancer(https=True),
}
BY_HTTP: dict[str, Any] = {
    "cluster-internal": ClusterInternal(),
    "node port": ClusterInternal(node_port=30080),
    "load-balancer": LoadBalancer(address=LiteralAddress(ip="203.0.113.10")),
    "service": ServiceExposure(),
    "ingress, by plain http": INGRESS.evolve(https=False),
}


def settings(config: NotebooksConfig) -> dict[str, Any]:
    """Return the tornado settings."""
    found: Any = config.hub_traits()["JupyterHub"]["tornado_settings"]
    return dict(found)


@pytest.mark.parametrize("exposure", BY_HTTPS.values(), ids=BY_HTTPS)
def test_by_https_every_cookie_is_secure(exposure: Any) -> None:
    """Sign-in cookies, which user servers inherit, and XSRF cookies are all secure."""
    found = settings(MINIMAL.evolve(exposure=exposure))
    secure = {"secure": True, "samesite": "Lax"}
    assert (found["cookie_options"], found["xsrf_cookie_kwargs"]) == (secure, secure)
    assert found["headers"]["Strict-Transport-Security"] == "max-age=15724800"


@pytest.mark.parametrize("exposure", BY_HTTP.values(), ids=BY_HTTP)
def test_by_http_users_can_still_sign_in(exposure: Any) -> None:
    """Browsers would drop a secure cookie."""
    found = settings(MINIMAL.evolve(exposure=exposure))
    assert found["cookie_options"] == found["xsrf_cookie_kwargs"] == {"samesite": "Lax"}
    assert "headers" not in found


def test_traefik_tells_browsers_itself() -> None:
    """A second header from the hub would repeat or contradict Traefik's."""
    exposure = ServiceExposure(tls=AutoHttps(hosts=HOSTS, contact_email="a@example.org"))
    found = settings(MINIMAL.evolve(exposure=exposure))
    assert found["cookie_options"]["secure"] is True
    assert "headers" not in found


@pytest.mark.parametrize(
    ("hsts", "header"),
    [
        (HstsConfig(max_age_s=60, include_subdomains=True), "max-age=60; includeSubDomains"),
        (HstsConfig(max_age_s=60, include_subdomains=True, preload=True), "max-age=60; includeSubDomains; preload"),
        (HstsConfig(max_age_s=0), None),
        (None, None),
    ],
)
def test_what_browsers_remember(hsts: HstsConfig | None, header: str | None) -> None:
    """The header is as in RFC 6797, or absent."""
    found = settings(MINIMAL.evolve(exposure=GKE_INGRESS, hsts=hsts))
    assert found.get("headers", {}).get("Strict-Transport-Security") == header


def test_cookies_for_pages_of_other_sites() -> None:
    """A frame on another site needs such cookies, and browsers accept them over HTTPS only."""
    cookies = CookiesConfig(same_site="None")
    found = settings(MINIMAL.evolve(exposure=GKE_INGRESS, cookies=cookies))
    assert found["cookie_options"] == {"secure": True, "samesite": "None"}
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(cookies=cookies)
    assert "cookies.same_site: browsers refuse 'None' without https" in explain(refused.value)


def test_jupyterhubs_own_cookies() -> None:
    """JupyterHub's defaults stay."""
    assert settings(MINIMAL.evolve(exposure=GKE_INGRESS, cookies=None, hsts=None)) == {"slow_spawn_timeout": 0}
