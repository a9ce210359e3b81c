"""The objects of the user scheduler."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.user_scheduler.config import UserSchedulerConfig
from hexa_notebooks.components.user_scheduler.config_map import config_map
from hexa_notebooks.components.user_scheduler.pod import pod_template
from hexa_notebooks.components.user_scheduler.rbac import cluster_role_and_binding
from hexa_notebooks.kubernetes.installation import USER_SCHEDULER, Installation


class UserScheduler(Construct):
    """The Deployment, ConfigMap, ServiceAccount and disruption budget."""

    def __init__(self, scope: Construct, id: str, config: UserSchedulerConfig, *, installation: Installation) -> None:
        super().__init__(scope, id)
        self.config_map: cdk8s.ApiObject = config_map(self, config, installation)
        self.deployment: cdk8s.ApiObject = config.deployment(
            self, installation, USER_SCHEDULER, pod_template(config, installation), replicas=config.replicas
        )
        self.service_account: cdk8s.ApiObject | None = config.service_account.object(
            self, installation, USER_SCHEDULER, USER_SCHEDULER
        )
        budget = config.disruption_budget
        self.disruption_budget: cdk8s.ApiObject | None = (
            budget.object(self, installation, USER_SCHEDULER) if budget else None
        )


class UserSchedulerRbac(Construct):
    """The ClusterRole and ClusterRoleBinding, which are objects outside the namespace."""

    def __init__(self, scope: Construct, id: str, config: UserSchedulerConfig, *, installation: Installation) -> None:
        super().__init__(scope, id)
        account = config.service_account.account(installation.name(USER_SCHEDULER))
        self.rbac: tuple[cdk8s.ApiObject, ...] = (
            cluster_role_and_binding(self, installation, account, str(config.version)) if config.rbac else ()
        )
