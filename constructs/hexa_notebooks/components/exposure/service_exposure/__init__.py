"""The Service `proxy-public`, with all that the Helm chart can put in front of it: TLS, an Ingress, an HTTPRoute."""

from hexa_notebooks.components.exposure.service_exposure.config import ServiceExposure
from hexa_notebooks.components.exposure.service_exposure.http_route import ServiceHttpRoute
from hexa_notebooks.components.exposure.service_exposure.ingress import ServiceIngress
from hexa_notebooks.components.exposure.service_exposure.tls import OffloadedTls, ProxyCertificate

__all__ = ["OffloadedTls", "ProxyCertificate", "ServiceExposure", "ServiceHttpRoute", "ServiceIngress"]
