"""How users reach the proxy, and by which reserved address.

A further way in is a module with a model here and a member of `Exposure`; nothing else changes.
"""

from typing import Annotated

from pydantic import Field

from hexa_notebooks.exposure.address import GlobalAddress, LiteralAddress, RegionalAddress
from hexa_notebooks.exposure.base import ExposureConfig
from hexa_notebooks.exposure.cluster_internal import ClusterInternal
from hexa_notebooks.exposure.gke_ingress import GkeIngress, ManagedCertificate, PreSharedCertificate, TlsSecret
from hexa_notebooks.exposure.load_balancer import LoadBalancer

Exposure = Annotated[GkeIngress | LoadBalancer | ClusterInternal, Field(discriminator="kind")]
"""How the notebooks are exposed, one of these."""

__all__ = [
    "ClusterInternal",
    "Exposure",
    "ExposureConfig",
    "GkeIngress",
    "GlobalAddress",
    "LiteralAddress",
    "LoadBalancer",
    "ManagedCertificate",
    "PreSharedCertificate",
    "RegionalAddress",
    "TlsSecret",
]
