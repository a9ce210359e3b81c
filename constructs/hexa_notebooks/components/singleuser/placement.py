"""Scheduling of pods that must run on the same nodes as users' servers: placeholders and image pullers.

Here the term for the node purpose comes before the cluster file's own terms, as in the Helm chart. In KubeSpawner's
traits it comes after them. The scheduler makes no difference.
"""

from collections.abc import Callable, Sequence
from typing import Any

from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.spawner import affinity
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.kubernetes.k8s import to_json
from hexa_notebooks.pods.scheduling import Toleration

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_TRAITS = {"nodeAffinity": "node_affinity", "podAffinity": "pod_affinity", "podAntiAffinity": "pod_anti_affinity"}


def required_affinity(config: SingleuserConfig) -> dict[str, Any] | None:
    """Return the required part of a server's affinity."""
    required = _purpose_first(affinity(config)["node_affinity_required"], config.affinity.node_required)
    return {"nodeAffinity": {_REQUIRED: {"nodeSelectorTerms": required}}} if required else None


def server_affinity(config: SingleuserConfig) -> dict[str, Any] | None:
    """Return a server's affinity, required and preferred."""
    traits, own = affinity(config), config.affinity
    own_terms = {"node_affinity_required": own.node_required, "node_affinity_preferred": own.node_preferred}
    return affinity_json(lambda trait: _purpose_first(traits[trait], own_terms.get(trait, ())))


def affinity_json(terms: Callable[[str], list[Any]]) -> dict[str, Any] | None:
    """Return Kubernetes' affinity, or None if it has no terms. `terms` returns the terms of a KubeSpawner trait."""
    found: dict[str, Any] = {}
    for field, trait in _TRAITS.items():
        required: Any = terms(f"{trait}_required")
        if required and field == "nodeAffinity":
            required = {"nodeSelectorTerms": required}
        parts = {_REQUIRED: required, _PREFERRED: terms(f"{trait}_preferred")}
        found[field] = {when: part for when, part in parts.items() if part}
    return {field: parts for field, parts in found.items() if parts} or None


def server_tolerations(config: SingleuserConfig, further: Sequence[Toleration] = ()) -> list[Any] | None:
    """Return a server's tolerations and further ones."""
    return [to_json(toleration.toleration()) for toleration in (*config.tolerations, *further)] or None


def _purpose_first(terms: list[Any], own: Sequence[JsonObject]) -> list[Any]:
    return [*terms[len(own) :], *own]
