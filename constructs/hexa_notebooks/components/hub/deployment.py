"""The hub's Deployment."""

from collections.abc import Mapping, Sequence

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.config_map import checksum
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.hub.pod import pod_template
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import (
    ACCESS_PROXY_API,
    ACCESS_PROXY_HTTP,
    ACCESS_SINGLEUSER,
    HUB,
    Installation,
    access,
)
from hexa_notebooks.kubernetes.k8s import k8s


def deployment(
    scope: Construct,
    config: HubConfig,
    installation: Installation,
    parts: Sequence[HubPart],
    config_data: Mapping[str, str],
) -> ApiObject:
    """Add the Deployment."""
    labels = installation.labels(HUB)
    reach = access(ACCESS_PROXY_API, ACCESS_PROXY_HTTP, ACCESS_SINGLEUSER)
    props = {
        "metadata": installation.metadata(HUB, HUB),
        "spec": {
            "replicas": 1,
            **({"strategy": config.strategy} if config.strategy else {}),
            "selector": {"matchLabels": labels.selector},
            "template": pod_template(
                config,
                installation,
                parts,
                labels=labels.pod | reach,
                annotations={"checksum/config-map": checksum(config_data)},
            ),
            **config.revisions(),
        },
    }
    return api_object(scope, "deployment", k8s.KubeDeployment, props)
