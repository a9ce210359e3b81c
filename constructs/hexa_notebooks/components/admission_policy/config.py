"""Settings of the hub's admission policy."""

from typing import Literal

from pydantic import field_validator

from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.model.config import Config
from hexa_notebooks.traits import Traits, check

_MAKES_MORE = (
    ("JupyterHub", "internal_ssl", "Secrets and Services"),
    ("KubeSpawner", "services_enabled", "Services"),
    ("KubeSpawner", "enable_user_namespaces", "namespaces for users"),
)
"""Traits with which the hub makes other objects than pods and claims."""


class AdmissionPolicyConfig(Config):
    """A ValidatingAdmissionPolicy: the hub may make the pods and claims that this cluster file describes, no others.

    The right to create pods is else the right to everything that the namespace admits, and where that is `privileged`,
    to every node. The policy counts for the hub's ServiceAccount in its namespace alone. It needs Kubernetes 1.30, and
    to apply it the rights of a cluster's administrator.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/.
    """

    action: Literal["Deny", "Warn", "Audit"] = "Deny"
    """What happens to a request that it does not admit. `Deny`, the default, refuses it. `Warn` and `Audit` let it
    pass, to try the policy first: the API server counts it, or notes it in the cluster's audit log."""
    also_admits: tuple[JsonObject, ...] = ()
    """What else pods may have, each as a profile's `kubespawner_override` says it, by KubeSpawner's traits, such as
    `{"volumes": {"aws": {"name": "aws-iam-token", "projected": {...}}}}`: for what a hook in `hub.extra_config` or
    another webhook of the cluster adds, which nobody can know from here. A field of pods that has no trait goes into
    `extra_pod_config`. `{any}` stands for any text. None by default."""

    @field_validator("also_admits")
    @classmethod
    def _are_traits(cls, value: tuple[JsonObject, ...]) -> tuple[JsonObject, ...]:
        for number, override in enumerate(value):
            check({"KubeSpawner": override}, where=f"item {number}")
        return value

    def check_traits(self, traits: Traits) -> None:
        """Check that the hub makes nothing but pods and claims in its own namespace.

        Raises:
            ValueError: a trait makes it create other objects.

        """
        for section, trait, makes in _MAKES_MORE:
            if traits.get(section, {}).get(trait):
                raise ValueError(
                    f"admission_policy: {section}.{trait} has the hub make {makes}, and the policy covers pods and"
                    " claims in the hub's namespace alone; remove the trait, or set admission_policy=None"
                )
