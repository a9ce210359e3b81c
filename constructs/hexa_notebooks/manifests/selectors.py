"""Label selectors and the pods that they select."""

from collections.abc import Mapping
from typing import Any

from hexa_notebooks.manifests.manifest_set import Key, Manifest, ManifestSet
from hexa_notebooks.manifests.workloads import template

Labels = Mapping[str, str]


def selects(selector: Mapping[str, Any] | None, pod: Labels) -> bool:
    """Return whether a LabelSelector selects a pod with these labels. An empty one selects all pods, None none."""
    if selector is None:
        return False
    return all(pod.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        _fulfils(term, pod) for term in selector.get("matchExpressions", [])
    )


def _fulfils(term: Mapping[str, Any], pod: Labels) -> bool:
    key, values = term.get("key", ""), term.get("values", [])
    match term.get("operator"):
        case "In":
            return pod.get(key) in values
        case "NotIn":
            return pod.get(key) not in values
        case "Exists":
            return key in pod
        case "DoesNotExist":
            return key not in pod
    return False


def selector(manifest: Manifest) -> Mapping[str, Any] | None:
    """Return the selector with which an object selects pods; None if it selects none."""
    spec = manifest.body.get("spec", {})
    match manifest.key.kind:
        case "Service":
            return {"matchLabels": spec["selector"]} if spec.get("selector") else None
        case "PodDisruptionBudget":
            return dict(spec["selector"]) if "selector" in spec else None
        case "NetworkPolicy":
            return dict(spec.get("podSelector", {}))
    return None


def same_namespace(one: Key, other: Key) -> bool:
    """Return whether two objects can be in the same namespace. A manifest may leave out its namespace."""
    return not one.namespace or not other.namespace or one.namespace == other.namespace


def pods(manifests: ManifestSet) -> dict[Key, Manifest]:
    """Return the workloads and pods of a set."""
    return {key: manifest for key, manifest in manifests.items() if template(manifest) is not None}
