"""As whom the hub calls Kubernetes, and what it may do there: no more than the enabled features need."""

from collections.abc import Sequence

import cdk8s
from constructs import Construct

from hexa_notebooks.api_object import api_object
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import HUB, Installation
from hexa_notebooks.k8s import k8s


def rbac(
    scope: Construct, installation: Installation, parts: Sequence[HubPart]
) -> tuple[cdk8s.ApiObject, cdk8s.ApiObject, cdk8s.ApiObject]:
    """Add the ServiceAccount, the Role with the rules of the parts, and the RoleBinding between them."""
    name = installation.name(HUB)
    annotations = {key: value for part in parts for key, value in part.service_account_annotations.items()}
    account = api_object(
        scope,
        "service-account",
        k8s.KubeServiceAccount,
        k8s.KubeServiceAccountProps(
            metadata=installation.metadata(HUB, HUB, annotations),
            # The hub's pod asks for the token itself; nothing else gets one by accident.
            automount_service_account_token=False,
        ),
    )
    role = api_object(
        scope,
        "role",
        k8s.KubeRole,
        k8s.KubeRoleProps(
            metadata=installation.metadata(HUB, HUB), rules=[rule for part in parts for rule in part.role_rules]
        ),
    )
    binding = api_object(
        scope,
        "role-binding",
        k8s.KubeRoleBinding,
        k8s.KubeRoleBindingProps(
            metadata=installation.metadata(HUB, HUB),
            role_ref=k8s.RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name=name),
            subjects=[k8s.Subject(kind="ServiceAccount", name=name, namespace=installation.namespace)],
        ),
    )
    return account, role, binding
