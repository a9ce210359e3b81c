"""Whom label selectors select."""

from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.diff.changes import Comparison
from hexa_notebooks.diff.effect import Effect
from hexa_notebooks.diff.hub_facts import HubFacts
from hexa_notebooks.diff.manifests import Key, Manifest, ManifestSet
from hexa_notebooks.diff.workloads import labels, template

Labels = Mapping[str, str]
USERS_PODS = "users' running servers"


def selects(selector: Mapping[str, Any] | None, pod: Labels) -> bool:
    """Tell whether a LabelSelector selects a pod with these labels; an empty one selects all, None selects none."""
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
    """Return by which an object selects pods; None if it selects none."""
    spec = manifest.body.get("spec", {})
    match manifest.key.kind:
        case "Service":
            return {"matchLabels": spec["selector"]} if spec.get("selector") else None
        case "PodDisruptionBudget":
            found: Mapping[str, Any] | None = spec.get("selector")
            return found
        case "NetworkPolicy":
            return dict(spec.get("podSelector", {}))
    return None


def same_namespace(one: Key, other: Key) -> bool:
    """Tell whether two objects may be in one namespace; a manifest may leave it out."""
    return not one.namespace or not other.namespace or one.namespace == other.namespace


def pods(manifests: ManifestSet) -> dict[Key, Manifest]:
    """Return what makes pods."""
    return {key: manifest for key, manifest in manifests.items() if template(manifest) is not None}


def lost_pods(comparison: Comparison, old_hub: HubFacts | None, new_hub: HubFacts | None) -> Iterator[Effect]:
    """Yield the Services, budgets and policies that no longer select pods which they selected."""
    olds, news = pods(comparison.old), pods(comparison.new)
    users = [hub.pod_labels if hub else {} for hub in (old_hub, new_hub)]
    for key, (old, new) in comparison.pairs.items():
        before, after = selector(old), selector(new)
        if before is None:
            continue
        had = [pod for pod in olds if same_namespace(key, pod) and selects(before, labels(olds[pod]))]
        lost = [pod for pod in had if pod in news and not selects(after, labels(news[pod]))]
        has = [pod for pod in news if same_namespace(key, pod) and selects(after, labels(news[pod]))]
        instead = ", ".join(str(pod) for pod in has if pod not in had)
        for pod in lost:
            text = f"no longer selects the pods of {pod}{f', but those of {instead}' if instead else ''}"
            yield Effect("unsafe", "selector", str(key), text)
        if key.kind == "Service" and had and not lost and not has:
            yield Effect(
                "unsafe",
                "selector",
                str(key),
                f"selects no pods any more; those of {', '.join(map(str, had))} are gone",
            )
        if users[0] and selects(before, users[0]) and not selects(after, users[0]):
            yield Effect("unsafe", "selector", str(key), f"no longer selects {USERS_PODS}")
        elif users[0] and users[1] and selects(before, users[0]) and not selects(after, users[1]):
            yield Effect("unsafe", "selector", str(key), "does not select users' new servers as it did the old ones")
