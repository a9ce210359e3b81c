"""The Services of the proxy: one for the hub, one for users."""

from hexa_notebooks.components.exposure.base import ExposureConfig, http_port
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import PROXY, PROXY_API, PROXY_API_PORT, PROXY_PUBLIC, Installation
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s, with_json


def api_service(scope: Construct, installation: Installation, exposure: ExposureConfig) -> ApiObject:
    """Add the Service `proxy-api`, through which the hub sets routes."""
    return api_object(
        scope,
        "api-service",
        k8s.KubeService,
        k8s.KubeServiceProps(
            metadata=installation.metadata(PROXY_API, PROXY_API),
            spec=k8s.ServiceSpec(
                selector=installation.labels(PROXY).selector,
                ports=[k8s.ServicePort(port=PROXY_API_PORT, target_port=int_or_string("api"))],
                **exposure.public_service(installation).ip_fields,
            ),
        ),
    )


def public_service(scope: Construct, installation: Installation, exposure: ExposureConfig) -> ApiObject:
    """Add the Service `proxy-public`, through which users connect."""
    service = exposure.public_service(installation)
    selector = installation.labels(service.component).selector
    ports = service.spec.ports or [http_port()]
    props = {
        "metadata": installation.metadata(PROXY_PUBLIC, PROXY_PUBLIC, service.annotations, service.labels),
        "spec": with_json(service.spec, selector=selector, ports=ports, **service.ip_fields),
    }
    return api_object(scope, "public-service", k8s.KubeService, props)
