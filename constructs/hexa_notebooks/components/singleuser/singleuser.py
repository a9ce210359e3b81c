"""Objects that users' servers need in the cluster. KubeSpawner creates the pods themselves."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.files import user_files
from hexa_notebooks.kubernetes.chart_policy import component_policy
from hexa_notebooks.kubernetes.installation import (
    ACCESS_SINGLEUSER,
    AUTOHTTPS,
    HUB,
    HUB_PORT,
    PROXY,
    PROXY_HTTP_PORT,
    SINGLEUSER,
    SINGLEUSER_PORT,
    SINGLEUSER_SERVER,
    Installation,
)
from hexa_notebooks.kubernetes.network_policy import (
    from_access,
    to_dns,
    to_internet,
    to_metadata_server,
    to_pods,
)


class Singleuser(Construct):
    """The NetworkPolicy of users' servers, which admits hub and proxy, and the object with their files."""

    def __init__(self, scope: Construct, id: str, config: SingleuserConfig, *, installation: Installation) -> None:
        super().__init__(scope, id)
        self.network_policy: cdk8s.ApiObject | None = _network_policy(self, config, installation)
        self.files: cdk8s.ApiObject | None = user_files(self, config, installation) if config.files else None


def _network_policy(scope: Construct, config: SingleuserConfig, installation: Installation) -> cdk8s.ApiObject | None:
    network = installation.network
    return component_policy(
        scope,
        installation,
        config.network_policy,
        SINGLEUSER,
        selects=SINGLEUSER_SERVER,
        access=[(ACCESS_SINGLEUSER, ["notebook-port"])],
        reach=[(HUB, [HUB_PORT]), (PROXY, [PROXY_HTTP_PORT]), (AUTOHTTPS, [8080, 8443])],
        ingress=[from_access(ACCESS_SINGLEUSER, SINGLEUSER_PORT)],
        egress=[
            to_dns(network),
            to_pods(installation.labels(HUB).selector, HUB_PORT),
            *([to_internet(network)] if config.internet else []),
            *(to_metadata_server(network) if config.storage.metadata_server else []),
            *(destination.rule() for destination in config.egress),
        ],
    )
