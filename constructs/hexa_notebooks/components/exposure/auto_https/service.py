"""The Service through which Traefik reaches the proxy."""

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.auto_https.traefik import PROXY_HTTP
from hexa_notebooks.components.exposure.base import PublicService
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, PROXY, PROXY_HTTP_PORT, Installation
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s


def service(scope: Construct, config: AutoHttps, installation: Installation, public: PublicService) -> ApiObject:
    """Add the Service `proxy-http`, with the IP families of the public Service."""
    # Labels and annotations for a load balancer do not belong here, but the Helm chart copies them.
    further = (public.annotations, public.labels) if config.as_chart else ()
    return api_object(
        scope,
        "service",
        k8s.KubeService,
        k8s.KubeServiceProps(
            metadata=installation.metadata(AUTOHTTPS, PROXY_HTTP, *further),
            spec=k8s.ServiceSpec(
                type="ClusterIP",
                selector=installation.labels(PROXY).selector,
                ports=[k8s.ServicePort(port=PROXY_HTTP_PORT, target_port=int_or_string("http"))],
                **public.ip_fields,
            ),
        ),
    )
