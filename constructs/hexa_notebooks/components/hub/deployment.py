"""The hub's Deployment."""

from collections.abc import Mapping, Sequence

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.config_map import checksum
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.hub.pod import pod_template
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import (
    ACCESS_PROXY_API,
    ACCESS_PROXY_HTTP,
    ACCESS_SINGLEUSER,
    HUB,
    Installation,
    access,
)


def deployment(
    scope: Construct,
    config: HubConfig,
    installation: Installation,
    parts: Sequence[HubPart],
    config_data: Mapping[str, str],
) -> ApiObject:
    """Add the Deployment."""
    reach = access(ACCESS_PROXY_API, ACCESS_PROXY_HTTP, ACCESS_SINGLEUSER)
    template = pod_template(
        config,
        installation,
        parts,
        labels=installation.labels(HUB).pod | reach,
        annotations={"checksum/config-map": checksum(config_data)},
    )
    return config.deployment(scope, installation, HUB, template, strategy=config.strategy)
