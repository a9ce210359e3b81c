"""A Service of type LoadBalancer: a passthrough load balancer, with no TLS and no HTTP timeouts of its own."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from hexa_notebooks.components.exposure.address import LiteralAddress, RegionalAddress, takes
from hexa_notebooks.components.exposure.base import GOOGLE_KEEP_ALIVE_MS, ExposureConfig, PublicService
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.model.field_types import Cidr, LabelKey

_ADDRESSES = "networking.gke.io/load-balancer-ip-addresses"
_BACKEND_SERVICE = "cloud.google.com/l4-rbs"


class LoadBalancer(ExposureConfig):
    """The proxy on a load balancer's address, over plain HTTP."""

    kind: Literal["load-balancer"] = "load-balancer"
    address: Annotated[
        Annotated[RegionalAddress | LiteralAddress, Field(discriminator="kind")] | None,
        BeforeValidator(takes("a LoadBalancer Service", RegionalAddress, LiteralAddress)),
    ] = None
    """The reserved address: by name on GKE, written out elsewhere. None, the default, takes any address, which is lost
    with the Service."""
    source_ranges: tuple[Cidr, ...] = ()
    """The only client addresses let in. Empty, the default, lets in everybody."""
    load_balancer_class: LabelKey | None = None
    """The controller that serves the Service, such as `networking.gke.io/l4-regional-external`. None, the default,
    leaves it to the cluster. Kubernetes refuses to change it on a live Service: delete the Service first, which keeps
    the reserved address."""
    external_traffic_policy: Literal["Cluster", "Local"] = "Cluster"
    """`Cluster`, the default, reaches the proxy by any node but hides the client's address; `Local` keeps the address
    and is without a way in for the moment in which the proxy moves to another node."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Further annotations for the cloud's controller. None by default."""

    @model_validator(mode="after")
    def _annotations_of_fields_stay(self) -> "LoadBalancer":
        fields = {_ADDRESSES: "address", _BACKEND_SERVICE: "load_balancer_class"}
        for key in self._google():
            if key in self.annotations:
                raise ValueError(
                    f"annotations: {key!r} is set by the regional address itself; remove it, and use {fields[key]}"
                )
        return self

    @property
    def _has_tls(self) -> bool:
        return False

    @property
    def keep_alive_ms(self) -> int | None:
        """Google's 620 s behind a Google load balancer, else the proxy's own."""
        return GOOGLE_KEEP_ALIVE_MS if isinstance(self.address, RegionalAddress) else None

    def public_service(self, installation: Installation) -> PublicService:
        """Return a LoadBalancer Service on the reserved address."""
        return PublicService(
            type="LoadBalancer",
            annotations=self._google() | self.annotations,
            load_balancer_class=self.load_balancer_class,
            load_balancer_ip=self.address.ip if isinstance(self.address, LiteralAddress) else None,
            load_balancer_source_ranges=self.source_ranges,
            external_traffic_policy=self.external_traffic_policy,
        )

    def _google(self) -> dict[str, str]:
        if not isinstance(self.address, RegionalAddress):
            return {}
        # Without it GKE builds on target pools, which Google no longer recommends; it counts at creation only.
        backend_service = {_BACKEND_SERVICE: "enabled"} if self.load_balancer_class is None else {}
        return {_ADDRESSES: self.address.name} | backend_service
