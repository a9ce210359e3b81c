"""The placeholder pod, which has the shape of a user's server."""

from typing import Any

from hexa_notebooks.components.pod_priority.config import class_name
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.placement import server_affinity, server_tolerations
from hexa_notebooks.components.user_placeholder.config import USER_PLACEHOLDER, UserPlaceholderConfig
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s, with_json
from hexa_notebooks.model.field_types import QUANTITY, canonical
from hexa_notebooks.pods.security import NOBODY, container_security_context

_LONGEST_NAME = 52
"""The longest name of a StatefulSet. Kubernetes adds a hash and puts the result into a label of the pods, whose value
has at most 63 characters. Source: https://github.com/kubernetes/kubernetes/issues/64023."""


def pod_template(
    config: UserPlaceholderConfig, installation: Installation, singleuser: SingleuserConfig
) -> dict[str, Any]:
    """Return the pod template.

    Raises:
        ValueError: the name of the StatefulSet is too long, or `PodConfig.pod_template` refuses the pod.

    """
    name = installation.name(USER_PLACEHOLDER)
    if config.replicas and len(name) > _LONGEST_NAME:
        raise ValueError(
            f"fullname_override: the name {name!r} has {len(name)} characters; Kubernetes starts no pods of a"
            f" StatefulSet whose name has more than {_LONGEST_NAME}: choose a shorter prefix"
        )
    container = k8s.Container(
        name="pause",
        image=config.image,
        env=config.variables() or None,
        security_context=container_security_context(NOBODY, NOBODY, hardened=config.hardened),
    )
    resources: Any = config.resources.requirements() if config.resources else _server_resources(config, singleuser)
    spec = k8s.PodSpec(
        containers=[with_json(container, resources=resources)],
        node_selector=(singleuser.node_selector | _by_default(singleuser).get("node_selector", {})) or None,
        runtime_class_name=singleuser.runtime_class,
        priority_class_name=class_name(installation, "user_placeholder") if installation.priority_class else None,
        scheduler_name=installation.scheduler,
        automount_service_account_token=False,
        termination_grace_period_seconds=0,
    )
    fields = {"affinity": server_affinity(singleuser), "tolerations": server_tolerations(singleuser)}
    labels = installation.labels(USER_PLACEHOLDER).pod
    return config.pod_template(installation, labels, {}, with_json(spec, **fields))


def _by_default(singleuser: SingleuserConfig) -> dict[str, Any]:
    """Return the traits that the default profile overrides. `profile_list`, which is plain JSON, is not read."""
    profiles = () if singleuser.profile_list else singleuser.profiles
    return next((profile.by_default() for profile in profiles if profile.default), {})


def _server_resources(config: UserPlaceholderConfig, singleuser: SingleuserConfig) -> dict[str, Any] | None:
    """Return the resources of a user's server."""
    changed = _by_default(singleuser)
    if not config.hardened:  # The Helm chart ignores ephemeral storage.
        singleuser = singleuser.evolve(ephemeral_storage_guarantee=None, ephemeral_storage_limit=None)
    own, devices = singleuser.resource_traits(), singleuser.storage.traits()["KubeSpawner"]
    found = {}
    for field, kind in (("requests", "guarantee"), ("limits", "limit")):
        cpu, memory = (
            changed.get(f"{name}_{kind}") or getattr(singleuser, f"{name}_{kind}") for name in ("cpu", "mem")
        )
        if isinstance(memory, str) and config.hardened:
            # JupyterHub's K, M, G and T are powers of 1024. Kubernetes writes those Ki, Mi, Gi and Ti.
            memory = f"{memory}i"
        trait = f"extra_resource_{kind}s"
        extra = own[trait] | devices.get(trait, {})
        amounts = {"cpu": _whole(cpu), "memory": memory, **{name: str(_whole(value)) for name, value in extra.items()}}
        found[field] = {
            name: canonical(str(amount)) if config.hardened and QUANTITY.fullmatch(str(amount)) else amount
            for name, amount in amounts.items()
            if amount is not None
        }
    return {field: amounts for field, amounts in found.items() if amounts} or None


def _whole(amount: Any) -> Any:
    return int(amount) if isinstance(amount, float) and amount.is_integer() else amount
