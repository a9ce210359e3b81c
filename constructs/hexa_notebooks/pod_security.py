"""Security contexts that Pod Security `restricted` admits, the same for every pod that we write.

Source: the Pod Security Standards, https://kubernetes.io/docs/concepts/security/pod-security-standards/.
"""

from typing import Literal

from hexa_notebooks.k8s import k8s

PodSecurityLevel = Literal["privileged", "baseline", "restricted"]
"""What the admission controller lets into a namespace, in the order from everything to hardened pods only."""


def pod_security_context(*, fs_group: int | None = None) -> k8s.PodSecurityContext:
    """Return the context of a pod that never runs as root; `fs_group` owns its volumes."""
    return k8s.PodSecurityContext(
        run_as_non_root=True,
        fs_group=fs_group,
        # A large volume is not walked file by file at each start when its root already belongs to the group.
        fs_group_change_policy="OnRootMismatch" if fs_group else None,
        seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault"),
    )


def container_security_context(uid: int, gid: int) -> k8s.SecurityContext:
    """Return the context of a container that may change nothing outside its volumes."""
    return k8s.SecurityContext(
        allow_privilege_escalation=False,
        capabilities=k8s.Capabilities(drop=["ALL"]),
        read_only_root_filesystem=True,
        run_as_group=gid,
        run_as_non_root=True,
        run_as_user=uid,
        seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault"),
    )
