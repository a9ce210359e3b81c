"""The puller that runs once before an apply, and the Job that waits for it: what the Helm chart does in its hooks.

It is no part of `dist/`: applied with the rest it would stay, and Kubernetes refuses a change of the Job.
"""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.image_puller.awaiter import HOOK_AWAITER, awaiter_pod_template
from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.image_puller.daemon_set import IMAGE_PULLER, daemon_set
from hexa_notebooks.components.image_puller.pools import pools
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.kubernetes.api_object import api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.rbac import role, role_binding

HOOK_PULLER = "hook-image-puller"
"""Name of the puller's objects, and the component of its pods."""
DELETABLE = "hub.jupyter.org/deletable"
"""The label by which all of it is deleted, set to `true`; the Helm chart's."""


class HookPuller(cdk8s.Chart):
    """A DaemonSet for each choice of nodes, a Job that ends when their images are there, and what the two run as."""

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
        default = installation.name(HOOK_PULLER)
        # As for the continuous puller, the Helm chart's pods name an account also where none is made.
        account = hook.puller_service_account.account(default)
        if config.as_chart:
            account = hook.puller_service_account.name or default
        daemon_sets = [
            daemon_set(
                puller,
                config,
                installation,
                singleuser,
                pool,
                name=HOOK_PULLER,
                account=account,
                annotations=hook.daemon_set_annotations,
            )
            for pool in pools(config, singleuser)
        ]
        hook.service_account.object(awaiter, installation, IMAGE_PULLER, HOOK_AWAITER)
        if hook.rbac:
            _role_and_binding(awaiter, config, installation, [str(made.metadata.name) for made in daemon_sets])
        _job(awaiter, config, installation, [str(made.metadata.name) for made in daemon_sets])
        for made in self.node.find_all():
            if isinstance(made, cdk8s.ApiObject):
                made.add_json_patch(
                    cdk8s.JsonPatch.add(f"/metadata/labels/{DELETABLE.replace('/', '~1')}", "true"),
                )


def _role_and_binding(
    scope: Construct, config: ImagePullerConfig, installation: Installation, daemon_sets: list[str]
) -> None:
    name = installation.name(HOOK_AWAITER)
    metadata = installation.metadata(IMAGE_PULLER, HOOK_AWAITER)
    rule = k8s.PolicyRule(
        api_groups=["apps"],
        resources=["daemonsets"],
        resource_names=daemon_sets if config.hardened else None,
        verbs=["get"],
    )
    role(scope, metadata, [rule])
    role_binding(scope, metadata, config.hook.service_account.account(name), installation.namespace)


def _job(scope: Construct, config: ImagePullerConfig, installation: Installation, daemon_sets: list[str]) -> None:
    props = {
        "metadata": installation.metadata(IMAGE_PULLER, HOOK_AWAITER),
        "spec": {"template": awaiter_pod_template(config, installation, daemon_sets)},
    }
    api_object(scope, "job", k8s.KubeJob, props)
