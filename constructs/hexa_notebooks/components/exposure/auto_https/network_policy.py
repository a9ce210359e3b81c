"""The NetworkPolicy of Traefik."""

from urllib.parse import urlsplit

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.auto_https.traefik import HTTP_PORT, HTTPS_PORT
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.chart_policy import component_policy
from hexa_notebooks.kubernetes.installation import ACCESS_PROXY_HTTP, AUTOHTTPS, PROXY, PROXY_HTTP_PORT, Installation
from hexa_notebooks.kubernetes.k8s import with_json
from hexa_notebooks.kubernetes.network_policy import (
    from_cidrs,
    to_dns,
    to_internet,
    to_kubernetes_api,
    to_pods,
)


def auto_https_network_policy(scope: Construct, config: AutoHttps, installation: Installation) -> ApiObject | None:
    """Add the NetworkPolicy `autohttps`, unless `network_policy` is `none`."""
    server = urlsplit(config.acme_server)
    acme_port = server.port or (443 if server.scheme == "https" else 80)
    return component_policy(
        scope,
        installation,
        config.network_policy,
        AUTOHTTPS,
        access=[(ACCESS_PROXY_HTTP, ["http", "https"])],
        reach=[(PROXY, [PROXY_HTTP_PORT])],
        # Users and the ACME server connect from any address.
        ingress=[from_cidrs((), HTTP_PORT, HTTPS_PORT, *config.extra_port_numbers)],
        egress=[
            to_dns(installation.network),
            to_pods(installation.labels(PROXY).selector, PROXY_HTTP_PORT),
            to_kubernetes_api(installation.network),
            with_json(to_internet(installation.network), ports=[{"port": acme_port, "protocol": "TCP"}]),
            *(destination.rule() for destination in config.egress),
        ],
    )
