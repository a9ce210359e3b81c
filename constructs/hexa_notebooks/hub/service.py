"""The Service by which the proxy and users' servers reach the hub."""

import cdk8s
from constructs import Construct

from hexa_notebooks.api_object import api_object
from hexa_notebooks.hub.config import HubConfig
from hexa_notebooks.installation import HUB, HUB_PORT, Installation
from hexa_notebooks.k8s import int_or_string, k8s


def service(scope: Construct, config: HubConfig, installation: Installation) -> cdk8s.ApiObject:
    """Add the Service `hub`."""
    return api_object(
        scope,
        "service",
        k8s.KubeService,
        k8s.KubeServiceProps(
            metadata=installation.metadata(HUB, HUB, config.service_annotations),
            spec=k8s.ServiceSpec(
                type="ClusterIP",
                selector=installation.labels(HUB).selector,
                ip_family_policy="PreferDualStack",
                ports=[k8s.ServicePort(name="hub", port=HUB_PORT, target_port=int_or_string("http"), protocol="TCP")],
            ),
        ),
    )
