"""What every exposure tells the proxy."""

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import PROXY, Installation
from hexa_notebooks.kubernetes.network_policy import Peer
from hexa_notebooks.model.config import Config

GOOGLE_KEEP_ALIVE_MS = 620_000
"""How long the proxy keeps an idle connection behind a Google load balancer. An application load balancer itself keeps
it for 600 s and must be the one that closes it, or it sends a request into a closed socket and answers 502; behind a
passthrough one, which keeps none, it does no harm."""
CONTROLLER_KEEP_ALIVE_MS = 3_660_000
"""Likewise behind a controller in the cluster. Envoy keeps a connection for an hour, longer than nginx, HAProxy and
Traefik."""


@dataclass(frozen=True, slots=True)
class PublicService:
    """The part of the Service `proxy-public` that the exposure decides."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"]
    """Kubernetes' Service type."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """What the load balancer's controller reads."""
    node_port: int | None = None
    """A fixed port on every node."""
    load_balancer_class: str | None = None
    """The controller that serves it."""
    load_balancer_ip: str | None = None
    """A literal address."""
    load_balancer_source_ranges: tuple[str, ...] = ()
    """The only client addresses let in; empty lets in all."""
    external_traffic_policy: Literal["Cluster", "Local"] | None = None
    """`Local` keeps the client's address."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Further labels."""
    ports: tuple[Any, ...] | None = None
    """Its ports, where there are others than port 80."""
    component: str = PROXY
    """The component whose pods it leads to."""
    external_ips: tuple[str, ...] = ()
    """Addresses of nodes at which it answers as well."""
    ip_family_policy: str | None = "PreferDualStack"
    """Whether it has addresses of both families; `proxy-api` has the same."""
    ip_families: tuple[str, ...] = ()
    """The families, in order of preference."""


@dataclass(frozen=True, slots=True)
class ProxyTls:
    """The certificate that the proxy itself shows."""

    secret: str
    """Name of the Secret."""
    key: str = "tls.key"
    """Its key that holds the private key."""
    certificate: str = "tls.crt"
    """Its key that holds the certificate."""


class ExposureConfig(Config, ABC):
    """A way in."""

    https: bool | None = None
    """Whether users come by https, for which cookies are kept from plain http. None, the default, goes by what is set
    here: they do where there is a certificate, and where TLS is left to a controller or a Gateway; not by an address of
    plain HTTP. Say it where TLS ends elsewhere: at a gateway before a Service of the cluster, or at a load balancer
    that an annotation gives a certificate."""

    @property
    def by_https(self) -> bool:
        """Whether users come by https."""
        return self._has_tls if self.https is None else self.https

    @property
    def _has_tls(self) -> bool:
        return True

    @property
    def sends_hsts(self) -> bool:
        """Whether it tells browsers by itself to come by https only. Not by default."""
        return False

    @property
    def public_hosts(self) -> tuple[str, ...]:
        """The host names that users open, as far as they are known here. None by default."""
        return ()

    def public_service(self, installation: Installation) -> PublicService:
        """Return the part of the Service `proxy-public` that this exposure decides. A ClusterIP Service by default."""
        return PublicService(type="ClusterIP")

    @property
    def keep_alive_ms(self) -> int | None:
        """How long the proxy keeps idle connections, in milliseconds. None leaves configurable-http-proxy's 5 s."""
        return None

    @property
    def clients(self) -> tuple[str, ...]:
        """The addresses, in CIDR notation, that reach the proxy from outside the cluster. By default all of them."""
        return ()

    @property
    def client_peers(self) -> tuple[Peer, ...]:
        """The pods, or the addresses, that reach the proxy in place of `clients`. None by default."""
        return ()

    def tls_secrets(self, installation: Installation) -> tuple[str, ...]:
        """Return names of the Secrets of type `kubernetes.io/tls` that somebody must provide. None by default."""
        return ()

    def proxy_tls(self, installation: Installation) -> ProxyTls | None:
        """Return the certificate of the proxy, where it ends TLS itself. None by default."""
        return None

    def pods(self, installation: Installation) -> Mapping[str, dict[str, Any]]:
        """Return the templates of its own pods by the fields that they come from. None by default.

        Raises:
            ValueError: a pod says a thing twice; the message begins with the field.

        """
        return {}

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the objects that the exposure needs beside the Service, and return them by kind. None by default."""
        return {}
