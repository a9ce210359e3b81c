"""User namespaces of servers, and the pod fields that they exclude.

Source: https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.kubernetes.json_objects import camel_case
from hexa_notebooks.storage.profile_list import variants
from hexa_notebooks.storage.user_storage import GCS_FUSE, listed

_LARGEST_ID = 65535
"""The largest user or group ID in a pod's user namespace."""
_NOT_ID_MAPPED = {
    GCS_FUSE,
    "blob.csi.azure.com",
    "efs.csi.aws.com",
    "filestore.csi.storage.gke.io",
    "nfs",
    "nfs.csi.k8s.io",
    "s3.csi.aws.com",
    "smb.csi.k8s.io",
}
"""CSI drivers, and the volume type `nfs`, of file systems without ID-mapped mounts: NFS, SMB and FUSE."""
_CONTAINER_IDS = ("runAsUser", "runAsGroup")
_POD_IDS = (*_CONTAINER_IDS, "fsGroup", "supplementalGroups")


def has_user_namespace(traits: Mapping[str, Any]) -> bool:
    """Tell whether a server with these traits of KubeSpawner has a user namespace."""
    return fields_of(traits.get("extra_pod_config")).get("hostUsers") is False


def check_user_namespaces(spawner: Mapping[str, Any], reason: str = "it has a user namespace") -> None:
    """Check all servers with a user namespace: for each profile and each choice of its options.

    Args:
        spawner: KubeSpawner's traits, including `profile_list`.
        reason: why servers have a user namespace, for error messages.

    Raises:
        ValueError: a server could not start: see `check_user_namespace`.

    """
    for where, traits in variants(spawner):
        if has_user_namespace(traits):
            check_user_namespace(traits, reason, where)


def check_user_namespace(traits: Mapping[str, Any], reason: str, where: str = "") -> None:
    """Check that a server with these traits can start in a user namespace.

    Raises:
        ValueError: an ID is too large, or a user namespace excludes a field or a volume.

    """
    for name, found in _ids(traits):
        if found > _LARGEST_ID:
            raise ValueError(
                f"{where}{name}: {reason}, in which IDs are at most {_LARGEST_ID}, got {found}; write a lower ID"
            )
    pod = fields_of(traits.get("extra_pod_config"))
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(name):
            raise ValueError(
                f"{where}extra_pod_config: {reason}, which Kubernetes does not allow together with {name}; remove"
                f" {name}"
            )
    for field in ("extra_volumes", "volumes"):
        for name, volume in _volumes(traits.get(field)):
            driver = "nfs" if "nfs" in volume else fields_of(volume.get("csi")).get("driver")
            if driver in _NOT_ID_MAPPED:
                raise ValueError(
                    f"{where}{field}: {reason}, in which {name!r} cannot be mounted, as the kernel does not map the IDs"
                    f" of {driver!r}; remove the volume, or choose another storage"
                )
    for field in ("init_containers", "extra_containers"):
        for container in map(camel_case, listed(traits.get(field))):
            problem = f"{where}{field}: {reason}, and {container.get('name')!r}"
            if container.get("volumeDevices"):
                raise ValueError(f"{problem} has volumeDevices, which Kubernetes does not allow in it; remove them")
            for _, found in _ids_of("", container.get("securityContext"), _CONTAINER_IDS):
                if found > _LARGEST_ID:
                    raise ValueError(f"{problem} runs as {found}; write an ID of at most {_LARGEST_ID}")


def _ids(traits: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the path and the value of each user and group ID of a server."""
    own = {name: traits.get(name) for name in ("uid", "gid", "fs_gid", "supplemental_gids")}
    yield from _ids_of("", own, own)
    for name, fields in (("container_security_context", _CONTAINER_IDS), ("pod_security_context", _POD_IDS)):
        yield from _ids_of(f"{name}.", traits.get(name), fields)
    for name, fields in (("extra_container_config", _CONTAINER_IDS), ("extra_pod_config", _POD_IDS)):
        yield from _ids_of(f"{name}.securityContext.", fields_of(traits.get(name)).get("securityContext"), fields)


def _ids_of(name: str, context: Any, fields: Any) -> Iterator[tuple[str, int]]:
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


def fields_of(value: Any) -> dict[str, Any]:
    """Return an object's fields as Kubernetes spells them. A value that is no object has none: nothing checked it."""
    return camel_case(value) if isinstance(value, Mapping) else {}
