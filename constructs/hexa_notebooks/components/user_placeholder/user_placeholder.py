"""The objects of the placeholder pods."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.user_placeholder.config import USER_PLACEHOLDER, UserPlaceholderConfig
from hexa_notebooks.components.user_placeholder.pod import pod_template
from hexa_notebooks.kubernetes.api_object import api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig


class UserPlaceholder(Construct):
    """The StatefulSet, and a disruption budget that never blocks the drain of a node."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: UserPlaceholderConfig,
        *,
        installation: Installation,
        singleuser: SingleuserConfig,
    ) -> None:
        super().__init__(scope, id)
        labels = installation.labels(USER_PLACEHOLDER)
        props = {
            "metadata": installation.metadata(USER_PLACEHOLDER, USER_PLACEHOLDER),
            "spec": {
                "podManagementPolicy": "Parallel",
                "replicas": config.replicas,
                "selector": {"matchLabels": labels.selector},
                # Required by the API, but no such Service exists: nothing connects to these pods.
                "serviceName": installation.name(USER_PLACEHOLDER),
                "template": pod_template(config, installation, singleuser),
                **config.revisions(),
            },
        }
        self.stateful_set: cdk8s.ApiObject = api_object(self, "stateful-set", k8s.KubeStatefulSet, props)
        self.disruption_budget: cdk8s.ApiObject = DisruptionBudgetConfig(min_available=0, evict_unhealthy=False).object(
            self, installation, USER_PLACEHOLDER
        )
