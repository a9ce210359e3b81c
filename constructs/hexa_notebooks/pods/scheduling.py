"""Scheduling of pods, with the node purposes and taints of the Zero to JupyterHub documentation."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from hexa_notebooks.kubernetes.json_objects import JsonObject, shaped_as
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import LabelKey, LabelValue

NODE_PURPOSE = "hub.jupyter.org/node-purpose"
"""The node label whose value is `core` or `user`."""

NodePurpose = Literal["ignore", "prefer", "require"]
"""How pods use the purpose of a node: not at all, as a preference, or as a requirement."""


class Toleration(Config):
    """A toleration of a taint. The fields are those of Kubernetes' Toleration."""

    key: LabelKey | None = None
    """The taint's key. None tolerates every key, and needs the operator `Exists`."""
    operator: Literal["Equal", "Exists"] | None = "Equal"
    """`Equal`, the default, compares the value; `Exists` only the key. None leaves it to Kubernetes: `Equal`."""
    value: LabelValue | None = None
    """The taint's value, for the operator `Equal`. None by default."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """The taint's effect. None, the default, tolerates all effects."""
    toleration_seconds: int | None = None
    """For the effect `NoExecute`: how many seconds the pod may stay. None, the default, means forever."""

    @model_validator(mode="after")
    def _operator_fits(self) -> "Toleration":
        if self.operator == "Exists" and self.value:
            raise ValueError(f"a toleration with operator 'Exists' takes no value, got {self.value!r}; remove one")
        if self.operator != "Exists" and self.key is None:
            raise ValueError("a toleration without key tolerates every taint and needs operator='Exists'")
        return self

    def toleration(self) -> k8s.Toleration:
        """Return the toleration as a Kubernetes struct."""
        return k8s.Toleration(**self.model_dump(exclude_none=True))


def dedicated(purpose: Literal["core", "user"]) -> tuple[Toleration, ...]:
    """Return tolerations of nodes dedicated to `purpose`, in both spellings in use (Google Cloud refuses a `/`)."""
    return tuple(
        Toleration(key=key, value=purpose, effect="NoSchedule")
        for key in ("hub.jupyter.org/dedicated", "hub.jupyter.org_dedicated")
    )


def purpose_term(purpose: Literal["core", "user"]) -> k8s.NodeSelectorTerm:
    """Return a term that matches nodes of a purpose."""
    return k8s.NodeSelectorTerm(
        match_expressions=[k8s.NodeSelectorRequirement(key=NODE_PURPOSE, operator="In", values=[purpose])]
    )


class CoreSchedulingConfig(Config):
    """Scheduling of the hub and the proxy."""

    node_purpose: NodePurpose = "prefer"
    """How they use nodes with the label `hub.jupyter.org/node-purpose=core`. By default they prefer them."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that their node must have. None by default."""
    tolerations: tuple[Toleration, ...] = dedicated("core")
    """Taints that they tolerate. By default those of nodes dedicated to `core`."""

    def pod_fields(self) -> dict[str, Any]:
        """Return the fields of a pod's spec that say where it runs."""
        return {
            "affinity": self._affinity(),
            "node_selector": self.node_selector or None,
            "tolerations": [each.toleration() for each in self.tolerations] or None,
        }

    def _affinity(self) -> k8s.Affinity | None:
        if self.node_purpose == "ignore":
            return None
        term = purpose_term("core")
        if self.node_purpose == "require":
            required = k8s.NodeSelector(node_selector_terms=[term])
            affinity = k8s.NodeAffinity(required_during_scheduling_ignored_during_execution=required)
        else:
            preferred = k8s.PreferredSchedulingTerm(weight=100, preference=term)
            affinity = k8s.NodeAffinity(preferred_during_scheduling_ignored_during_execution=[preferred])
        return k8s.Affinity(node_affinity=affinity)


class AffinityConfig(Config):
    """Further affinity of users' servers, in Kubernetes' own JSON. None by default."""

    node_required: tuple[Annotated[JsonObject, shaped_as("NodeSelectorTerm")], ...] = ()
    """NodeSelectorTerms, one of which must match. A required node purpose becomes one more alternative, and so is no
    longer required: use `SingleuserConfig.node_requirements` to keep it required."""
    node_preferred: tuple[Annotated[JsonObject, shaped_as("PreferredSchedulingTerm")], ...] = ()
    """PreferredSchedulingTerms for nodes."""
    pod_required: tuple[Annotated[JsonObject, shaped_as("PodAffinityTerm")], ...] = ()
    """PodAffinityTerms that must match."""
    pod_preferred: tuple[Annotated[JsonObject, shaped_as("WeightedPodAffinityTerm")], ...] = ()
    """WeightedPodAffinityTerms that should match."""
    anti_pod_required: tuple[Annotated[JsonObject, shaped_as("PodAffinityTerm")], ...] = ()
    """PodAffinityTerms that must not match."""
    anti_pod_preferred: tuple[Annotated[JsonObject, shaped_as("WeightedPodAffinityTerm")], ...] = ()
    """WeightedPodAffinityTerms that should not match."""


class NodeRequirement(Config):
    """A condition on a node's label. The fields are those of Kubernetes' NodeSelectorRequirement."""

    key: LabelKey
    """The node's label."""
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] = "In"
    """How to compare the label's value with `values`. `In` by default."""
    values: tuple[LabelValue, ...] = ()
    """The values: none for `Exists` and `DoesNotExist`, one integer for `Gt` and `Lt`."""

    @model_validator(mode="after")
    def _values_fit(self) -> "NodeRequirement":
        match self.operator:
            case "Exists" | "DoesNotExist":
                wanted, fits = "no values", not self.values
            case "Gt" | "Lt":
                wanted, fits = "one integer", len(self.values) == 1 and self.values[0].isdecimal()
            case _:
                wanted, fits = "values", bool(self.values)
        if not fits:
            raise ValueError(f"operator {self.operator!r} takes {wanted}, got {list(self.values)!r}")
        return self

    def requirement(self) -> k8s.NodeSelectorRequirement:
        """Return the condition as a Kubernetes struct."""
        return k8s.NodeSelectorRequirement(key=self.key, operator=self.operator, values=list(self.values) or None)
