"""The objects of Traefik and its certificates."""

from dataclasses import replace

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.auto_https.network_policy import auto_https_network_policy
from hexa_notebooks.components.exposure.auto_https.pod import pod_template
from hexa_notebooks.components.exposure.auto_https.rbac import rbac, service_account
from hexa_notebooks.components.exposure.auto_https.traefik import PROXY_HTTP, config_map
from hexa_notebooks.components.exposure.base import PublicService
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, PROXY, PROXY_HTTP_PORT, Installation
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s


def auto_https(
    scope: Construct, config: AutoHttps, installation: Installation, public: PublicService
) -> dict[str, ApiObject]:
    """Add the objects, and return them by kind."""
    from constructs import Construct as Owner

    owner = Owner(scope, "auto-https")
    made: dict[str, ApiObject | None] = {
        "ConfigMap": config_map(owner, config, installation),
        "Deployment": config.deployment(owner, installation, AUTOHTTPS, pod_template(config, installation)),
        "Service": _service(owner, config, installation, public),
        "ServiceAccount": service_account(owner, config, installation),
        "NetworkPolicy": auto_https_network_policy(owner, config, installation),
        **rbac(owner, config, installation),
    }
    if config.disruption_budget:
        # The Helm chart names this budget `proxy`, without the prefix of all other names.
        named = (replace(installation, fullname=""), AUTOHTTPS, PROXY) if config.as_chart else (installation, AUTOHTTPS)
        made["PodDisruptionBudget"] = config.disruption_budget.object(owner, *named)
    return {kind: thing for kind, thing in made.items() if thing is not None}


def _service(scope: Construct, config: AutoHttps, installation: Installation, public: PublicService) -> ApiObject:
    """Add the Service `proxy-http`, through which Traefik reaches the proxy."""
    # Labels and annotations for a load balancer do not belong here, but the Helm chart copies them.
    copied = (public.annotations, public.labels) if config.as_chart else ()
    port = k8s.ServicePort(port=PROXY_HTTP_PORT, target_port=int_or_string("http"))
    selector = installation.labels(PROXY).selector
    props = k8s.KubeServiceProps(
        metadata=installation.metadata(AUTOHTTPS, PROXY_HTTP, *copied),
        spec=k8s.ServiceSpec(type="ClusterIP", selector=selector, ports=[port], **public.ip_fields),
    )
    return api_object(scope, "service", k8s.KubeService, props)
