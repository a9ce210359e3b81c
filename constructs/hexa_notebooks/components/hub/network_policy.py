"""The hub's NetworkPolicy."""

from collections.abc import Sequence

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.chart_policy import component_policy
from hexa_notebooks.kubernetes.installation import (
    ACCESS_HUB,
    HUB,
    HUB_PORT,
    PROXY,
    PROXY_API_PORT,
    SINGLEUSER_PORT,
    SINGLEUSER_SERVER,
    Installation,
)
from hexa_notebooks.kubernetes.network_policy import (
    from_access,
    from_peers,
    to_dns,
    to_kubernetes_api,
    to_pods,
)


def hub_network_policy(
    scope: Construct, config: HubConfig, installation: Installation, parts: Sequence[HubPart]
) -> ApiObject | None:
    """Add the policy `hub`, unless `HubConfig.network_policy` is `none`."""
    return component_policy(
        scope,
        installation,
        config.network_policy,
        HUB,
        access=[(ACCESS_HUB, ["http"])],
        reach=[(PROXY, [PROXY_API_PORT]), (SINGLEUSER_SERVER, [SINGLEUSER_PORT])],
        ingress=[from_access(ACCESS_HUB, HUB_PORT), *from_peers(config.ingress, HUB_PORT)],
        egress=[
            to_dns(installation.network),
            to_pods(installation.labels(PROXY).selector, PROXY_API_PORT),
            to_pods(installation.labels(SINGLEUSER_SERVER).selector, SINGLEUSER_PORT),
            to_kubernetes_api(installation.network),
            *(rule for part in parts for rule in part.egress),
            *(destination.rule() for destination in config.egress),
        ],
    )
