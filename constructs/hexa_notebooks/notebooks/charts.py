"""The two charts of an installation: cluster-wide objects, and objects in its namespace."""

from collections.abc import Mapping

import cdk8s
from constructs import Construct

from hexa_notebooks.components.admission_policy.admission_policy import AdmissionPolicy
from hexa_notebooks.components.external_secret import external_secret
from hexa_notebooks.components.hub.hub import Hub
from hexa_notebooks.components.image_puller.image_puller import ImagePuller
from hexa_notebooks.components.namespace.namespace import Namespace
from hexa_notebooks.components.pod_priority.pod_priority import PodPriority
from hexa_notebooks.components.proxy.proxy import Proxy
from hexa_notebooks.components.singleuser.singleuser import Singleuser
from hexa_notebooks.components.user_placeholder.user_placeholder import UserPlaceholder
from hexa_notebooks.components.user_scheduler.user_scheduler import UserScheduler, UserSchedulerRbac
from hexa_notebooks.kubernetes.installation import HUB
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.storage.user_storage import claims_of


class NotebooksCluster(cdk8s.Chart):
    """The cluster-wide objects: namespace, admission policy, PriorityClasses, and the user scheduler's RBAC.

    Leave the chart out if somebody else creates them.
    """

    def __init__(self, scope: Construct, id: str, config: NotebooksConfig) -> None:
        super().__init__(scope, id)
        level = config.namespace.pod_security or config.singleuser.pod_security
        self.namespace_construct = Namespace(self, "namespace", config.namespace, level=level)
        self.admission_policy = config.admission_policy and AdmissionPolicy(
            self,
            "admission-policy",
            config.admission_policy,
            installation=config.installation,
            account=config.hub.service_account.account(config.installation.name(HUB)),
            traits=config.hub_traits(),
            claims_before=claims_of(config.singleuser.storage_renamed_from or ""),
            role_rules=config.hub.role_rules or (),
        )
        self.pod_priority = config.pod_priority and PodPriority(
            self,
            "pod-priority",
            config.pod_priority,
            installation=config.installation,
            image_puller=config.image_puller is not None,
            user_placeholder=config.user_placeholder is not None,
        )
        self.user_scheduler_rbac = config.user_scheduler and UserSchedulerRbac(
            self, "user-scheduler", config.user_scheduler, installation=config.installation
        )


class Notebooks(cdk8s.Chart):
    """The objects in the namespace. Components are attributes of the chart; objects are attributes of components."""

    def __init__(self, scope: Construct, id: str, config: NotebooksConfig) -> None:
        super().__init__(scope, id)
        installation = config.installation
        self.hub = Hub(
            self,
            "hub",
            config.hub,
            installation=installation,
            traits=config.hub_traits(),
            parts=config.hub_parts,
        )
        self.database: Mapping[str, cdk8s.ApiObject] = config.database.objects(self.hub, installation)
        self.proxy = Proxy(
            self,
            "proxy",
            config.proxy,
            installation=installation,
            exposure=config.exposure,
            hub=config.hub,
            callers=config.app_api.peers if config.app_api else (),
        )
        self.singleuser = Singleuser(self, "singleuser", config.singleuser, installation=installation)
        self.user_scheduler = config.user_scheduler and UserScheduler(
            self, "user-scheduler", config.user_scheduler, installation=installation
        )
        self.user_placeholder = config.user_placeholder and UserPlaceholder(
            self,
            "user-placeholder",
            config.user_placeholder,
            installation=installation,
            singleuser=config.singleuser,
        )
        self.image_puller = (
            ImagePuller(
                self, "image-puller", config.image_puller, installation=installation, singleuser=config.singleuser
            )
            if config.image_puller and config.image_puller.continuous
            else None
        )
        self.external_secrets = {
            each.secret: external_secret(self, each, installation=installation, keys=config.secret_keys[each.secret])
            for each in config.external_secrets
        }
