"""Rights in the Kubernetes API: a Role, and the RoleBinding that grants it to a ServiceAccount."""

from typing import Any

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.k8s import k8s


def role(scope: Construct, metadata: k8s.ObjectMeta, rules: Any) -> ApiObject:
    """Add a Role. `rules` are typed structs, or JSON."""
    return api_object(scope, "role", k8s.KubeRole, {"metadata": metadata, "rules": rules})


def role_binding(scope: Construct, metadata: k8s.ObjectMeta, account: str, namespace: str | None) -> ApiObject:
    """Add the RoleBinding that grants the Role of the same name to the ServiceAccount `account`."""
    return api_object(
        scope,
        "role-binding",
        k8s.KubeRoleBinding,
        k8s.KubeRoleBindingProps(
            metadata=metadata,
            role_ref=k8s.RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name=str(metadata.name)),
            subjects=[k8s.Subject(kind="ServiceAccount", name=account, namespace=namespace)],
        ),
    )
