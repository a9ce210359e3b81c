"""As whom the hub calls Kubernetes, and what it may do there: no more than the enabled features need."""

from collections.abc import Sequence

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.kubernetes.k8s import k8s


def role_and_binding(
    scope: Construct, config: HubConfig, installation: Installation, parts: Sequence[HubPart]
) -> tuple[ApiObject, ApiObject]:
    """Add the Role with the rules of the parts, and the RoleBinding that gives it to the hub."""
    name = installation.name(HUB)
    account = config.service_account.account(name)
    needed = [rule for part in parts for rule in part.role_rules]
    role = api_object(
        scope,
        "role",
        k8s.KubeRole,
        {
            "metadata": installation.metadata(HUB, HUB),
            "rules": needed if config.role_rules is None else config.role_rules,
        },
    )
    binding = api_object(
        scope,
        "role-binding",
        k8s.KubeRoleBinding,
        k8s.KubeRoleBindingProps(
            metadata=installation.metadata(HUB, HUB),
            role_ref=k8s.RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name=name),
            subjects=[k8s.Subject(kind="ServiceAccount", name=account, namespace=installation.namespace)],
        ),
    )
    return role, binding
