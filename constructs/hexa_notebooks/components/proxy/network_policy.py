"""The NetworkPolicy of the proxy. It may connect to the hub and to users' servers only."""

from collections.abc import Sequence

from hexa_notebooks.components.exposure.base import ExposureConfig
from hexa_notebooks.components.proxy.config import ProxyConfig
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.chart_policy import component_policy
from hexa_notebooks.kubernetes.installation import (
    ACCESS_PROXY_API,
    ACCESS_PROXY_HTTP,
    HUB,
    HUB_PORT,
    PROXY,
    PROXY_API_PORT,
    PROXY_HTTP_PORT,
    PROXY_HTTPS_PORT,
    SINGLEUSER_PORT,
    SINGLEUSER_SERVER,
    Installation,
)
from hexa_notebooks.kubernetes.network_policy import (
    Peer,
    from_access,
    from_cidrs,
    from_peers,
    to_dns,
    to_pods,
)


def proxy_network_policy(
    scope: Construct, config: ProxyConfig, installation: Installation, exposure: ExposureConfig, callers: Sequence[Peer]
) -> ApiObject | None:
    """Add the NetworkPolicy `proxy`, unless `network_policy` is `none`."""
    tls = exposure.proxy_tls(installation)
    ports = (PROXY_HTTP_PORT, PROXY_HTTPS_PORT) if tls else (PROXY_HTTP_PORT,)
    return component_policy(
        scope,
        installation,
        config.network_policy,
        PROXY,
        access=[(ACCESS_PROXY_HTTP, ["http", "https"] if tls else ["http"]), (ACCESS_PROXY_API, ["api"])],
        reach=[(HUB, [HUB_PORT]), (SINGLEUSER_SERVER, [SINGLEUSER_PORT])],
        ingress=[
            *(from_peers(exposure.client_peers, *ports) or [from_cidrs(exposure.clients, *ports)]),
            *from_peers(callers, *ports),
            from_access(ACCESS_PROXY_HTTP, *ports),
            from_access(ACCESS_PROXY_API, PROXY_API_PORT),
        ],
        egress=[
            to_dns(installation.network),
            to_pods(installation.labels(HUB).selector, HUB_PORT),
            to_pods(installation.labels(SINGLEUSER_SERVER).selector, SINGLEUSER_PORT),
        ],
    )
