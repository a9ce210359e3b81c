"""The base class of all exposures, and the objects that they exchange with the proxy."""

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import PROXY, Installation
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s
from hexa_notebooks.kubernetes.network_policy import Peer
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName

NAME = "jupyterhub"
"""The name of the Ingress or the Gateway, and of the objects that belong to it, as in the Helm chart."""
GOOGLE_KEEP_ALIVE_MS = 620_000
"""How long the proxy keeps an idle connection behind a Google load balancer. An application load balancer keeps it for
600 s. It must be the one that closes the connection: otherwise it sends a request to a closed socket and answers 502.
A passthrough load balancer keeps no connections, so there the value does no harm."""
CONTROLLER_KEEP_ALIVE_MS = 3_660_000
"""The same behind a controller in the cluster. Envoy keeps a connection for an hour, longer than nginx, HAProxy and
Traefik do."""


@dataclass(frozen=True, slots=True)
class PublicService:
    """The part of the Service `proxy-public` that the exposure decides."""

    spec: k8s.ServiceSpec
    """Its type, ports and addresses. Port 80 is the default."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations for the load balancer's controller."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Additional labels."""
    component: str = PROXY
    """The component whose pods it selects."""
    ip_family_policy: str | None = "PreferDualStack"
    """The IP families policy of all Services of the proxy."""
    ip_families: tuple[str, ...] = ()
    """The IP families of all Services of the proxy, in order of preference."""

    @property
    def ip_fields(self) -> dict[str, Any]:
        """The fields of `ServiceSpec` about IP families."""
        return {"ip_family_policy": self.ip_family_policy, "ip_families": list(self.ip_families) or None}


def http_port(node_port: int | None = None) -> k8s.ServicePort:
    """Return port 80 of the Service `proxy-public`."""
    return k8s.ServicePort(name="http", port=80, target_port=int_or_string("http"), node_port=node_port)


@dataclass(frozen=True, slots=True)
class ProxyTls:
    """The certificate that the proxy serves."""

    secret: str
    """The name of the Secret."""
    key: str = "tls.key"
    """The key of the Secret that holds the private key."""
    certificate: str = "tls.crt"
    """The key of the Secret that holds the certificate."""


class TlsSecret(Config):
    """A certificate in a Secret of type `kubernetes.io/tls`."""

    kind: Literal["secret"] = "secret"
    name: DnsName
    """The name of the Secret, in the namespace of the notebooks."""


class ExposureConfig(Config, ABC):
    """A way for users to reach the proxy."""

    https: bool | None = None
    """Whether users connect over HTTPS. If so, browsers do not send cookies over plain HTTP. None, the default, derives
    it from the other fields: true with a certificate, or if a controller or a Gateway handles TLS; false for a plain
    HTTP address. Set it if TLS is terminated elsewhere: at a gateway in front of a Service, or at a load balancer that
    gets its certificate from an annotation."""

    @property
    def by_https(self) -> bool:
        """Whether users connect over HTTPS."""
        return self._has_tls if self.https is None else self.https

    @property
    def _has_tls(self) -> bool:
        return True

    @property
    def sends_hsts(self) -> bool:
        """Whether it sends the HSTS header itself. False by default."""
        return False

    @property
    def public_hosts(self) -> tuple[str, ...]:
        """The host names that users open, as far as the configuration knows them: by default the field `hosts`."""
        hosts: tuple[str, ...] = getattr(self, "hosts", ())
        return hosts

    def public_service(self, installation: Installation) -> PublicService:
        """Return the part of the Service `proxy-public` that this exposure decides. A ClusterIP Service by default."""
        return PublicService(k8s.ServiceSpec(type="ClusterIP"))

    @property
    def keep_alive_ms(self) -> int | None:
        """Milliseconds for which the proxy keeps idle connections. None means the proxy's default, 5 s."""
        return None

    @property
    def clients(self) -> tuple[str, ...]:
        """The CIDR ranges outside the cluster that may reach the proxy. Empty, the default, allows all."""
        return ()

    @property
    def client_peers(self) -> tuple[Peer, ...]:
        """The pods or addresses that may reach the proxy, instead of `clients`: by default the field `peers`."""
        peers: tuple[Peer, ...] = getattr(self, "peers", ())
        return peers

    def tls_secrets(self, installation: Installation) -> tuple[str, ...]:
        """Return the names of the Secrets of type `kubernetes.io/tls` that you must provide.

        By default the Secret in the field `certificate`, if there is one.
        """
        certificate = getattr(self, "certificate", None)
        return (certificate.name,) if isinstance(certificate, TlsSecret) else ()

    def proxy_tls(self, installation: Installation) -> ProxyTls | None:
        """Return the certificate of the proxy, if the proxy terminates TLS. None by default."""
        return None

    def pods(self, installation: Installation) -> Mapping[str, dict[str, Any]]:
        """Return the templates of its pods by the field that each comes from. None by default.

        Raises:
            ValueError: Kubernetes would refuse a pod. The message begins with the field.

        """
        return {}

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the objects that the exposure needs beside the Service, and return them by kind. None by default."""
        return {}
