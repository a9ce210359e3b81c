"""The chart's schedulers, priorities, placeholders and image pullers, converted to our Configs."""

import re
from typing import Any

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm import pods
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.components.image_puller.config import HookPullerConfig, ImagePullerConfig
from hexa_notebooks.components.pod_priority.config import PodPriorityConfig
from hexa_notebooks.components.user_placeholder.config import UserPlaceholderConfig
from hexa_notebooks.components.user_scheduler.config import UserSchedulerConfig

_RBAC_VERSION = "1.30"
"""The Kubernetes version whose scheduler permissions the chart grants, whatever the image."""


def scheduling(tree: Tree) -> dict[str, Any]:
    """Return the fields of `NotebooksConfig`."""
    return {
        "pod_priority": _pod_priority(tree),
        "user_scheduler": _user_scheduler(tree),
        "user_placeholder": _user_placeholder(tree),
        "image_puller": _image_puller(tree),
    }


def _pod_priority(tree: Tree) -> PodPriorityConfig | None:
    priority = "scheduling.podPriority"
    if not tree.get(f"{priority}.enabled"):
        return None
    return as_chart.PodPriorityConfig(
        global_default=bool(tree.get(f"{priority}.globalDefault")),
        default=tree.get(f"{priority}.defaultPriority"),
        image_puller=tree.get(f"{priority}.imagePullerPriority"),
        user_placeholder=tree.get(f"{priority}.userPlaceholderPriority"),
    )


def _user_scheduler(tree: Tree) -> UserSchedulerConfig | None:
    scheduler = "scheduling.userScheduler"
    if not tree.get(f"{scheduler}.enabled"):
        return None
    image = pods.image(tree, f"{scheduler}.image")
    return as_chart.UserSchedulerConfig(
        **pods.core_pod_fields(tree, scheduler),
        rbac_version=None if re.search(rf":v{_RBAC_VERSION}\.", image) else _RBAC_VERSION,
        replicas=tree.get(f"{scheduler}.replicas", 1),
        **tree.fields(scheduler, "logLevel", "plugins", "pluginConfig"),
        service_account=pods.service_account(tree, f"{scheduler}.serviceAccount"),
        rbac=bool(tree.get("rbac.create")),
    )


def _user_placeholder(tree: Tree) -> UserPlaceholderConfig | None:
    placeholder = "scheduling.userPlaceholder"
    if not tree.get(f"{placeholder}.enabled"):
        return None
    resources = tree.get(f"{placeholder}.resources")
    return as_chart.UserPlaceholderConfig(
        **pods.pod_fields(tree, placeholder),
        replicas=tree.get(f"{placeholder}.replicas", 0),
        resources=pods.resources(tree, f"{placeholder}.resources") if resources else None,
    )


def _image_puller(tree: Tree) -> ImagePullerConfig | None:
    hook, continuous = (tree.get(f"prePuller.{name}.enabled") for name in ("hook", "continuous"))
    if not hook and not continuous:
        return None
    extra = tree.get("prePuller.extraImages", {})
    images = {name: pods.reference(image["name"], image["tag"]) for name, image in sorted(extra.items())}
    policies = {images[name]: image["pullPolicy"] for name, image in sorted(extra.items()) if image.get("pullPolicy")}
    tools = "singleuser.networkTools.image"
    if tree.get(f"{tools}.pullPolicy") and tree.get("singleuser.cloudMetadata.blockWithIptables"):
        policies[pods.image(tree, tools)] = tree.get(f"{tools}.pullPolicy")
    return as_chart.ImagePullerConfig(
        continuous=bool(continuous),
        image=pods.image(tree, "prePuller.pause.image"),
        **tree.fields("prePuller", "labels", "annotations", "revisionHistoryLimit"),
        profile_images=bool(tree.get("prePuller.pullProfileListImages")),
        extra_images=images,
        pull_policies=policies,
        resources=pods.resources(tree, "prePuller.resources"),
        tolerations=pods.tolerations(tree.get("prePuller.extraTolerations", [])),
        pull_security_context=pods.security_context(tree, "prePuller.containerSecurityContext"),
        container_security_context=pods.security_context(tree, "prePuller.pause.containerSecurityContext"),
        service_account=pods.service_account(tree, "prePuller.continuous.serviceAccount"),
        daemon_set_annotations=tree.get("prePuller.continuous.daemonsetAnnotations", {}),
        hook=_hook_puller(tree) if hook else as_chart.HookPullerConfig(),
    )


def _hook_puller(tree: Tree) -> HookPullerConfig:
    hook = "prePuller.hook"
    return as_chart.HookPullerConfig(
        **pods.image_fields(tree, f"{hook}.image"),
        pod_scheduling_wait_s=tree.get(f"{hook}.podSchedulingWaitDuration", 0),
        resources=pods.resources(tree, f"{hook}.resources"),
        scheduling=pods.core_scheduling(tree, hook).evolve(node_purpose="ignore"),
        container_security_context=pods.security_context(tree, f"{hook}.containerSecurityContext"),
        service_account=pods.service_account(tree, f"{hook}.serviceAccount"),
        rbac=bool(tree.get("rbac.create")),
        puller_service_account=pods.service_account(tree, f"{hook}.serviceAccountImagePuller"),
        daemon_set_annotations=tree.get(f"{hook}.daemonsetAnnotations", {}),
    )
