"""The two Services of the proxy: one for the hub, one for users."""

from hexa_notebooks.components.exposure import ExposureConfig
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import PROXY, PROXY_API, PROXY_API_PORT, PROXY_PUBLIC, Installation
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s, with_json


def api_service(scope: Construct, installation: Installation, exposure: ExposureConfig) -> ApiObject:
    """Add `proxy-api`, by which the hub sets routes."""
    service = exposure.public_service(installation)
    return api_object(
        scope,
        "api-service",
        k8s.KubeService,
        k8s.KubeServiceProps(
            metadata=installation.metadata(PROXY_API, PROXY_API),
            spec=k8s.ServiceSpec(
                selector=installation.labels(PROXY).selector,
                ip_family_policy=service.ip_family_policy,
                ip_families=list(service.ip_families) or None,
                ports=[k8s.ServicePort(port=PROXY_API_PORT, target_port=int_or_string("api"))],
            ),
        ),
    )


def public_service(scope: Construct, installation: Installation, exposure: ExposureConfig) -> ApiObject:
    """Add `proxy-public`, by which users come in."""
    service = exposure.public_service(installation)
    http = k8s.ServicePort(name="http", port=80, target_port=int_or_string("http"), node_port=service.node_port)
    spec = k8s.ServiceSpec(
        type=service.type,
        selector=installation.labels(service.component).selector,
        ip_family_policy=service.ip_family_policy,
        ip_families=list(service.ip_families) or None,
        load_balancer_class=service.load_balancer_class,
        load_balancer_ip=service.load_balancer_ip,
        load_balancer_source_ranges=list(service.load_balancer_source_ranges) or None,
        external_i_ps=list(service.external_ips) or None,
        external_traffic_policy=service.external_traffic_policy,
    )
    return api_object(
        scope,
        "public-service",
        k8s.KubeService,
        k8s.KubeServiceProps(
            metadata=installation.metadata(PROXY_PUBLIC, PROXY_PUBLIC, service.annotations, service.labels),
            spec=with_json(spec, ports=[http] if service.ports is None else list(service.ports)),
        ),
    )
