"""The hub's Deployment."""

from collections.abc import Mapping, Sequence

import cdk8s
from constructs import Construct

from hexa_notebooks.api_object import api_object
from hexa_notebooks.hub.config import HubConfig
from hexa_notebooks.hub.config_map import checksum
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.hub.pod import pod_spec
from hexa_notebooks.installation import (
    ACCESS_PROXY_API,
    ACCESS_PROXY_HTTP,
    ACCESS_SINGLEUSER,
    HUB,
    Installation,
    access,
)
from hexa_notebooks.k8s import k8s


def deployment(
    scope: Construct,
    config: HubConfig,
    installation: Installation,
    parts: Sequence[HubPart],
    config_data: Mapping[str, str],
) -> cdk8s.ApiObject:
    """Add the Deployment."""
    labels = installation.labels(HUB)
    reach = access(ACCESS_PROXY_API, ACCESS_PROXY_HTTP, ACCESS_SINGLEUSER)
    return api_object(
        scope,
        "deployment",
        k8s.KubeDeployment,
        k8s.KubeDeploymentProps(
            metadata=installation.metadata(HUB, HUB),
            spec=k8s.DeploymentSpec(
                replicas=1,
                strategy=k8s.DeploymentStrategy(type="Recreate"),
                selector=k8s.LabelSelector(match_labels=labels.selector),
                template=k8s.PodTemplateSpec(
                    metadata=k8s.ObjectMeta(
                        labels=labels.pod | reach, annotations={"checksum/config-map": checksum(config_data)}
                    ),
                    spec=pod_spec(config, installation, parts),
                ),
            ),
        ),
    )
