"""A Service of type LoadBalancer: a passthrough load balancer, without TLS or HTTP timeouts."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from hexa_notebooks.components.exposure.address import LiteralAddress, RegionalAddress, takes
from hexa_notebooks.components.exposure.base import GOOGLE_KEEP_ALIVE_MS, ExposureConfig, PublicService
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.model.field_types import Cidr, LabelKey

_ADDRESSES = "networking.gke.io/load-balancer-ip-addresses"
_BACKEND_SERVICE = "cloud.google.com/l4-rbs"


class LoadBalancer(ExposureConfig):
    """The proxy at a load balancer's address, over plain HTTP."""

    kind: Literal["load-balancer"] = "load-balancer"
    address: Annotated[
        Annotated[RegionalAddress | LiteralAddress, Field(discriminator="kind")] | None,
        BeforeValidator(takes("a LoadBalancer Service", RegionalAddress, LiteralAddress)),
    ] = None
    """The reserved address: its name on GKE, the IP address elsewhere. None, the default, takes any address, which is
    lost when the Service is deleted."""
    source_ranges: tuple[Cidr, ...] = ()
    """The client addresses that may connect. Empty, the default, allows all."""
    load_balancer_class: LabelKey | None = None
    """The controller that serves the Service, such as `networking.gke.io/l4-regional-external`. None, the default, uses
    the cluster's default. Kubernetes refuses to change it on an existing Service: delete the Service first. The
    reserved address is kept."""
    external_traffic_policy: Literal["Cluster", "Local"] = "Cluster"
    """`Cluster`, the default, reaches the proxy through any node, but hides the client's address. `Local` preserves the
    address, but users cannot connect for a moment when the proxy moves to another node."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Additional annotations for the cloud's controller. None by default."""

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
        """620 s behind a Google load balancer, otherwise the proxy's default."""
        return GOOGLE_KEEP_ALIVE_MS if isinstance(self.address, RegionalAddress) else None

    def public_service(self, installation: Installation) -> PublicService:
        """Return a LoadBalancer Service on the reserved address."""
        spec = k8s.ServiceSpec(
            type="LoadBalancer",
            load_balancer_class=self.load_balancer_class,
            load_balancer_ip=self.address.ip if isinstance(self.address, LiteralAddress) else None,
            load_balancer_source_ranges=list(self.source_ranges) or None,
            external_traffic_policy=self.external_traffic_policy,
        )
        return PublicService(spec, annotations=self._google() | self.annotations)

    def _google(self) -> dict[str, str]:
        if not isinstance(self.address, RegionalAddress):
            return {}
        # Without it GKE uses target pools, which Google no longer recommends. GKE reads it only at creation.
        backend_service = {_BACKEND_SERVICE: "enabled"} if self.load_balancer_class is None else {}
        return {_ADDRESSES: self.address.name} | backend_service
