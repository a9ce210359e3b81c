"""The rights of the scheduler: those of Kubernetes' own scheduler of the same minor version.

Source: the ClusterRoles `system:kube-scheduler` and `system:volume-scheduler`, in the API server's
plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
"""

from typing import Literal, NamedTuple, get_args

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import USER_SCHEDULER, Installation
from hexa_notebooks.kubernetes.k8s import k8s

KubernetesVersion = Literal["1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"]
VERSIONS = get_args(KubernetesVersion)
"""The Kubernetes versions whose scheduler's rights are known."""

_READ = ("get", "list", "watch")
_CHANGE = ("get", "list", "patch", "update", "watch")


class _Right(NamedTuple):
    since: int
    """The minor version of Kubernetes that introduced it: 30, the oldest known version, for all older ones too."""
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    own: bool = False
    """Whether it is limited to the scheduler's own Lease."""


_RIGHTS = (
    _Right(30, ("", "events.k8s.io"), ("events",), ("create", "patch", "update")),
    _Right(30, ("coordination.k8s.io",), ("leases",), ("create",)),
    _Right(30, ("coordination.k8s.io",), ("leases",), ("get", "update"), own=True),
    _Right(30, ("",), ("nodes",), _READ),
    _Right(30, ("",), ("pods",), ("delete", *_READ)),
    _Right(30, ("",), ("bindings", "pods/binding"), ("create",)),
    _Right(30, ("",), ("pods/status",), ("patch", "update")),
    _Right(30, ("",), ("replicationcontrollers", "services"), _READ),
    _Right(30, ("apps", "extensions"), ("replicasets",), _READ),
    _Right(30, ("apps",), ("statefulsets",), _READ),
    _Right(30, ("policy",), ("poddisruptionbudgets",), _READ),
    _Right(30, ("",), ("persistentvolumeclaims", "persistentvolumes"), _READ),
    _Right(30, ("authentication.k8s.io",), ("tokenreviews",), ("create",)),
    _Right(30, ("authorization.k8s.io",), ("subjectaccessreviews",), ("create",)),
    _Right(30, ("storage.k8s.io",), ("csinodes",), _READ),
    _Right(30, ("",), ("namespaces",), _READ),
    _Right(30, ("storage.k8s.io",), ("csidrivers",), _READ),
    _Right(30, ("storage.k8s.io",), ("csistoragecapacities",), _READ),
    _Right(30, ("",), ("persistentvolumes",), _CHANGE),
    _Right(30, ("storage.k8s.io",), ("storageclasses",), _READ),
    _Right(30, ("",), ("persistentvolumeclaims",), _CHANGE),
    _Right(31, ("coordination.k8s.io",), ("leases",), ("list", "watch"), own=True),
    _Right(31, ("coordination.k8s.io",), ("leasecandidates",), ("create", "delete", "deletecollection", *_CHANGE)),
    _Right(32, ("storage.k8s.io",), ("volumeattachments",), _READ),
    _Right(34, ("resource.k8s.io",), ("deviceclasses", "resourceslices"), _READ),
    _Right(34, ("resource.k8s.io",), ("resourceclaims", "resourceclaims/status"), _CHANGE),
    _Right(34, ("",), ("pods/finalizers",), ("update",)),
    _Right(36, ("resource.k8s.io",), ("resourceclaims",), ("create", "delete")),
    _Right(36, ("resource.k8s.io",), ("resourceclaims/binding",), ("patch", "update")),
    _Right(37, ("resource.k8s.io",), ("devicetaintrules",), _READ),
)


def lease(installation: Installation) -> str:
    """Return the name of the Lease by which the replicas elect a leader."""
    return installation.name(f"{USER_SCHEDULER}-lock")


def cluster_role_and_binding(
    scope: Construct, installation: Installation, account: str, version: str
) -> tuple[ApiObject, ApiObject]:
    """Add the ClusterRole for a Kubernetes version, and the ClusterRoleBinding that grants it to a ServiceAccount."""
    name = installation.cluster_name(USER_SCHEDULER)
    metadata = installation.cluster_metadata(USER_SCHEDULER, name)
    minor = int(version.removeprefix("1."))
    rules = [
        k8s.PolicyRule(
            api_groups=list(right.groups),
            resources=list(right.resources),
            resource_names=[lease(installation)] if right.own else None,
            verbs=list(right.verbs),
        )
        for right in _RIGHTS
        if right.since <= minor
    ]
    role = api_object(
        scope, "cluster-role", k8s.KubeClusterRole, k8s.KubeClusterRoleProps(metadata=metadata, rules=rules)
    )
    binding = api_object(
        scope,
        "cluster-role-binding",
        k8s.KubeClusterRoleBinding,
        k8s.KubeClusterRoleBindingProps(
            metadata=metadata,
            role_ref=k8s.RoleRef(api_group="rbac.authorization.k8s.io", kind="ClusterRole", name=name),
            subjects=[k8s.Subject(kind="ServiceAccount", name=account, namespace=installation.namespace)],
        ),
    )
    return role, binding
