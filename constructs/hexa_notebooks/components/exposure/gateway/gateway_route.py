"""A route from a Gateway that somebody else runs, such as one of Envoy Gateway: address and TLS are the Gateway's."""

from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from hexa_notebooks.components.exposure.base import CONTROLLER_KEEP_ALIVE_MS, ExposureConfig
from hexa_notebooks.components.exposure.hosts import RouteHosts
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import Peer
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsLabel, DnsName, LabelKey, Port, matching


class ParentRef(Config):
    """A Gateway, or some of its listeners, that admits routes from the namespace of the notebooks."""

    name: DnsName
    """Name of the Gateway."""
    namespace: DnsLabel | None = None
    """Its namespace. None, the default, means that of the notebooks."""
    section_name: DnsName | None = None
    """Name of a listener. None, the default, takes all that admit the route; name the https one where a redirect is
    attached to the http one."""
    port: Port | None = None
    """Port of listeners. None, the default, takes every port."""


class GatewayRoute(ExposureConfig):
    """The proxy behind an existing Gateway, by an HTTPRoute.

    Its static address is the Gateway's. With Envoy Gateway set it on the Service of its `EnvoyProxy`, in
    `spec.provider.kubernetes.envoyService`: on GKE by the annotation `networking.gke.io/load-balancer-ip-addresses`
    with the name of a regional address, elsewhere as `loadBalancerIP`. `spec.addresses` of the Gateway would become
    `externalIPs` there, which no cloud's load balancer heeds.
    """

    kind: Literal["gateway-route"] = "gateway-route"
    parents: tuple[ParentRef, ...] = Field(min_length=1, max_length=32)
    """The Gateways that serve it."""
    hosts: RouteHosts
    """The host names that users open, at most 16."""
    request_timeout: (
        Annotated[
            str,
            AfterValidator(
                matching("([0-9]{1,5}(h|m|s|ms)){1,4}", "a duration of the Gateway API, as in '30s' or '1h30m'")
            ),
        ]
        | None
    ) = "0s"
    """How long a request may take, as a duration of the Gateway API. `0s`, the default, sets no end: Envoy would cut
    downloads and slow answers after 15 s. None leaves timeouts out, which a Gateway of GKE needs: it refuses a route
    that has them."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations of the HTTPRoute. None by default."""
    peers: tuple[Peer, ...] = ()
    """Who reaches the proxy: the pods of the Gateway, such as
    `PodPeer(namespace="envoy-gateway-system", labels={"gateway.envoyproxy.io/owning-gateway-name": "shared"})`, or its
    addresses where it runs outside of the cluster. Empty, the default, lets in everybody."""

    @model_validator(mode="after")
    def _parents_differ(self) -> "GatewayRoute":
        # Two rules of the CRD.
        for one, other in combinations(self.parents, 2):
            same = (one.name, one.namespace) == (other.name, other.namespace)
            if same and (None in (one.section_name, other.section_name) or one.section_name == other.section_name):
                raise ValueError(
                    f"parents: the Gateway {one.name!r} is there twice; give both another section_name, or remove one"
                )
        return self

    @property
    def public_hosts(self) -> tuple[str, ...]:
        """Its hosts."""
        return self.hosts

    @property
    def keep_alive_ms(self) -> int:
        """More than Envoy's hour."""
        return CONTROLLER_KEEP_ALIVE_MS

    @property
    def client_peers(self) -> tuple[Peer, ...]:
        """The Gateway's pods or addresses."""
        return self.peers

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the HTTPRoute."""
        from hexa_notebooks.components.exposure.gateway.http_route import proxy_route
        from imports.io.k8s.networking import gateway as gateway_api

        parents = [
            gateway_api.HttpRouteSpecParentRefs(
                name=parent.name, namespace=parent.namespace, section_name=parent.section_name, port=parent.port
            )
            for parent in self.parents
        ]
        route = proxy_route(
            scope,
            installation,
            self.hosts,
            parents,
            request_timeout=self.request_timeout,
            annotations=self.annotations,
        )
        return {"HTTPRoute": route}
