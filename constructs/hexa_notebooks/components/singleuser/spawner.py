"""The traits of KubeSpawner."""

from typing import Any

from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.kubernetes.installation import ACCESS_HUB, SINGLEUSER_SERVER, Installation, access
from hexa_notebooks.kubernetes.k8s import k8s, to_json
from hexa_notebooks.pods.scheduling import purpose_term
from hexa_notebooks.traits import Traits

PLAIN = "kubespawner.KubeSpawner"
HTTP_TIMEOUT_S = 30
"""JupyterHub's default of `Spawner.http_timeout`."""
LASTING = "hexa_hub.pod.PodSpawner"
"""The spawner that survives an outage of the Kubernetes API. It replaces the plain one."""
LIMITING = ("hexa_hub.profiles.ProfileSpawner", "hexa_hub.spawner.WorkspaceSpawner")
"""The spawners that limit profiles to users and groups. The first replaces the two above."""


def spawner_traits(config: SingleuserConfig, installation: Installation, *, spawner_class: str) -> Traits:
    """Return the traits of the spawner, without those of the storage."""
    labels = installation.labels(SINGLEUSER_SERVER).pod
    # KubeSpawner puts common labels on claims too, and sets the component itself: it differs between pods and claims.
    common = {key: value for key, value in labels.items() if not key.endswith("component")}
    common["app.kubernetes.io/managed-by"] = "kubespawner"
    own_labels = dict(config.labels)
    extra_pod_config = dict(config.extra_pod_config)
    further: dict[str, Any] = {}
    if config.hardened:
        # common_labels win over extra_labels, so no setting can remove a pod's access to the hub.
        common |= access(ACCESS_HUB)
        extra_pod_config = {"enableServiceLinks": False} | extra_pod_config
        # KubeSpawner's default, but policies select pods by it: once set here, no other setting can change it.
        further["component_label"] = SINGLEUSER_SERVER
    else:
        own_labels |= access(ACCESS_HUB)
    if config.in_user_namespace:
        extra_pod_config["hostUsers"] = False
    if config.runtime_class is not None:
        extra_pod_config["runtimeClassName"] = config.runtime_class
    if config.fs_gid is not None and config.fs_group_change_policy is not None:
        further["pod_security_context"] = {"fsGroupChangePolicy": config.fs_group_change_policy}
    own_home = config.storage.init_containers(image=config.image, uid=config.uid, gid=config.fs_gid)
    block = config.metadata_block
    pull_secrets = dict.fromkeys((*installation.image_pull_secrets, *config.image_pull_secrets))
    spawner: dict[str, Any] = {
        "namespace": installation.namespace,
        "common_labels": common,
        "extra_labels": own_labels,
        "extra_annotations": config.annotations,
        "image": config.image,
        "image_pull_policy": config.image_pull_policy,
        "image_pull_secrets": list(pull_secrets) or None,
        "pod_name_template": config.pod_name_template,
        "service_account": config.service_account,
        "scheduler_name": installation.scheduler,
        "priority_class_name": installation.priority_class,
        "ip": config.ip,
        "environment": {name: _literally(value) for name, value in config.env.items()} | config.env_templates,
        "events_enabled": config.events,
        "init_containers": [*own_home, *config.init_containers, *([block.container()] if block else [])],
        "extra_containers": list(config.extra_containers),
        "extra_pod_config": extra_pod_config,
        "fs_gid": config.fs_gid,
        "uid": config.uid,
        "lifecycle_hooks": config.lifecycle or _hooks(config),
        "node_selector": config.node_selector,
        "profile_list": config.kubespawner_profiles(),
        "start_timeout": config.start_timeout_s,
        # Leave JupyterHub's default out: set on KubeSpawner it would win over the same trait on `Spawner`.
        "http_timeout": config.answer_s if config.answer_s != HTTP_TIMEOUT_S else None,
        "tolerations": [to_json(toleration.toleration()) for toleration in config.tolerations] or None,
    }
    traits = spawner | further | config.resource_traits() | affinity(config)
    own: dict[str, Any] = {
        "default_url": config.default_url,
        "cmd": list(config.cmd) if isinstance(config.cmd, tuple) else config.cmd,
    }
    limited = profile_access(config)
    if limited and spawner_class in (PLAIN, LASTING):
        spawner_class = LIMITING[0]
    return {
        "JupyterHub": {"spawner_class": spawner_class},
        **({"ProfileSpawner": {"profile_access": limited}} if limited else {}),
        "KubeSpawner": {trait: value for trait, value in traits.items() if value is not None},
        "Spawner": {trait: value for trait, value in own.items() if value is not None},
    }


def _literally(text: str) -> str:
    """Escape braces, which KubeSpawner expands in every value, and dollars, which Kubernetes expands."""
    return text.replace("{", "{{").replace("}", "}}").replace("$", "$$")


def _hooks(config: SingleuserConfig) -> dict[str, Any]:
    commands = {"postStart": config.post_start, "preStop": config.pre_stop}
    return {hook: {"exec": {"command": list(command)}} for hook, command in commands.items() if command}


def affinity(config: SingleuserConfig) -> dict[str, list[Any]]:
    """Return KubeSpawner's affinity traits: the cluster file's own terms, then the node purpose."""
    # Kubernetes takes several required terms as alternatives. Put all conditions into one, so that each must hold.
    required = [requirement.requirement() for requirement in config.node_requirements]
    purpose = purpose_term("user")
    if config.node_purpose == "require":
        required = [*purpose.match_expressions, *required]  # type: ignore[misc]
    terms = [k8s.NodeSelectorTerm(match_expressions=required)] if required else []
    preferred = [{"weight": 100, "preference": to_json(purpose)}] if config.node_purpose == "prefer" else []
    own = config.affinity
    return {
        "node_affinity_required": [*own.node_required, *to_json(terms)],
        "node_affinity_preferred": [*own.node_preferred, *preferred],
        "pod_affinity_required": list(own.pod_required),
        "pod_affinity_preferred": list(own.pod_preferred),
        "pod_anti_affinity_required": list(own.anti_pod_required),
        "pod_anti_affinity_preferred": list(own.anti_pod_preferred),
    }


def profile_access(config: SingleuserConfig) -> dict[str, Any]:
    """Return users and groups of each profile that is limited to some.

    They are not a part of `profile_list`, as KubeSpawner does not know them.
    """
    return {
        profile.slug: {"users": list(profile.users), "groups": list(profile.groups)}
        for profile in config.profiles
        if profile.users or profile.groups
    }
