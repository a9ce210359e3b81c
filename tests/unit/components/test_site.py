"""The sites of the App and the notebooks: whether browsers send the App's cookies to both."""

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from hexa_notebooks import (
    AutoHttps,
    ClusterInternal,
    GatewayRoute,
    GkeIngress,
    GlobalAddress,
    Ingress,
    LoadBalancer,
    ManagedCertificate,
    NotebooksConfig,
    OpenHexaApp,
    ParentRef,
    ServiceExposure,
    ServiceHttpRoute,
    ServiceIngress,
)
from hexa_notebooks.components.exposure.site import same_site
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL

TOGETHER = [
    ("app.example.org", "notebooks.example.org"),
    ("example.org", "notebooks.example.org"),
    ("app.dev.example.org", "notebooks.prod.example.org"),
    ("App.Example.ORG", "notebooks.example.org"),
    ("app.example.co.uk", "notebooks.example.co.uk"),
    ("app.xn--bcher-kva.de", "notebooks.xn--bcher-kva.de"),
    ("app.example.org", "*.hub.example.org"),
    ("app.example.org.", "notebooks.example.org"),
    ("app.team.corp", "notebooks.team.corp"),
    ("localhost", "localhost"),
    ("app", "app"),
    ("10.0.0.1", "10.0.0.1"),
    ("[::1]", "[::1]"),
    ("team.github.io", "team.github.io"),
]
APART = [
    ("app.openhexa.example.org", "notebooks.elsewhere.com"),
    ("app.example.co.uk", "notebooks.other.co.uk"),
    ("one.github.io", "two.github.io"),
    ("app.corp", "notebooks.corp"),
    ("app.localhost", "notebooks.localhost"),
    ("app", "notebooks"),
    ("10.0.0.1", "10.0.0.2"),
    ("10.0.0.1", "app.0.0.1.example.org"),
    ("example.org", "myexample.org"),
    ("xn--bcher-kva.de", "xn--bcher-kvb.de"),
    ("org", "notebooks.org"),
]


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_one_site(one: str, other: str) -> None:
    """The same host, or two hosts under one registrable domain, are one site."""
    assert same_site(one, other)
    assert same_site(other, one)


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_sites(one: str, other: str) -> None:
    """Hosts that share only a public suffix, or nothing, are two sites."""
    assert not same_site(one, other)
    assert not same_site(other, one)


def app(host: str = "app.example.org", scheme: str = "https", **fields: Any) -> OpenHexaApp:
    """Return the App at a host."""
    return OpenHexaApp(url=f"{scheme}://{host}", nothing_kept_because="nothing starts here", **fields)


def gke(*hosts: str) -> GkeIngress:
    """Return an exposure with hosts."""
    return GkeIngress(address=GlobalAddress(name="hexa"), hosts=hosts, certificate=ManagedCertificate())


EXPOSURES: dict[str, Any] = {
    "gke-ingress": gke("notebooks.example.org", "notebooks.elsewhere.com"),
    "gateway-route": GatewayRoute(parents=(ParentRef(name="shared"),), hosts=("notebooks.elsewhere.com",)),
    "ingress": Ingress(
        ingress_class="traefik", hosts=("notebooks.elsewhere.com",), certificate=None, controller=None, peers=()
    ),
    "auto-https": ServiceExposure(tls=AutoHttps(hosts=("notebooks.elsewhere.com",), contact_email="a@example.org")),
    "service-ingress": ServiceExposure(ingress=ServiceIngress(hosts=("notebooks.elsewhere.com",))),
    "service-route": ServiceExposure(
        http_route=ServiceHttpRoute(parent_refs=({"name": "shared"},), hostnames=("notebooks.elsewhere.com",))
    ),
}


@pytest.mark.parametrize("exposure", EXPOSURES.values(), ids=EXPOSURES)
def test_app_on_another_site_is_refused(exposure: Any) -> None:
    """The error names both hosts, the reason and a host that works."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(authenticator=app(), exposure=exposure)
    [line] = explain(refused.value).splitlines()
    assert line.startswith("NotebooksConfig: exposure: browsers never send the App's cookies, of 'app.example.org'")
    assert "to 'notebooks.elsewhere.com', so that nobody could sign in there" in line
    assert line.endswith("give the notebooks a host below 'example.org'")


def test_app_without_a_domain_takes_its_own_host() -> None:
    """Cookies of an IP address or a single-label name never reach another host."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(authenticator=app("10.0.0.1:8000", "http"), exposure=gke("notebooks.example.org"))
    assert explain(refused.value).endswith("give the notebooks '10.0.0.1' itself")


ACCEPTED: dict[str, tuple[Any, Any]] = {
    "one domain": (app("App.Example.org:8443"), gke("notebooks.example.org", "hub.example.org")),
    "internal addresses do not count": (
        app(internal_url="http://10.0.0.7:8000", server_url="http://app.elsewhere.com"),
        gke("notebooks.example.org"),
    ),
    "hosts are not known": (app(), ClusterInternal()),
    "address of a load balancer": (app(), LoadBalancer()),
    "another authenticator": (MINIMAL.authenticator, gke("notebooks.elsewhere.com")),
}


@pytest.mark.parametrize(("authenticator", "exposure"), ACCEPTED.values(), ids=ACCEPTED)
def test_is_accepted(authenticator: Any, exposure: Any) -> None:
    """Hosts are accepted if they share cookies, or if the library cannot know."""
    made = MINIMAL.evolve(authenticator=authenticator, exposure=exposure)
    assert isinstance(made, NotebooksConfig)


def test_list_is_not_read_at_start() -> None:
    """Commands that need no suffix list do not load it."""
    code = "import sys, hexa_notebooks.public; print('publicsuffixlist' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout == "False\n"
