"""The puller that runs once before an apply, and the Job that waits for it, like the hooks of the Helm chart.

`dist/` does not include it: there it would stay on the cluster, and Kubernetes refuses most changes of a Job.
"""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.image_puller.awaiter import HOOK_AWAITER, awaiter_pod_template
from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.image_puller.daemon_set import IMAGE_PULLER, daemon_sets
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.kubernetes.api_object import api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.rbac import role, role_binding

HOOK_PULLER = "hook-image-puller"
"""The name of the puller's objects, and the component label of its pods."""
DELETABLE = "hub.jupyter.org/deletable"
"""The label that all its objects have, so that one command deletes them. As in the Helm chart."""


class HookPuller(cdk8s.Chart):
    """A DaemonSet for each pool, a Job that ends when they have pulled all images, and the ServiceAccounts of both."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: ImagePullerConfig,
        *,
        installation: Installation,
        singleuser: SingleuserConfig,
    ) -> None:
        super().__init__(scope, id)
        hook = config.hook
        puller, awaiter = Construct(self, "puller"), Construct(self, "awaiter")
        hook.puller_service_account.object(puller, installation, IMAGE_PULLER, HOOK_PULLER)
        made = daemon_sets(
            puller,
            config,
            installation,
            singleuser,
            name=HOOK_PULLER,
            service_account=hook.puller_service_account,
            annotations=hook.daemon_set_annotations,
        )
        names = [str(each.metadata.name) for each in made]
        hook.service_account.object(awaiter, installation, IMAGE_PULLER, HOOK_AWAITER)
        metadata = installation.metadata(IMAGE_PULLER, HOOK_AWAITER)
        if hook.rbac:
            rule = k8s.PolicyRule(
                api_groups=["apps"],
                resources=["daemonsets"],
                resource_names=names if config.hardened else None,
                verbs=["get"],
            )
            role(awaiter, metadata, [rule])
            role_binding(awaiter, metadata, hook.service_account.account(str(metadata.name)), installation.namespace)
        template = awaiter_pod_template(config, installation, names)
        api_object(awaiter, "job", k8s.KubeJob, {"metadata": metadata, "spec": {"template": template}})
        for each in self.node.find_all():
            if isinstance(each, cdk8s.ApiObject):
                each.add_json_patch(cdk8s.JsonPatch.add(f"/metadata/labels/{DELETABLE.replace('/', '~1')}", "true"))
