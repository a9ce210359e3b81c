"""Settings of the hub's admission policy."""

from typing import Literal

from pydantic import field_validator

from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.model.config import Config
from hexa_notebooks.traits import Traits, check

_OTHER_OBJECTS = (
    ("JupyterHub", "internal_ssl", "Secrets and Services"),
    ("KubeSpawner", "services_enabled", "Services"),
    ("KubeSpawner", "enable_user_namespaces", "namespaces for users"),
)
"""Traits with which the hub creates other objects than pods and claims."""


class AdmissionPolicyConfig(Config):
    """A ValidatingAdmissionPolicy: the hub may create only the pods and claims that this cluster file describes.

    Without it, the right to create pods is a right to everything that the namespace admits; in a `privileged` namespace
    that includes root on every node. The policy applies only to the hub's ServiceAccount in the hub's namespace. It
    needs Kubernetes 1.30, and only a cluster administrator can apply it.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/.
    """

    action: Literal["Deny", "Warn", "Audit"] = "Deny"
    """The action for a request that violates the policy. `Deny`, the default, refuses it. `Warn` and `Audit` admit it,
    so that you can try out the policy: the API server counts the request, or writes it to the audit log."""
    also_admits: tuple[JsonObject, ...] = ()
    """Further pods to admit, each as KubeSpawner traits that override those of every server, like a profile's
    `kubespawner_override`. Example: `{"volumes": {"aws": {"name": "aws-iam-token", "projected": {...}}}}`. Use it for
    changes that this library cannot know, by a hook in `hub.extra_config` or by another webhook. Write pod fields
    without a trait into `extra_pod_config`. `{any}` matches any text. None by default."""

    @field_validator("also_admits")
    @classmethod
    def _are_traits(cls, value: tuple[JsonObject, ...]) -> tuple[JsonObject, ...]:
        for number, override in enumerate(value):
            check({"KubeSpawner": override}, where=f"item {number}")
        return value

    def check_traits(self, traits: Traits) -> None:
        """Check that the hub creates only pods and claims, in its own namespace.

        Raises:
            ValueError: a trait makes it create other objects.

        """
        for section, trait, objects in _OTHER_OBJECTS:
            if traits.get(section, {}).get(trait):
                raise ValueError(
                    f"admission_policy: {section}.{trait} makes the hub create {objects}, but the policy only admits"
                    " pods and claims in the hub's namespace; remove the trait, or set admission_policy=None"
                )
