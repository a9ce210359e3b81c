"""User namespaces of servers: who has one, and what none of these can have.

Source: https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.kubernetes.json_objects import camel_case
from hexa_notebooks.storage.profile_list import variants
from hexa_notebooks.storage.user_storage import GCS_FUSE, listed

_LARGEST_ID = 65535
"""A user namespace of a pod has the ids from 0 to here."""
_NOT_ID_MAPPED = {
    GCS_FUSE,
    "blob.csi.azure.com",
    "efs.csi.aws.com",
    "filestore.csi.storage.gke.io",
    "nfs.csi.k8s.io",
    "s3.csi.aws.com",
    "smb.csi.k8s.io",
}
"""Drivers of file systems whose ids the kernel does not map: NFS, SMB and FUSE."""
_CONTAINER_IDS = ("runAsUser", "runAsGroup")
_POD_IDS = (*_CONTAINER_IDS, "fsGroup", "supplementalGroups")


def has_user_namespace(traits: Mapping[str, Any]) -> bool:
    """Tell whether a server with these traits of KubeSpawner has one."""
    return _spelt(traits.get("extra_pod_config")).get("hostUsers") is False


def check_user_namespaces(spawner: Mapping[str, Any], reason: str = "it has a user namespace") -> None:
    """Refuse what no server with a user namespace could start with, with any profile and any choice of its options.

    Args:
        spawner: KubeSpawner's traits, `profile_list` among them.
        reason: why servers have one, where it is known.

    Raises:
        ValueError: an id is too large, or a field or a volume cannot be had beside it.

    """
    for where, traits in variants(spawner):
        if has_user_namespace(traits):
            check_user_namespace(traits, reason, where)


def check_user_namespace(traits: Mapping[str, Any], reason: str, where: str = "") -> None:
    """Refuse what a server with a user namespace could not start with.

    Raises:
        ValueError: an id is too large, or a field or a volume cannot be had beside it.

    """
    for name, found in _ids(traits):
        if found > _LARGEST_ID:
            raise ValueError(
                f"{where}{name}: {reason}, which has no id above {_LARGEST_ID}, got {found}; write a lower one"
            )
    pod = _spelt(traits.get("extra_pod_config"))
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(name):
            raise ValueError(f"{where}extra_pod_config: {reason}, which Kubernetes refuses beside {name}; remove it")
    for field in ("extra_volumes", "volumes"):
        for name, volume in _volumes(traits.get(field)):
            csi = volume.get("csi")
            driver = "nfs" if "nfs" in volume else csi.get("driver") if isinstance(csi, Mapping) else None
            if driver in {"nfs", *_NOT_ID_MAPPED}:
                raise ValueError(
                    f"{where}{field}: {reason}, into which {name!r} cannot be mounted, as of {driver!r} the kernel maps"
                    " no ids; remove the volume, or choose another storage"
                )
    for field in ("init_containers", "extra_containers"):
        for container in map(camel_case, listed(traits.get(field))):
            told = f"{where}{field}: {reason}, and {container.get('name')!r}"
            if container.get("volumeDevices"):
                raise ValueError(f"{told} has volumeDevices, which Kubernetes refuses beside it; remove them")
            for _, found in _of_context("", container.get("securityContext"), _CONTAINER_IDS):
                if found > _LARGEST_ID:
                    raise ValueError(f"{told} runs as {found}; the largest id in it is {_LARGEST_ID}")


def _ids(traits: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the ids of users and groups that a server gets, and where they stand."""
    own = {name: traits.get(name) for name in ("uid", "gid", "fs_gid", "supplemental_gids")}
    yield from _of_context("", own, own)
    for name, fields in (("container_security_context", _CONTAINER_IDS), ("pod_security_context", _POD_IDS)):
        yield from _of_context(f"{name}.", traits.get(name), fields)
    for name, fields in (("extra_container_config", _CONTAINER_IDS), ("extra_pod_config", _POD_IDS)):
        yield from _of_context(f"{name}.securityContext.", _spelt(traits.get(name)).get("securityContext"), fields)


def _of_context(name: str, context: Any, fields: Any) -> Iterator[tuple[str, int]]:
    for field in fields if isinstance(context, Mapping) else ():
        value = context.get(field)
        for found in value if isinstance(value, list | tuple) else [value]:
            if isinstance(found, int):
                yield f"{name}{field}", found


def _volumes(volumes: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(volumes, Mapping):
        yield from ((key, value) for key, value in volumes.items() if isinstance(value, Mapping))
    else:
        yield from ((str(volume.get("name")), volume) for volume in listed(volumes))


def _spelt(fields: Any) -> dict[str, Any]:
    return camel_case(fields) if isinstance(fields, Mapping) else {}
