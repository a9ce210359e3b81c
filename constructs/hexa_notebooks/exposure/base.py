"""What every exposure tells the proxy."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from constructs import Construct

from hexa_notebooks.config import Config
from hexa_notebooks.installation import Installation

GOOGLE_KEEP_ALIVE_MS = 620_000
"""How long the proxy keeps an idle connection behind a Google load balancer, which itself keeps it for 600 s: whoever
closes first must be the load balancer, or it sends a request into a closed socket and answers 502."""


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


class ExposureConfig(Config, ABC):
    """A way in."""

    @abstractmethod
    def public_service(self) -> PublicService:
        """Return what the Service `proxy-public` must be for it."""

    @property
    def keep_alive_ms(self) -> int | None:
        """How long the proxy keeps idle connections, in milliseconds. None leaves configurable-http-proxy's 5 s."""
        return None

    @property
    def clients(self) -> tuple[str, ...]:
        """The addresses, in CIDR notation, that reach the proxy from outside the cluster. By default all of them."""
        return ()

    def objects(self, scope: Construct, installation: Installation) -> None:
        """Add the objects that the exposure needs beside the Service. None by default."""
