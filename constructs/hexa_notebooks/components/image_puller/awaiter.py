"""The pod of the Job that waits until all images are pulled."""

from typing import Any

from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.image_puller.daemon_set import IMAGE_PULLER
from hexa_notebooks.images.registry import images_replaced
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s, to_json
from hexa_notebooks.pods.security import NOBODY, container_security_context, pod_security_context

HOOK_AWAITER = "hook-image-awaiter"
"""The name of the Job, and of its ServiceAccount, Role and RoleBinding."""

_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 (a folder)


def awaiter_pod_template(
    config: ImagePullerConfig, installation: Installation, daemon_sets: list[str]
) -> dict[str, Any]:
    """Return the pod template of the Job. It has a container for each DaemonSet, since the program waits for one."""
    hook, name = config.hook, installation.name(HOOK_AWAITER)
    spec = k8s.PodSpec(
        containers=[
            _container(config, installation, f"{name}-{index}" if index else name, daemon_set)
            for index, daemon_set in enumerate(daemon_sets)
        ],
        image_pull_secrets=installation.pull_secrets(*hook.image_pull_secrets),
        service_account_name=hook.service_account.account(name),
        automount_service_account_token=True if config.hardened else None,
        enable_service_links=False if config.hardened else None,
        security_context=pod_security_context() if config.hardened else None,
        restart_policy="Never",
        **hook.scheduling.pod_fields(),
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
