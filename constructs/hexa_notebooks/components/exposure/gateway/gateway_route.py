"""A route from an existing Gateway, such as one of Envoy Gateway. Address and TLS belong to the Gateway."""

from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hexa_notebooks.components.exposure.base import CONTROLLER_KEEP_ALIVE_MS, ExposureConfig
from hexa_notebooks.components.exposure.hosts import RouteHosts
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import Peer
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsLabel, DnsName, LabelKey, Port, regex


class ParentRef(Config):
    """A Gateway, or some of its listeners, that accepts routes from the namespace of the notebooks."""

    name: DnsName
    """The name of the Gateway."""
    namespace: DnsLabel | None = None
    """Its namespace. None, the default, means the namespace of the notebooks."""
    section_name: DnsName | None = None
    """The name of a listener. None, the default, means all that accept the route. Name the HTTPS listener if the HTTP
    listener has a redirect."""
    port: Port | None = None
    """The port of listeners. None, the default, means every port."""


class GatewayRoute(ExposureConfig):
    """The proxy behind an existing Gateway, through an HTTPRoute.

    The static address belongs to the Gateway. With Envoy Gateway, set it on the Service of its `EnvoyProxy`, in
    `spec.provider.kubernetes.envoyService`: on GKE with the annotation `networking.gke.io/load-balancer-ip-addresses`
    and the name of a regional address, elsewhere as `loadBalancerIP`. Do not use `spec.addresses` of the Gateway:
    Envoy Gateway turns it into `externalIPs`, which load balancers of clouds ignore.
    """

    kind: Literal["gateway-route"] = "gateway-route"
    parents: tuple[ParentRef, ...] = Field(min_length=1, max_length=32)
    """The Gateways that serve the route."""
    hosts: RouteHosts
    """The host names that users open: at most 16."""
    request_timeout: (
        Annotated[
            str,
            regex("([0-9]{1,5}(h|m|s|ms)){1,4}", "a duration of the Gateway API, as in '30s' or '1h30m'"),
        ]
        | None
    ) = "0s"
    """How long a request may take, as a duration of the Gateway API. `0s`, the default, sets no limit: otherwise Envoy
    would end downloads and slow responses after 15 s. None leaves the timeout out, for a Gateway of GKE, which refuses
    routes with timeouts."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations of the HTTPRoute. None by default."""
    peers: tuple[Peer, ...] = ()
    """Who may reach the proxy: the pods of the Gateway, such as
    `PodPeer(namespace="envoy-gateway-system", labels={"gateway.envoyproxy.io/owning-gateway-name": "shared"})`, or its
    addresses if it runs outside the cluster. Empty, the default, allows all."""

    @model_validator(mode="after")
    def _parents_differ(self) -> "GatewayRoute":
        # The CRD has these two rules.
        for one, other in combinations(self.parents, 2):
            same = (one.name, one.namespace) == (other.name, other.namespace)
            if same and (None in (one.section_name, other.section_name) or one.section_name == other.section_name):
                raise ValueError(
                    f"parents: the Gateway {one.name!r} is listed twice; give both another section_name, or remove one"
                )
        return self

    @property
    def keep_alive_ms(self) -> int:
        """Longer than an hour, which is Envoy's limit."""
        return CONTROLLER_KEEP_ALIVE_MS

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
            scope, installation, self.hosts, parents, request_timeout=self.request_timeout, annotations=self.annotations
        )
        return {"HTTPRoute": route}
