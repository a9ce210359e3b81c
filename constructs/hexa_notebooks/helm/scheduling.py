"""What the chart puts around scheduling, in our terms."""

import re
from typing import Any

from hexa_notebooks.helm import pods
from hexa_notebooks.helm.tree import Tree
from hexa_notebooks.pod_priority import PodPriorityConfig, PriorityClass
from hexa_notebooks.user_scheduler import UserSchedulerConfig

_RBAC_VERSION = "1.30"
"""The Kubernetes version whose scheduler's rights the chart gives, whatever the image."""
_DESCRIPTIONS: dict[PriorityClass, str] = {
    "default": "A default priority higher than user placeholders priority.",
    "image_puller": (
        "Enables [hook|continuous]-image-puller pods to fit on nodes even though they are clogged by user-placeholder"
        " pods, while not evicting normal user pods."
    ),
    "user_placeholder": (
        "With a priority higher or eqaul to a cluster autoscalers priority cutoff, a pod can trigger a cluster scale"
        " up. At the same time, placeholder pods priority should be lower than other pods to make them evictable."
    ),
}
"""What release 4.4.0 says of its classes, to the letter."""


def scheduling(tree: Tree) -> dict[str, Any]:
    """Return the fields of `NotebooksConfig`."""
    return {
        "pod_priority": _pod_priority(tree),
        "user_scheduler": _user_scheduler(tree),
    }


def _pod_priority(tree: Tree) -> PodPriorityConfig | None:
    priority = "scheduling.podPriority"
    if not tree.get(f"{priority}.enabled"):
        return None
    return PodPriorityConfig(
        global_default=bool(tree.get(f"{priority}.globalDefault")),
        default=tree.get(f"{priority}.defaultPriority"),
        image_puller=tree.get(f"{priority}.imagePullerPriority"),
        user_placeholder=tree.get(f"{priority}.userPlaceholderPriority"),
        descriptions=_DESCRIPTIONS,
    )


def _user_scheduler(tree: Tree) -> UserSchedulerConfig | None:
    scheduler = "scheduling.userScheduler"
    if not tree.get(f"{scheduler}.enabled"):
        return None
    image = pods.image(tree, f"{scheduler}.image")
    return UserSchedulerConfig(
        hardened=False,
        **pods.image_fields(tree, f"{scheduler}.image"),
        rbac_version=None if re.search(rf":v{_RBAC_VERSION}\.", image) else _RBAC_VERSION,
        labels=tree.get(f"{scheduler}.labels", {}),
        annotations=tree.get(f"{scheduler}.annotations", {}),
        extra_pod_spec=tree.get(f"{scheduler}.extraPodSpec", {}),
        container_security_context=pods.security_context(tree, f"{scheduler}.containerSecurityContext", pods.NOBODY),
        revision_history_limit=tree.get(f"{scheduler}.revisionHistoryLimit"),
        replicas=tree.get(f"{scheduler}.replicas"),
        log_level=tree.get(f"{scheduler}.logLevel"),
        plugins=tree.get(f"{scheduler}.plugins"),
        plugin_config=tuple(tree.get(f"{scheduler}.pluginConfig")),
        resources=pods.resources(tree, f"{scheduler}.resources"),
        scheduling=pods.core_scheduling(tree, scheduler),
        service_account=pods.service_account(tree, f"{scheduler}.serviceAccount"),
        rbac=bool(tree.get("rbac.create")),
        disruption_budget=pods.disruption_budget(tree, f"{scheduler}.pdb"),
    )
