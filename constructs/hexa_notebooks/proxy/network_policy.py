"""Who may talk to the proxy, and whom it may talk to: the hub and users' servers, nothing else."""

from collections.abc import Sequence

import cdk8s
from constructs import Construct

from hexa_notebooks.exposure import ExposureConfig
from hexa_notebooks.installation import (
    ACCESS_PROXY_API,
    ACCESS_PROXY_HTTP,
    HUB,
    HUB_PORT,
    PROXY,
    PROXY_API_PORT,
    PROXY_HTTP_PORT,
    SINGLEUSER_PORT,
    SINGLEUSER_SERVER,
    Installation,
)
from hexa_notebooks.network_policy import Peer, from_access, from_cidrs, from_peers, network_policy, to_dns, to_pods


def proxy_network_policy(
    scope: Construct, installation: Installation, exposure: ExposureConfig, callers: Sequence[Peer]
) -> cdk8s.ApiObject:
    """Add the policy `proxy`."""
    return network_policy(
        scope,
        installation.metadata(PROXY, PROXY),
        installation.labels(PROXY).selector,
        ingress=[
            from_cidrs(exposure.clients, PROXY_HTTP_PORT),
            *from_peers(callers, PROXY_HTTP_PORT),
            from_access(ACCESS_PROXY_HTTP, PROXY_HTTP_PORT),
            from_access(ACCESS_PROXY_API, PROXY_API_PORT),
        ],
        egress=[
            to_dns(installation.network),
            to_pods(installation.labels(HUB).selector, HUB_PORT),
            to_pods(installation.labels(SINGLEUSER_SERVER).selector, SINGLEUSER_PORT),
        ],
    )
