"""The hub, as the table of contents of its objects."""

from collections.abc import Sequence

import cdk8s
from constructs import Construct

from hexa_notebooks.hub.config import HubConfig
from hexa_notebooks.hub.config_map import config_data, config_map
from hexa_notebooks.hub.deployment import deployment
from hexa_notebooks.hub.network_policy import hub_network_policy
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.hub.rbac import rbac
from hexa_notebooks.hub.service import service
from hexa_notebooks.installation import HUB, Installation
from hexa_notebooks.traits import Traits


class Hub(Construct):
    """Its Deployment, Service, ServiceAccount, Role, RoleBinding, ConfigMap, NetworkPolicy and disruption budget."""

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
        data = config_data(config, traits)
        self.config_map: cdk8s.ApiObject = config_map(self, installation, data)
        self.deployment: cdk8s.ApiObject = deployment(self, config, installation, parts, data)
        self.service: cdk8s.ApiObject = service(self, config, installation)
        self.service_account, self.role, self.role_binding = rbac(self, installation, parts)
        self.network_policy: cdk8s.ApiObject = hub_network_policy(self, config, installation, parts)
        budget = config.disruption_budget
        self.disruption_budget: cdk8s.ApiObject | None = budget.object(self, installation, HUB) if budget else None
