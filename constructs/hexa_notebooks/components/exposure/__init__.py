"""How users reach the proxy, and at which reserved address.

To add another way, write a module with its Config here, and add the Config to `Exposure`.
"""

from typing import Annotated

from pydantic import Field

from hexa_notebooks.components.exposure.cluster_internal import ClusterInternal
from hexa_notebooks.components.exposure.gateway.gateway_route import GatewayRoute
from hexa_notebooks.components.exposure.gateway.gke_gateway import GkeGlobalGateway, GkeRegionalGateway
from hexa_notebooks.components.exposure.gke_ingress import GkeIngress
from hexa_notebooks.components.exposure.ingress import Ingress
from hexa_notebooks.components.exposure.load_balancer import LoadBalancer
from hexa_notebooks.components.exposure.service_exposure.config import ServiceExposure

Exposure = Annotated[
    GkeIngress
    | GkeGlobalGateway
    | GkeRegionalGateway
    | GatewayRoute
    | Ingress
    | LoadBalancer
    | ClusterInternal
    | ServiceExposure,
    Field(discriminator="kind"),
]
"""The ways to expose the notebooks."""
