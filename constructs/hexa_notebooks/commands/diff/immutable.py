"""Changes that the API server refuses."""

from collections.abc import Iterator

from hexa_notebooks.commands.diff.changes import ABSENT, Change, Comparison, Path, quantity, shown_path
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.manifest_set import Key, Manifest

_FIXED: dict[tuple[str, str], tuple[Path, ...]] = {
    ("apps", "Deployment"): (("spec", "selector"),),
    ("apps", "DaemonSet"): (("spec", "selector"),),
    ("apps", "ReplicaSet"): (("spec", "selector"),),
    ("apps", "StatefulSet"): (
        ("spec", "selector"),
        ("spec", "serviceName"),
        ("spec", "podManagementPolicy"),
        ("spec", "volumeClaimTemplates"),
    ),
    ("batch", "Job"): (("spec", "selector"), ("spec", "template"), ("spec", "completionMode")),
    ("", "PersistentVolumeClaim"): (("spec",),),
    ("rbac.authorization.k8s.io", "RoleBinding"): (("roleRef",),),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): (("roleRef",),),
    ("scheduling.k8s.io", "PriorityClass"): (("value",), ("preemptionPolicy",)),
    ("storage.k8s.io", "StorageClass"): (("parameters",), ("provisioner",), ("reclaimPolicy",), ("volumeBindingMode",)),
    ("", "Secret"): (("type",),),
    ("", "Pod"): (("spec",),),
}
_FREE: dict[str, tuple[Path, ...]] = {
    "PersistentVolumeClaim": (("spec", "volumeAttributesClassName"),),
    "Pod": (
        ("spec", "containers", "*", "image"),
        ("spec", "initContainers", "*", "image"),
        ("spec", "activeDeadlineSeconds"),
        ("spec", "tolerations"),
    ),
}
_STORAGE = ("spec", "resources", "requests", "storage")


def refusals(comparison: Comparison) -> Iterator[Effect]:
    """Yield each change of an immutable field."""
    for key, changes in comparison.changes.items():
        old, new = comparison.pairs[key]
        for change in changes:
            for text in _refused(key, old, new, change):
                yield Effect("unsafe", "refused", str(key), text)
            if key.kind == "PersistentVolumeClaim" and change.path == _STORAGE and not _shrinks(change):
                yield Effect("note", "claim", str(key), "grows, where its StorageClass allows expansion")


def _refused(key: Key, old: Manifest, new: Manifest, change: Change) -> Iterator[str]:
    field = shown_path(change.path)
    if change.path == _STORAGE and key.kind == "PersistentVolumeClaim":
        if _shrinks(change):
            sizes = ["nothing" if size is ABSENT else size for size in (change.old, change.new)]
            yield f"{field}: a claim cannot shrink, from {sizes[0]} to {sizes[1]}"
        return
    if old.body.get("immutable") and change.path[0] in ("data", "binaryData", "immutable"):
        yield f"{field}: the object is immutable; give the new one another name"
    elif any(change.within(*path) for path in _FREE.get(key.kind, ())):
        return
    elif any(change.touches(*path) for path in _FIXED.get((key.group, key.kind), ())):
        yield f"{field}: cannot change on a {key.kind} that exists{_unless(old, change)}"
    elif (key.group, key.kind) == ("", "Service"):
        yield from _service(old, new, change)


def _unless(old: Manifest, change: Change) -> str:
    """Return the exception for a field that the cluster fills in, if the old manifest does not show its value."""
    assigned = change.old is ABSENT and not old.live and change.path[-1] in ("storageClassName", "volumeName")
    return f", unless the cluster has already set {change.new!r}" if assigned else ""


def _service(old: Manifest, new: Manifest, change: Change) -> Iterator[str]:
    types = [manifest.body["spec"].get("type", "ClusterIP") for manifest in (old, new)]
    field = shown_path(change.path)
    match change.path[1:]:
        case ("clusterIP",) if "ExternalName" not in types and change.new not in (ABSENT, ""):
            address = "" if change.old is not ABSENT else ", unless it has this address"
            yield f"{field}: cannot change on a Service that exists{address}"
        case ("loadBalancerClass",) if types == ["LoadBalancer", "LoadBalancer"]:
            yield f"{field}: cannot change while the Service is a LoadBalancer"


def _shrinks(change: Change) -> bool:
    old, new = quantity(change.old), quantity(change.new)
    return old is not None and (new is None or new < old)
