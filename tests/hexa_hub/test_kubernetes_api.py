"""The hub's checks of the Kubernetes API at startup: certificates, tokens, permissions, names and addresses."""

import asyncio
import datetime
import json
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from kubernetes_asyncio import client
from kubespawner.clients import load_config  # type: ignore[import-untyped]
from traitlets.config import Config

from hexa_hub import kubernetes_api
from hexa_hub.kubernetes_api import KubernetesApi
from tests.hexa_hub.kubernetes_stand_in import KubernetesStandIn, in_a_loop, run_stand_in, status
from tests.processes.loopback import free_port

DAY = datetime.timedelta(days=1)


@dataclass
class Authority:
    """A certificate authority as in EKS and MicroK8s: without keyUsage and without key identifiers."""

    folder: Path

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
        self.folder.mkdir()
        self.certificate = self.folder / "ca.crt"
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        made = self._builder(self._name, self._key, 365 * DAY).add_extension(constraints, critical=True)
        self.certificate.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def _builder(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, lasts: datetime.timedelta) -> Any:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 10 * DAY)
            .not_valid_after(now + lasts)
        )

    def server(self, host: str = "localhost", lasts: datetime.timedelta = DAY) -> ssl.SSLContext:
        """Return the TLS context of a server on this host."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        made = self._builder(name, key, lasts).add_extension(names, critical=False).sign(self._key, hashes.SHA256())
        file = self.folder / "server.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        file.write_bytes(private + made.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture(autouse=True)
def _nothing_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start without access to any cluster, and retry within less than a second."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setattr(kubernetes_api, "PAUSE_SECONDS", 0.1)
    load_config.cache_clear()
    yield
    load_config.cache_clear()
    client.Configuration.set_default(None)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verify certificates as Python 3.13 does by default, with any Python."""
    make = ssl.create_default_context

    def strictly(*args: Any, **kwargs: Any) -> ssl.SSLContext:
        context = make(*args, **kwargs)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", strictly)


def access(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, authority: Path | None = None) -> None:
    """Write the access to the API to the place where the hub reads it."""
    cluster = {"server": url, **({"certificate-authority": str(authority)} if authority else {})}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "test", "user": {"token": "the-token"}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "current-context": "test",
    }
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setattr(
        "kubernetes_asyncio.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "kubeconfig")
    )


async def trouble(seconds: int = 0, **traits: Any) -> str:
    """Return the problem that the hub finds with the API."""
    config = Config({"KubeSpawner": {"namespace": "hexa-notebooks", **traits}})
    config.KubernetesApi.wait_seconds = seconds
    return await KubernetesApi(config=config).wait()


@pytest.mark.usefixtures("strict")
@in_a_loop
async def test_authority_without_extensions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On EKS and MicroK8s, the hub and every later KubeSpawner client work."""
    authority = Authority(tmp_path / "ca")
    async with run_stand_in(host="localhost", tls=authority.server()) as api:
        access(tmp_path, monkeypatch, api.url, authority.certificate)
        assert await trouble() == ""
        load_config(host="", ssl_ca_cert="", verify_ssl=None)
        async with client.ApiClient() as later:
            assert (await client.CoreV1Api(later).list_namespaced_pod("hexa-notebooks")).items == []


@contextmanager
def _wrong(tmp_path: Path, kind: str) -> Iterator[tuple[ssl.SSLContext, Path]]:
    mine = Authority(tmp_path / "mine")
    match kind:
        case "authority":
            yield Authority(tmp_path / "other").server(), mine.certificate
        case "host":
            yield mine.server("elsewhere.example.org"), mine.certificate
        case "expired":
            yield mine.server(lasts=-DAY), mine.certificate


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    ("kind", "said"), [("authority", "certificate"), ("host", "Hostname mismatch"), ("expired", "has expired")]
)
def test_certificate_that_is_wrong(kind: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another authority, another host and an expired certificate are refused and named."""

    @in_a_loop
    async def run() -> None:
        with _wrong(tmp_path, kind) as (tls, authority):
            async with run_stand_in(host="localhost", tls=tls) as api:
                access(tmp_path, monkeypatch, api.url, authority)
                found = await trouble()
                assert "has a certificate that is not accepted" in found
                assert said in found
                assert "\n" not in found
                assert api.lists == 0

    run()


def refuses(verb: str, resource: str) -> Any:
    """Return an API server's response for a hub that lacks a permission."""

    async def review(request: web.Request) -> web.Response | None:
        if not request.path.endswith("selfsubjectaccessreviews"):
            return None
        asked = await request.json()
        attributes = asked["spec"]["resourceAttributes"]
        allowed = (attributes["verb"], attributes["resource"]) != (verb, resource)
        return web.json_response({**asked, "status": {"allowed": allowed}})

    return review


FAULTS = {
    "does not accept the hub's token (401)": lambda _: status(401, "Unauthorized"),
    "does not let the hub's ServiceAccount list pods (403)": lambda _: status(403, "pods is forbidden"),
    "answers 500": lambda _: status(500, "etcd is away"),
    "may not create pods in the namespace hexa-notebooks": refuses("create", "pods"),
    "may not watch events in the namespace hexa-notebooks": refuses("watch", "events"),
}


@pytest.mark.parametrize("said", FAULTS)
def test_api_that_refuses(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line names the problem."""

    @in_a_loop
    async def run() -> None:
        async with run_stand_in(fault=FAULTS[said]) as api:
            access(tmp_path, monkeypatch, api.url)
            found = await trouble()
            assert said in found
            assert "\n" not in found

    run()


@in_a_loop
async def test_events_that_nobody_sees_need_no_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without events, the hub needs no permission for them."""
    async with run_stand_in(fault=refuses("watch", "events")) as api:
        access(tmp_path, monkeypatch, api.url)
        assert await trouble(events_enabled=False) == ""


@in_a_loop
async def test_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has the address."""
    port = free_port()
    access(tmp_path, monkeypatch, f"http://127.0.0.1:{port}")
    found = await trouble()
    assert f"http://127.0.0.1:{port} cannot be reached" in found


@in_a_loop
async def test_name_that_dns_does_not_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error differs from that of an address where nobody listens."""
    access(tmp_path, monkeypatch, "http://api.invalid")
    assert await trouble() == "http://api.invalid has a host name that DNS cannot resolve"


@in_a_loop
async def test_api_that_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub waits no longer than the limit."""
    monkeypatch.setattr(kubernetes_api, "ANSWER_SECONDS", 1)
    async with run_stand_in() as api:
        api.fault = lambda _: api.hang()
        access(tmp_path, monkeypatch, api.url)
        assert "does not answer within 1 s" in await trouble()


@in_a_loop
async def test_no_access_at_all() -> None:
    """The pod has no ServiceAccount token."""
    assert "needs a ServiceAccount" in await trouble()


@in_a_loop
async def test_api_that_comes_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The hub waits for it, and logs this once."""
    api = KubernetesStandIn()
    access(tmp_path, monkeypatch, api.url)
    with caplog.at_level(logging.WARNING):
        waiting = asyncio.create_task(trouble(seconds=30))
        while "Waiting up to 30 s" not in caplog.text:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        await api.start()
        try:
            assert await waiting == ""
        finally:
            await api.stop()
    assert caplog.text.count("Waiting up to 30 s for the Kubernetes API") == 1
