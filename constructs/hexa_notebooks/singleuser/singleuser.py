"""What users' servers need in the cluster before there is one; the pods themselves are KubeSpawner's."""

import cdk8s
from constructs import Construct

from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import (
    ACCESS_SINGLEUSER,
    HUB,
    HUB_PORT,
    SINGLEUSER,
    SINGLEUSER_PORT,
    SINGLEUSER_SERVER,
    Installation,
)
from hexa_notebooks.k8s import k8s
from hexa_notebooks.network_policy import from_access, network_policy, to_dns, to_internet, to_pods
from hexa_notebooks.singleuser.config import SingleuserConfig
from hexa_notebooks.singleuser.spawner import spawner_traits
from hexa_notebooks.traits import merge


class Singleuser(Construct):
    """The NetworkPolicy around users' servers: hub and proxy come in; hub, DNS and the internet are reached."""

    def __init__(self, scope: Construct, id: str, config: SingleuserConfig, *, installation: Installation) -> None:
        super().__init__(scope, id)
        network = installation.network
        self.network_policy: cdk8s.ApiObject = network_policy(
            self,
            installation.metadata(SINGLEUSER, SINGLEUSER),
            installation.labels(SINGLEUSER_SERVER).selector,
            ingress=[from_access(ACCESS_SINGLEUSER, SINGLEUSER_PORT)],
            egress=[
                to_dns(network),
                to_pods(installation.labels(HUB).selector, HUB_PORT),
                *([to_internet(network)] if config.internet else []),
                *(destination.rule() for destination in config.egress),
            ],
        )


def hub_part(config: SingleuserConfig, installation: Installation, *, spawner_class: str) -> HubPart:
    """Return what the hub needs to start users' servers."""
    return HubPart(
        origin="singleuser",
        traits=merge(
            ("singleuser", spawner_traits(config, installation, spawner_class=spawner_class)),
            ("singleuser.storage", config.storage.traits()),
            ("singleuser.storage", config.storage.security_traits()),
        ),
        role_rules=(
            k8s.PolicyRule(api_groups=[""], resources=["pods"], verbs=["create", "delete", "list", "watch"]),
            k8s.PolicyRule(api_groups=[""], resources=["events"], verbs=["list", "watch"]),
            *config.storage.role_rules(),
        ),
    )
