"""On which nodes pods run: the node purposes and taints that the Zero to JupyterHub documentation made common."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from hexa_notebooks.kubernetes.json_objects import JsonObject, shaped_as
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import LabelKey, LabelValue

NODE_PURPOSE = "hub.jupyter.org/node-purpose"
"""The node label whose value is `core` or `user`."""

NodePurpose = Literal["ignore", "prefer", "require"]
"""Whether pods care about the node's purpose: not at all, by preference, or as a condition."""


class Toleration(Config):
    """A taint that pods put up with. Fields as in Kubernetes' Toleration."""

    key: LabelKey | None = None
    """The taint's key. None tolerates every key, and needs the operator `Exists`."""
    operator: Literal["Equal", "Exists"] | None = "Equal"
    """Whether the value must be equal or the key alone counts. None leaves it to Kubernetes, for which it is equal."""
    value: LabelValue | None = None
    """The taint's value, with the operator `Equal`."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """The taint's effect. None tolerates all of them."""
    toleration_seconds: int | None = None
    """With the effect `NoExecute`: for how many seconds. None, the default, means for ever."""

    @model_validator(mode="after")
    def _operator_fits(self) -> "Toleration":
        if self.operator == "Exists" and self.value:
            raise ValueError(
                f"a toleration with operator 'Exists' takes no value, got {self.value!r}; remove one of the two"
            )
        if self.operator != "Exists" and self.key is None:
            raise ValueError("a toleration without key tolerates every taint and needs operator='Exists'")
        return self

    def toleration(self) -> k8s.Toleration:
        """Return the toleration as Kubernetes writes it."""
        return k8s.Toleration(**self.model_dump(exclude_none=True))


def dedicated(purpose: Literal["core", "user"]) -> tuple[Toleration, ...]:
    """Return what tolerates nodes set aside for `purpose`, in both spellings in use (Google Cloud refuses a `/`)."""
    return tuple(
        Toleration(key=key, value=purpose, effect="NoSchedule")
        for key in ("hub.jupyter.org/dedicated", "hub.jupyter.org_dedicated")
    )


def purpose_term(purpose: Literal["core", "user"]) -> k8s.NodeSelectorTerm:
    """Return the term that matches nodes of this purpose."""
    return k8s.NodeSelectorTerm(
        match_expressions=[k8s.NodeSelectorRequirement(key=NODE_PURPOSE, operator="In", values=[purpose])]
    )


class CoreSchedulingConfig(Config):
    """Where the hub and the proxy run."""

    node_purpose: NodePurpose = "prefer"
    """Whether they look for nodes labelled `hub.jupyter.org/node-purpose=core`. By default they prefer them."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that the node must have. None by default."""
    tolerations: tuple[Toleration, ...] = dedicated("core")
    """Taints to put up with. By default those of nodes dedicated to `core`."""

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
        if self.node_purpose == "require":
            required = k8s.NodeSelector(node_selector_terms=[purpose_term("core")])
            return k8s.Affinity(
                node_affinity=k8s.NodeAffinity(required_during_scheduling_ignored_during_execution=required)
            )
        preferred = k8s.PreferredSchedulingTerm(weight=100, preference=purpose_term("core"))
        return k8s.Affinity(
            node_affinity=k8s.NodeAffinity(preferred_during_scheduling_ignored_during_execution=[preferred])
        )


class AffinityConfig(Config):
    """Further wishes about where a user's server runs, as Kubernetes writes them; nothing by default."""

    node_required: tuple[Annotated[JsonObject, shaped_as("NodeSelectorTerm")], ...] = ()
    """NodeSelectorTerms, of which one must hold. They are alternatives: with one of these a required purpose is one
    alternative more, so that it binds no longer; `SingleuserConfig.node_requirements` do not weaken it."""
    node_preferred: tuple[Annotated[JsonObject, shaped_as("PreferredSchedulingTerm")], ...] = ()
    """PreferredSchedulingTerms about the node."""
    pod_required: tuple[Annotated[JsonObject, shaped_as("PodAffinityTerm")], ...] = ()
    """PodAffinityTerms that must hold."""
    pod_preferred: tuple[Annotated[JsonObject, shaped_as("WeightedPodAffinityTerm")], ...] = ()
    """WeightedPodAffinityTerms."""
    anti_pod_required: tuple[Annotated[JsonObject, shaped_as("PodAffinityTerm")], ...] = ()
    """PodAffinityTerms that must not hold."""
    anti_pod_preferred: tuple[Annotated[JsonObject, shaped_as("WeightedPodAffinityTerm")], ...] = ()
    """WeightedPodAffinityTerms that should not hold."""


class NodeRequirement(Config):
    """A condition on a node's label. Fields as in Kubernetes' NodeSelectorRequirement."""

    key: LabelKey
    """The node's label."""
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] = "In"
    """How the label's value relates to `values`."""
    values: tuple[LabelValue, ...] = ()
    """The values; none for `Exists` and `DoesNotExist`, one integer for `Gt` and `Lt`."""

    @model_validator(mode="after")
    def _values_fit(self) -> "NodeRequirement":
        allowed = {"Exists": "no values", "DoesNotExist": "no values", "Gt": "one integer", "Lt": "one integer"}
        fits = {
            "no values": not self.values,
            "one integer": len(self.values) == 1 and self.values[0].isdecimal(),
            "values": bool(self.values),
        }
        wanted = allowed.get(self.operator, "values")
        if not fits[wanted]:
            raise ValueError(f"operator {self.operator!r} takes {wanted}, got {list(self.values)!r}")
        return self

    def requirement(self) -> k8s.NodeSelectorRequirement:
        """Return the condition as Kubernetes writes it."""
        return k8s.NodeSelectorRequirement(key=self.key, operator=self.operator, values=list(self.values) or None)
