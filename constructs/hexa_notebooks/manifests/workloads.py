"""Workloads: pod templates, and the objects that pods refer to."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from hexa_notebooks.manifests.manifest_set import Manifest, Object

ROLLED = ("DaemonSet", "Deployment", "StatefulSet")
"""Kinds that replace their pods when the template changes."""
_SOURCES = {
    "configMapKeyRef": "ConfigMap",
    "configMapRef": "ConfigMap",
    "secretKeyRef": "Secret",
    "secretRef": "Secret",
}
"""Sources of environment variables, and the kinds that they read."""


class Reference(NamedTuple):
    """An object that a pod reads."""

    kind: str
    name: str


def template(manifest: Manifest) -> Object | None:
    """Return the pod template of a workload, or a pod itself; None for any other object."""
    body, kind = manifest.body, manifest.key.kind
    if kind in (*ROLLED, "Job", "ReplicaSet"):
        return dict(body["spec"]["template"])
    if kind == "CronJob":
        return dict(body["spec"]["jobTemplate"]["spec"]["template"])
    return {"metadata": body["metadata"], "spec": body["spec"]} if kind == "Pod" else None


def pod_spec(manifest: Manifest | None) -> Object:
    """Return the spec of the pods of a workload; empty for any other object and for None."""
    return dict(((template(manifest) if manifest else None) or {}).get("spec", {}))


def labels(manifest: Manifest) -> dict[str, str]:
    """Return the labels of a workload's pods."""
    found = (template(manifest) or {}).get("metadata", {}).get("labels", {})
    return dict(found)


def containers(spec: Object) -> list[Object]:
    """Return the init containers and containers of a pod."""
    return [*spec.get("initContainers", []), *spec.get("containers", [])]


def references(spec: Object) -> set[Reference]:
    """Return the ConfigMaps, Secrets and claims that a pod reads."""
    found = {Reference("Secret", item.get("name", "")) for item in spec.get("imagePullSecrets", [])}
    for volume in spec.get("volumes", []):
        for source in [volume, *volume.get("projected", {}).get("sources", [])]:
            found |= set(_source(source))
    for container in containers(spec):
        for item in [*container.get("envFrom", []), *(var.get("valueFrom", {}) for var in container.get("env", []))]:
            found |= {Reference(kind, item[field].get("name", "")) for field, kind in _SOURCES.items() if field in item}
    return found


def _source(source: Object) -> Iterator[Reference]:
    for field, kind, name in (
        ("configMap", "ConfigMap", "name"),
        # A volume has `secretName`, a projected source has `name`.
        ("secret", "Secret", "secretName" if "secretName" in source.get("secret", {}) else "name"),
        ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
    ):
        if field in source:
            yield Reference(kind, source[field].get(name, ""))


def claim_mounts(spec: Object) -> Iterator[tuple[str, str, str]]:
    """Yield each claim that a pod mounts, with the mounted folder of the claim and the path in the container."""
    claims: dict[str, Any] = {
        volume["name"]: volume["persistentVolumeClaim"].get("claimName", "")
        for volume in spec.get("volumes", [])
        if "persistentVolumeClaim" in volume
    }
    for container in containers(spec):
        for mount in container.get("volumeMounts", []):
            if mount.get("name") in claims:
                yield claims[mount["name"]], mount.get("subPath", ""), mount.get("mountPath", "")
