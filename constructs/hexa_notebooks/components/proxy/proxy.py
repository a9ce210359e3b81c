"""The objects of the proxy."""

from collections.abc import Mapping, Sequence

import cdk8s
from constructs import Construct

from hexa_notebooks.components.exposure.base import ExposureConfig
from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.proxy.config import ProxyConfig
from hexa_notebooks.components.proxy.network_policy import proxy_network_policy
from hexa_notebooks.components.proxy.pod import pod_template
from hexa_notebooks.components.proxy.service import api_service, public_service
from hexa_notebooks.kubernetes.installation import PROXY, Installation
from hexa_notebooks.kubernetes.network_policy import Peer


class Proxy(Construct):
    """The Deployment, the Services `proxy-api` and `proxy-public`, the NetworkPolicy, and the exposure's objects."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: ProxyConfig,
        *,
        installation: Installation,
        exposure: ExposureConfig,
        hub: HubConfig,
        callers: Sequence[Peer] = (),
    ) -> None:
        super().__init__(scope, id)
        template = pod_template(config, installation, exposure, hub)
        self.deployment: cdk8s.ApiObject = config.deployment(
            self, installation, PROXY, template, strategy=config.strategy
        )
        self.api_service: cdk8s.ApiObject = api_service(self, installation, exposure)
        self.public_service: cdk8s.ApiObject = public_service(self, installation, exposure)
        self.network_policy: cdk8s.ApiObject | None = proxy_network_policy(
            self, config, installation, exposure, callers
        )
        self.exposure: Mapping[str, cdk8s.ApiObject] = exposure.objects(self, installation)
        budget = config.disruption_budget
        self.disruption_budget: cdk8s.ApiObject | None = budget.object(self, installation, PROXY) if budget else None
