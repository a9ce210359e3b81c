"""Security contexts that Pod Security `restricted` admits, the same for every pod that we write.

Source: the Pod Security Standards, https://kubernetes.io/docs/concepts/security/pod-security-standards/.
"""

from typing import Literal

from hexa_notebooks.kubernetes.k8s import k8s

PodSecurityLevel = Literal["privileged", "baseline", "restricted"]
"""What the admission controller lets into a namespace, in the order from everything to hardened pods only."""

NOBODY = 65534
"""The user that owns nothing."""


def pod_security_context(*, fs_group: int | None = None, hardened: bool = True) -> k8s.PodSecurityContext:
    """Return the context of a pod that never runs as root; `fs_group` owns its volumes."""
    return k8s.PodSecurityContext(
        run_as_non_root=True,
        fs_group=fs_group,
        # A large volume is not walked file by file at each start when its root already belongs to the group.
        fs_group_change_policy="OnRootMismatch" if fs_group and hardened else None,
        seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault"),
    )


def container_security_context(uid: int, gid: int, *, hardened: bool = True) -> k8s.SecurityContext:
    """Return the context of a container that may change nothing outside its volumes.

    One that is not `hardened` may write its root file system, and leaves to the pod what the pod says as well, unless
    it runs as nobody: so the Helm chart has it.
    """
    whole = hardened or uid == NOBODY
    return k8s.SecurityContext(
        allow_privilege_escalation=False,
        capabilities=k8s.Capabilities(drop=["ALL"]),
        read_only_root_filesystem=True if hardened else None,
        run_as_group=gid,
        run_as_non_root=True if whole else None,
        run_as_user=uid,
        seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault") if whole else None,
    )
