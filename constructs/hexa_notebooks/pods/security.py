"""Security contexts that the Pod Security level `restricted` admits, the same for all pods.

Source: the Pod Security Standards, https://kubernetes.io/docs/concepts/security/pod-security-standards/.
"""

from typing import Literal

from hexa_notebooks.kubernetes.k8s import k8s

PodSecurityLevel = Literal["privileged", "baseline", "restricted"]
"""The Pod Security levels of a namespace, from the least to the most restrictive."""

NOBODY = 65534
"""The user ID of `nobody`, who owns no files."""


def pod_security_context(*, fs_group: int | None = None, hardened: bool = True) -> k8s.PodSecurityContext:
    """Return the security context of a pod that never runs as root. `fs_group` is the group of its volumes."""
    return k8s.PodSecurityContext(
        run_as_non_root=True,
        fs_group=fs_group,
        # Do not change the group of every file at each start if the root of the volume has the right one already.
        fs_group_change_policy="OnRootMismatch" if fs_group and hardened else None,
        seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault"),
    )


def container_security_context(uid: int, gid: int, *, hardened: bool = True) -> k8s.SecurityContext:
    """Return the security context of a container that can write only to its volumes.

    `hardened=False` gives the context of the Helm chart: the root file system is writable, and fields that the pod sets
    too are left out, except for containers that run as nobody.
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
