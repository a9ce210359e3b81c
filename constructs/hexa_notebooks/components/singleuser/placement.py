"""Where users' servers run, for pods of ours that must be on the same nodes: placeholders and image pullers.

Here the purpose of nodes comes before the user's own terms, as in the Helm chart, and for KubeSpawner after them. It is
the same to the scheduler.
"""

from collections.abc import Sequence
from typing import Any

from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.spawner import affinity
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.kubernetes.k8s import to_json
from hexa_notebooks.pods.scheduling import Toleration

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def required_affinity(config: SingleuserConfig) -> dict[str, Any] | None:
    """Return the part of the affinity without which a server runs on no node."""
    required = _purpose_first(affinity(config)["node_affinity_required"], config.affinity.node_required)
    return {"nodeAffinity": {_REQUIRED: {"nodeSelectorTerms": required}}} if required else None


def server_affinity(config: SingleuserConfig) -> dict[str, Any] | None:
    """Return the whole affinity of a server, the wishes too."""
    traits = affinity(config)
    preferred = _purpose_first(traits["node_affinity_preferred"], config.affinity.node_preferred)
    node = (required_affinity(config) or {}).get("nodeAffinity", {}) | ({_PREFERRED: preferred} if preferred else {})
    found = {"nodeAffinity": node}
    for field, name in (("podAffinity", "pod_affinity"), ("podAntiAffinity", "pod_anti_affinity")):
        terms = {_REQUIRED: traits[f"{name}_required"], _PREFERRED: traits[f"{name}_preferred"]}
        found[field] = {when: wanted for when, wanted in terms.items() if wanted}
    return {field: terms for field, terms in found.items() if terms} or None


def server_tolerations(config: SingleuserConfig, further: Sequence[Toleration] = ()) -> list[Any] | None:
    """Return the tolerations of a server, and further ones."""
    return [to_json(toleration.toleration()) for toleration in (*config.tolerations, *further)] or None


def _purpose_first(terms: list[Any], own: Sequence[JsonObject]) -> list[Any]:
    return [*terms[len(own) :], *own]
