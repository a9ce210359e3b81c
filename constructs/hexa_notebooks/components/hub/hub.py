"""The hub's construct, a list of its objects."""

from collections.abc import Sequence

import cdk8s
from constructs import Construct

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.config_map import config_data, config_map
from hexa_notebooks.components.hub.deployment import deployment
from hexa_notebooks.components.hub.network_policy import hub_network_policy
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.hub.rbac import role_and_binding
from hexa_notebooks.components.hub.service import service
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.traits import Traits


class Hub(Construct):
    """The hub: Deployment, Service, ServiceAccount, Role, RoleBinding, ConfigMap, NetworkPolicy, disruption budget."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: HubConfig,
        *,
        installation: Installation,
        traits: Traits,
        parts: Sequence[HubPart],
    ) -> None:
        super().__init__(scope, id)
        data = config_data(config, installation, traits, parts)
        self.config_map: cdk8s.ApiObject = config_map(self, installation, data, traits)
        self.deployment: cdk8s.ApiObject = deployment(self, config, installation, parts, data)
        self.service: cdk8s.ApiObject = service(self, config, installation)
        annotations = {key: value for part in parts for key, value in part.service_account_annotations.items()}
        self.service_account: cdk8s.ApiObject | None = config.service_account.object(
            self, installation, HUB, HUB, annotations
        )
        self.rbac: tuple[cdk8s.ApiObject, ...] = (
            role_and_binding(self, config, installation, parts) if config.rbac else ()
        )
        self.network_policy: cdk8s.ApiObject | None = hub_network_policy(self, config, installation, parts)
        budget = config.disruption_budget
        self.disruption_budget: cdk8s.ApiObject | None = budget.object(self, installation, HUB) if budget else None
