"""Pods of a set: their templates, and what these refer to."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from hexa_notebooks.manifests.manifest_set import Manifest, Object

ROLLED = ("DaemonSet", "Deployment", "StatefulSet")
"""Kinds whose pods are replaced when their template changes."""


class Reference(NamedTuple):
    """An object that a pod reads."""

    kind: str
    name: str


def template(manifest: Manifest) -> Object | None:
    """Return the pod template of a workload, or the pod itself; None of any other object."""
    body, kind = manifest.body, manifest.key.kind
    if kind in (*ROLLED, "Job", "ReplicaSet"):
        return dict(body["spec"]["template"])
    if kind == "CronJob":
        return dict(body["spec"]["jobTemplate"]["spec"]["template"])
    return {"metadata": body["metadata"], "spec": body["spec"]} if kind == "Pod" else None


def labels(manifest: Manifest) -> dict[str, str]:
    """Return the labels of a workload's pods."""
    found = (template(manifest) or {}).get("metadata", {}).get("labels", {})
    return dict(found)


def containers(spec: Object) -> list[Object]:
    """Return all containers of a pod."""
    return [*spec.get("initContainers", []), *spec.get("containers", [])]


def references(spec: Object) -> set[Reference]:
    """Return which ConfigMaps, Secrets and claims a pod reads."""
    found = {Reference("Secret", item.get("name", "")) for item in spec.get("imagePullSecrets", [])}
    for volume in spec.get("volumes", []):
        sources = [volume, *volume.get("projected", {}).get("sources", [])]
        for source in sources:
            found |= set(_source(source))
    for container in containers(spec):
        for item in [*container.get("envFrom", []), *(var.get("valueFrom", {}) for var in container.get("env", []))]:
            for field, kind in _FIELDS.items():
                if field in item:
                    found.add(Reference(kind, item[field].get("name", "")))
    return found


_FIELDS = {
    "configMapKeyRef": "ConfigMap",
    "configMapRef": "ConfigMap",
    "secretKeyRef": "Secret",
    "secretRef": "Secret",
}


def _source(source: Object) -> Iterator[Reference]:
    for field, kind, name in (
        ("configMap", "ConfigMap", "name"),
        ("secret", "Secret", "secretName" if "secretName" in source.get("secret", {}) else "name"),
        ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
    ):
        if field in source:
            yield Reference(kind, source[field].get(name, ""))


def claim_mounts(spec: Object) -> Iterator[tuple[str, str, str]]:
    """Yield each claim that a pod mounts, the folder of it, and where."""
    claims: dict[str, Any] = {
        volume["name"]: volume["persistentVolumeClaim"].get("claimName", "")
        for volume in spec.get("volumes", [])
        if "persistentVolumeClaim" in volume
    }
    for container in containers(spec):
        for mount in container.get("volumeMounts", []):
            if mount.get("name") in claims:
                yield claims[mount["name"]], mount.get("subPath", ""), mount.get("mountPath", "")
