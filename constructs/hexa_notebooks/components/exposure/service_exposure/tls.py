"""The places that can terminate TLS on the way to the proxy."""

from typing import Annotated, Literal

from pydantic import Field

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.base import ProxyTls
from hexa_notebooks.kubernetes.installation import PROXY_CERTIFICATE, Installation
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, SecretKey


class ProxyCertificate(Config):
    """The proxy terminates TLS, with a certificate that you renew. It reads the certificate when it starts."""

    kind: Literal["proxy-certificate"] = "proxy-certificate"
    name: DnsName | None = None
    """The full name of the Secret with the certificate. None, the default, means `proxy-public-manual-tls`, with the
    prefix of all names."""
    key: SecretKey = "tls.key"
    """The key of the Secret that holds the private key. By default as in Secrets of type `kubernetes.io/tls`."""
    certificate: SecretKey = "tls.crt"
    """The key of the Secret that holds the certificate. By default as in Secrets of type `kubernetes.io/tls`."""

    def proxy_tls(self, installation: Installation) -> ProxyTls:
        """Return the certificate that the proxy serves."""
        return ProxyTls(self.name or installation.name(PROXY_CERTIFICATE), self.key, self.certificate)


class OffloadedTls(Config):
    """The load balancer terminates TLS, and sends plain HTTP to port 443. Its annotations configure TLS."""

    kind: Literal["offloaded"] = "offloaded"


ServiceTls = Annotated[AutoHttps | ProxyCertificate | OffloadedTls, Field(discriminator="kind")]
"""The ways to serve port 443."""
