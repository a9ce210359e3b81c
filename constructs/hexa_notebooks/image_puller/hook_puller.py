"""The puller that runs once before an apply, and the Job that waits for it: what the Helm chart does in its hooks.

It is no part of `dist/`: applied with the rest it would stay, and Kubernetes refuses a change of the Job.
"""

from typing import Any

import cdk8s
from constructs import Construct

from hexa_notebooks.api_object import api_object
from hexa_notebooks.image_puller.config import ImagePullerConfig
from hexa_notebooks.image_puller.daemon_set import IMAGE_PULLER, daemon_set
from hexa_notebooks.image_puller.pools import pools
from hexa_notebooks.installation import Installation
from hexa_notebooks.k8s import k8s, to_json
from hexa_notebooks.pod_security import NOBODY, container_security_context, pod_security_context
from hexa_notebooks.registry import images_replaced
from hexa_notebooks.singleuser.config import SingleuserConfig

HOOK_PULLER = "hook-image-puller"
"""Name of the puller's objects, and the component of its pods."""
HOOK_AWAITER = "hook-image-awaiter"
"""Name of the Job, and of what lets it ask Kubernetes."""
DELETABLE = "hub.jupyter.org/deletable"
"""The label by which all of it is deleted, set to `true`; the Helm chart's."""

_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 (a folder)


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
    api_object(scope, "role", k8s.KubeRole, k8s.KubeRoleProps(metadata=metadata, rules=[rule]))
    account = config.hook.service_account.account(name)
    api_object(
        scope,
        "role-binding",
        k8s.KubeRoleBinding,
        k8s.KubeRoleBindingProps(
            metadata=metadata,
            role_ref=k8s.RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name=name),
            subjects=[k8s.Subject(kind="ServiceAccount", name=account, namespace=installation.namespace)],
        ),
    )


def _job(scope: Construct, config: ImagePullerConfig, installation: Installation, daemon_sets: list[str]) -> None:
    props = {
        "metadata": installation.metadata(IMAGE_PULLER, HOOK_AWAITER),
        "spec": {"template": awaiter_pod_template(config, installation, daemon_sets)},
    }
    api_object(scope, "job", k8s.KubeJob, props)


def awaiter_pod_template(
    config: ImagePullerConfig, installation: Installation, daemon_sets: list[str]
) -> dict[str, Any]:
    """Return the pod of the Job, with a container for each DaemonSet that it waits for."""
    hook, name = config.hook, installation.name(HOOK_AWAITER)
    spec = k8s.PodSpec(
        containers=[
            _container(config, installation, f"{name}-{index}" if index else name, daemon_set)
            for index, daemon_set in enumerate(daemon_sets)
        ],
        affinity=hook.scheduling.affinity(),
        node_selector=hook.scheduling.node_selector or None,
        tolerations=hook.scheduling.pod_tolerations() or None,
        image_pull_secrets=installation.pull_secrets(*hook.image_pull_secrets),
        service_account_name=hook.service_account.account(name),
        automount_service_account_token=True if config.hardened else None,
        enable_service_links=False if config.hardened else None,
        security_context=pod_security_context() if config.hardened else None,
        restart_policy="Never",
    )
    metadata = k8s.ObjectMeta(
        labels=installation.labels(IMAGE_PULLER).pod | config.labels, annotations=config.annotations or None
    )
    pod = images_replaced(to_json(spec), installation.images.target)
    return {"metadata": to_json(metadata), "spec": pod}


def _container(config: ImagePullerConfig, installation: Installation, name: str, daemon_set: str) -> dict[str, object]:
    hook = config.hook
    own = container_security_context(NOBODY, NOBODY, hardened=config.hardened)
    context = own if hook.container_security_context is None else hook.container_security_context
    fields = {
        "name": name,
        "image": hook.image,
        "imagePullPolicy": hook.image_pull_policy,
        "command": [
            "/image-awaiter",
            f"-ca-path={_TOKEN}/ca.crt",
            f"-auth-token-path={_TOKEN}/token",
            "-api-server-address=https://kubernetes.default.svc:$(KUBERNETES_SERVICE_PORT)",
            f"-namespace={installation.namespace}",
            f"-daemonset={daemon_set}",
            f"-pod-scheduling-wait-duration={hook.pod_scheduling_wait_s}",
        ],
        "resources": hook.resources.requirements(),
        "securityContext": context,
    }
    return {field: value for field, value in fields.items() if value}
