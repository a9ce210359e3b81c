"""Pods that only keep room: as many of them as users shall find a node for at once, without a wait for a new one.

They are shaped like users' servers and give way to them; where they wait for room themselves, the cluster autoscaler
adds a node.
"""

from typing import Any

import cdk8s
from constructs import Construct
from pydantic import Field

from hexa_notebooks import images
from hexa_notebooks.api_object import api_object
from hexa_notebooks.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.field_types import Image
from hexa_notebooks.installation import Installation
from hexa_notebooks.k8s import k8s, with_json
from hexa_notebooks.pod import PodConfig
from hexa_notebooks.pod_priority import class_name
from hexa_notebooks.pod_security import NOBODY, container_security_context, pod_security_context
from hexa_notebooks.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.singleuser.config import SingleuserConfig
from hexa_notebooks.singleuser.placement import server_affinity, server_tolerations

USER_PLACEHOLDER = "user-placeholder"
"""Name of the objects, and the component."""

_LONGEST_NAME = 52
"""What Kubernetes makes of a StatefulSet's name and a hash is the value of a label, of which 63 characters are allowed.
Source: https://github.com/kubernetes/kubernetes/issues/64023."""


class UserPlaceholderConfig(PodConfig):
    """Settings of `UserPlaceholder`. Where the pods run, and what they ask for, follows from `SingleuserConfig`."""

    image: Image = images.PAUSE
    """An image that does nothing."""
    replicas: int = Field(ge=0)
    """For how many servers room is kept. There is no default, since each costs what a server of a user costs."""
    resources: ResourcesConfig | ContainerResources | None = None
    """CPU and memory of each. None, the default, takes those of users' servers: of the default profile where there are
    profiles."""


class UserPlaceholder(Construct):
    """The StatefulSet, and a disruption budget that says that all of its pods may go."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: UserPlaceholderConfig,
        *,
        installation: Installation,
        singleuser: SingleuserConfig,
    ) -> None:
        super().__init__(scope, id)
        labels = installation.labels(USER_PLACEHOLDER)
        props = {
            "metadata": installation.metadata(USER_PLACEHOLDER, USER_PLACEHOLDER),
            "spec": {
                "podManagementPolicy": "Parallel",
                "replicas": config.replicas,
                "selector": {"matchLabels": labels.selector},
                # It names no Service, since nobody calls these pods.
                "serviceName": installation.name(USER_PLACEHOLDER),
                "template": pod_template(config, installation, singleuser),
                **config.revisions(),
            },
        }
        self.stateful_set: cdk8s.ApiObject = api_object(self, "stateful-set", k8s.KubeStatefulSet, props)
        self.disruption_budget: cdk8s.ApiObject = DisruptionBudgetConfig(min_available=0, evict_unhealthy=False).object(
            self, installation, USER_PLACEHOLDER
        )


def pod_template(
    config: UserPlaceholderConfig, installation: Installation, singleuser: SingleuserConfig
) -> dict[str, Any]:
    """Return the pod."""
    name = installation.name(USER_PLACEHOLDER)
    if config.replicas and len(name) > _LONGEST_NAME:
        raise ValueError(
            f"fullname_override makes the name {name!r}, and Kubernetes starts no pod of a StatefulSet whose name has"
            f" more than {_LONGEST_NAME} characters; choose a shorter prefix"
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
        image_pull_secrets=installation.pull_secrets(*config.image_pull_secrets),
        runtime_class_name=singleuser.runtime_class,
        priority_class_name=class_name(installation, "user_placeholder") if installation.priority_class else None,
        scheduler_name=installation.scheduler,
        automount_service_account_token=False,
        enable_service_links=False if config.hardened else None,
        security_context=pod_security_context() if config.hardened else None,
        termination_grace_period_seconds=0,
    )
    fields = {"affinity": server_affinity(singleuser), "tolerations": server_tolerations(singleuser)}
    labels = installation.labels(USER_PLACEHOLDER).pod
    return config.pod_template(installation, labels, {}, with_json(spec, **fields))


def _by_default(singleuser: SingleuserConfig) -> dict[str, Any]:
    """Return what the default profile changes of a server. Profiles that are written out are not ours to read."""
    profiles = () if singleuser.profile_list else singleuser.profiles
    return next((profile.by_default() for profile in profiles if profile.default), {})


def _server_resources(config: UserPlaceholderConfig, singleuser: SingleuserConfig) -> dict[str, Any] | None:
    """Return what a server asks of its node."""
    changed = _by_default(singleuser)
    if not config.hardened:  # the chart knows nothing of the node's disk
        singleuser = singleuser.evolve(ephemeral_storage_guarantee=None, ephemeral_storage_limit=None)
    own, devices = singleuser.resource_traits(), singleuser.storage.traits()["KubeSpawner"]
    found = {}
    for field, kind in (("requests", "guarantee"), ("limits", "limit")):
        cpu, memory = (
            changed.get(f"{name}_{kind}") or getattr(singleuser, f"{name}_{kind}") for name in ("cpu", "mem")
        )
        if isinstance(memory, str) and config.hardened:
            # JupyterHub counts in powers of 1024, where Kubernetes has the same letters for powers of 1000.
            memory = f"{memory}i"
        trait = f"extra_resource_{kind}s"
        extra = own[trait] | devices.get(trait, {})
        amounts = {"cpu": _whole(cpu), "memory": memory, **{name: str(_whole(value)) for name, value in extra.items()}}
        found[field] = {name: amount for name, amount in amounts.items() if amount is not None}
    return {field: amounts for field, amounts in found.items() if amounts} or None


def _whole(amount: Any) -> Any:
    return int(amount) if isinstance(amount, float) and amount.is_integer() else amount
