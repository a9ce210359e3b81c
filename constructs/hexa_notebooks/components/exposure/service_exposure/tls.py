"""Who ends TLS on the way to the proxy."""

from typing import Annotated, Literal

from pydantic import Field

from hexa_notebooks.components.exposure.auto_https import AutoHttps
from hexa_notebooks.components.exposure.base import ProxyTls
from hexa_notebooks.kubernetes.installation import PROXY_CERTIFICATE, Installation
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, SecretKey


class ProxyCertificate(Config):
    """The proxy itself ends TLS, with a certificate that somebody else renews; it reads it when it starts."""

    kind: Literal["proxy-certificate"] = "proxy-certificate"
    name: DnsName | None = None
    """Name of the Secret that holds it, whole. None, the default, takes `proxy-public-manual-tls`, with the prefix of
    all names."""
    key: SecretKey = "tls.key"
    """The key of the Secret with the private key. As in Secrets of type `kubernetes.io/tls` by default."""
    certificate: SecretKey = "tls.crt"
    """The key with the certificate, likewise."""

    def proxy_tls(self, installation: Installation) -> ProxyTls:
        """Return what the proxy shows."""
        return ProxyTls(self.name or installation.name(PROXY_CERTIFICATE), self.key, self.certificate)


class OffloadedTls(Config):
    """The load balancer ends TLS, and hands to port 443 what is plain HTTP by then; its annotations say how."""

    kind: Literal["offloaded"] = "offloaded"


ServiceTls = Annotated[AutoHttps | ProxyCertificate | OffloadedTls, Field(discriminator="kind")]
"""How port 443 is served, one of these."""
