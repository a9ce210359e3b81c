"""Selectors that lose pods."""

from collections.abc import Iterator

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.hub_facts import HubFacts
from hexa_notebooks.manifests.selectors import pods, same_namespace, selector, selects
from hexa_notebooks.manifests.workloads import labels

USERS_PODS = "users' running servers"


def lost_pods(comparison: Comparison, old_hub: HubFacts | None, new_hub: HubFacts | None) -> Iterator[Effect]:
    """Yield the Services, PodDisruptionBudgets and policies that no longer select pods that they selected."""
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
            text = f"no longer selects any pods: those of {', '.join(map(str, had))} are gone"
            yield Effect("unsafe", "selector", str(key), text)
        if users[0] and selects(before, users[0]) and not selects(after, users[0]):
            yield Effect("unsafe", "selector", str(key), f"no longer selects {USERS_PODS}")
        elif users[0] and users[1] and selects(before, users[0]) and not selects(after, users[1]):
            yield Effect("unsafe", "selector", str(key), "selects users' running servers, but not new ones")
