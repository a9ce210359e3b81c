"""The Service through which the proxy and users' servers reach the hub."""

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import HUB, HUB_PORT, Installation
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s, with_json


def service(scope: Construct, config: HubConfig, installation: Installation) -> ApiObject:
    """Add the Service `hub`."""
    service = config.service
    port = k8s.ServicePort(
        name="hub",
        port=HUB_PORT,
        target_port=int_or_string("http"),
        node_port=service.node_port,
        app_protocol=service.app_protocol,
    )
    spec = k8s.ServiceSpec(
        type=service.type,
        selector=installation.labels(HUB).selector,
        ip_family_policy=service.ip_family_policy,
        ip_families=list(service.ip_families) or None,
        load_balancer_ip=service.load_balancer_ip,
    )
    annotations = service.annotations
    if config.as_chart:
        path = f"{config.base_url.removesuffix('/')}/hub/metrics"
        scraped = {"prometheus.io/scrape": "true", "prometheus.io/path": path, "prometheus.io/port": str(HUB_PORT)}
        annotations = scraped | annotations
    return api_object(
        scope,
        "service",
        k8s.KubeService,
        k8s.KubeServiceProps(
            metadata=installation.metadata(HUB, HUB, annotations),
            spec=with_json(spec, ports=[port, *service.extra_ports]),
        ),
    )
