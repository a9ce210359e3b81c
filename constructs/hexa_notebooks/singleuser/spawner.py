"""What KubeSpawner is told of every server."""

from typing import Any

from hexa_notebooks.installation import ACCESS_HUB, SINGLEUSER_SERVER, Installation, access
from hexa_notebooks.k8s import k8s, to_json
from hexa_notebooks.scheduling import purpose_term
from hexa_notebooks.singleuser.config import Profile, SingleuserConfig
from hexa_notebooks.traits import Traits


def spawner_traits(config: SingleuserConfig, installation: Installation, *, spawner_class: str) -> Traits:
    """Return the traits of the spawner, storage apart."""
    labels = installation.labels(SINGLEUSER_SERVER).pod
    # KubeSpawner writes the component itself, and on claims no component at all.
    common = {key: value for key, value in labels.items() if not key.endswith("component")}
    spawner: dict[str, Any] = {
        "namespace": installation.namespace,
        # These come after, and win over, extra_labels: no setting can take a pod's way to the hub.
        "common_labels": common | {"app.kubernetes.io/managed-by": "kubespawner"} | access(ACCESS_HUB),
        # Its default, written down, since policies select pods by it: no setting can rename them either.
        "component_label": SINGLEUSER_SERVER,
        "extra_labels": config.labels,
        "extra_annotations": config.annotations,
        "image": config.image,
        "cpu_guarantee": config.cpu_guarantee,
        "cpu_limit": config.cpu_limit,
        "mem_guarantee": config.mem_guarantee,
        "mem_limit": config.mem_limit,
        "environment": {name: _literally(value) for name, value in config.env.items()},
        "events_enabled": True,
        "extra_pod_config": {"enableServiceLinks": False},
        "extra_resource_guarantees": config.extra_resources,
        "extra_resource_limits": config.extra_resources,
        "image_pull_secrets": list(installation.image_pull_secrets) or None,
        "fs_gid": config.fs_gid,
        "uid": config.uid,
        "lifecycle_hooks": _hooks(config),
        "node_selector": config.node_selector,
        "profile_list": [_profile(profile) for profile in config.profiles],
        "start_timeout": config.start_timeout_s,
        "tolerations": [toleration.model_dump(exclude_none=True) for toleration in config.tolerations],
    } | _affinity(config)
    return {
        "JupyterHub": {"spawner_class": spawner_class},
        "KubeSpawner": {trait: value for trait, value in spawner.items() if value is not None},
        "Spawner": {"default_url": config.default_url} | ({} if config.cmd is None else {"cmd": list(config.cmd)}),
    }


def _literally(text: str) -> str:
    """Double the braces, since KubeSpawner reads every value as a template, and the dollars, since Kubernetes does."""
    return text.replace("{", "{{").replace("}", "}}").replace("$", "$$")


def _hooks(config: SingleuserConfig) -> dict[str, Any]:
    commands = {"postStart": config.post_start, "preStop": config.pre_stop}
    return {hook: {"exec": {"command": list(command)}} for hook, command in commands.items() if command}


def _affinity(config: SingleuserConfig) -> dict[str, Any]:
    # One term with every condition: Kubernetes takes several terms as alternatives, which would weaken the purpose.
    required = [requirement.requirement() for requirement in config.node_requirements]
    purpose = purpose_term("user")
    if config.node_purpose == "require":
        required = [*purpose.match_expressions, *required]  # type: ignore[misc]
    terms = [k8s.NodeSelectorTerm(match_expressions=required)] if required else []
    preferred = [{"weight": 100, "preference": to_json(purpose)}] if config.node_purpose == "prefer" else []
    return {"node_affinity_required": to_json(terms), "node_affinity_preferred": preferred}


def _profile(profile: Profile) -> dict[str, Any]:
    overridden = ("image", "cpu_guarantee", "cpu_limit", "mem_guarantee", "mem_limit", "node_selector")
    override = {name: getattr(profile, name) for name in overridden if getattr(profile, name)}
    shown: dict[str, Any] = {"slug": profile.slug, "display_name": profile.display_name}
    if profile.description:
        shown["description"] = profile.description
    if profile.default:
        shown["default"] = True
    return shown | ({"kubespawner_override": override} if override else {})
