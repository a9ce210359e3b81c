"""The user scheduler, as the table of contents of its objects."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.user_scheduler.config import UserSchedulerConfig
from hexa_notebooks.components.user_scheduler.config_map import config_map, configuration
from hexa_notebooks.components.user_scheduler.deployment import deployment
from hexa_notebooks.components.user_scheduler.rbac import cluster_role_and_binding
from hexa_notebooks.kubernetes.installation import USER_SCHEDULER, Installation


class UserScheduler(Construct):
    """Its Deployment, ConfigMap, ServiceAccount and disruption budget."""

    def __init__(self, scope: Construct, id: str, config: UserSchedulerConfig, *, installation: Installation) -> None:
        super().__init__(scope, id)
        text = configuration(config, installation)
        self.config_map: cdk8s.ApiObject = config_map(self, installation, text)
        self.deployment: cdk8s.ApiObject = deployment(self, config, installation, text)
        self.service_account: cdk8s.ApiObject | None = config.service_account.object(
            self, installation, USER_SCHEDULER, USER_SCHEDULER
        )
        budget = config.disruption_budget
        self.disruption_budget: cdk8s.ApiObject | None = (
            budget.object(self, installation, USER_SCHEDULER) if budget else None
        )


class UserSchedulerRbac(Construct):
    """Its rights in the whole cluster: its ClusterRole and ClusterRoleBinding."""

    def __init__(self, scope: Construct, id: str, config: UserSchedulerConfig, *, installation: Installation) -> None:
        super().__init__(scope, id)
        account = config.service_account.account(installation.name(USER_SCHEDULER))
        self.rbac: tuple[cdk8s.ApiObject, ...] = (
            cluster_role_and_binding(self, installation, account, str(config.version)) if config.rbac else ()
        )
