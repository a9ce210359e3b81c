"""The Gateway API: a Gateway of our own on GKE, or a route from one that somebody else runs.

The modules that import `imports.io.k8s.networking.gateway` are imported only when one of these is synthesised: it is a
megabyte of generated Python, and a quarter of a second of every synthesis that has no use for it.
"""

from hexa_notebooks.components.exposure.gateway.certificate import CertificateManagerCertificate, CertificateMap
from hexa_notebooks.components.exposure.gateway.gateway_route import GatewayRoute, ParentRef
from hexa_notebooks.components.exposure.gateway.gke_gateway import GkeGlobalGateway, GkeRegionalGateway

__all__ = [
    "CertificateManagerCertificate",
    "CertificateMap",
    "GatewayRoute",
    "GkeGlobalGateway",
    "GkeRegionalGateway",
    "ParentRef",
]
