"""How users reach the proxy, and at which reserved address.

To add another way, write a module with its Config here, and add the Config to `Exposure`.
"""

from typing import Annotated

from pydantic import Field

from hexa_notebooks.components.exposure.address import GlobalAddress, LiteralAddress, RegionalAddress
from hexa_notebooks.components.exposure.auto_https import AutoHttps, SecretSyncConfig
from hexa_notebooks.components.exposure.base import ExposureConfig, TlsSecret
from hexa_notebooks.components.exposure.cluster_internal import ClusterInternal
from hexa_notebooks.components.exposure.gateway import (
    CertificateManagerCertificate,
    CertificateMap,
    GatewayRoute,
    GkeGlobalGateway,
    GkeRegionalGateway,
    ParentRef,
)
from hexa_notebooks.components.exposure.gke_ingress import GkeIngress, ManagedCertificate, PreSharedCertificate
from hexa_notebooks.components.exposure.ingress import CertManagerIssuer, Ingress
from hexa_notebooks.components.exposure.ingress_controller import (
    ContourController,
    HaproxyController,
    NginxController,
    TraefikController,
)
from hexa_notebooks.components.exposure.load_balancer import LoadBalancer
from hexa_notebooks.components.exposure.service_exposure import (
    OffloadedTls,
    ProxyCertificate,
    ServiceExposure,
    ServiceHttpRoute,
    ServiceIngress,
)

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

__all__ = [
    "AutoHttps",
    "CertManagerIssuer",
    "CertificateManagerCertificate",
    "CertificateMap",
    "ClusterInternal",
    "ContourController",
    "Exposure",
    "ExposureConfig",
    "GatewayRoute",
    "GkeGlobalGateway",
    "GkeIngress",
    "GkeRegionalGateway",
    "GlobalAddress",
    "HaproxyController",
    "Ingress",
    "LiteralAddress",
    "LoadBalancer",
    "ManagedCertificate",
    "NginxController",
    "OffloadedTls",
    "ParentRef",
    "PreSharedCertificate",
    "ProxyCertificate",
    "RegionalAddress",
    "SecretSyncConfig",
    "ServiceExposure",
    "ServiceHttpRoute",
    "ServiceIngress",
    "TlsSecret",
    "TraefikController",
]
