"""PodDisruptionBudgets: how many pods of a component may be evicted at a time when nodes are drained."""

from typing import Annotated

from pydantic import Field, model_validator

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import regex

PodCount = Annotated[int, Field(ge=0)] | Annotated[str, regex("[0-9]{1,3}%", "a share of pods, as in '50%'")]
"""A number of pods, or a percentage such as `50%`."""


class DisruptionBudgetConfig(Config):
    """A PodDisruptionBudget. With one replica, any value except `max_unavailable=1` blocks the drain of its node."""

    min_available: PodCount | None = None
    """How many pods must stay available. None by default."""
    max_unavailable: PodCount | None = None
    """How many pods may be unavailable. None by default."""
    evict_unhealthy: bool = True
    """Whether a pod that is not ready can always be evicted (`AlwaysAllow`). On by default: such a pod could block a
    drain forever. False leaves it to Kubernetes, as the Helm chart does. Source: the API server's
    pkg/registry/core/pod/storage/eviction.go."""
    as_chart: bool = False
    """Whether to allow both numbers or none, as the Helm chart does. Kubernetes refuses both, and reads none as no
    pods. Off by default."""

    @model_validator(mode="after")
    def _one_number(self) -> "DisruptionBudgetConfig":
        count = (self.min_available, self.max_unavailable).count(None)
        if count != 1 and not self.as_chart:
            raise ValueError(
                f"set exactly one of min_available and max_unavailable, got {self.min_available!r} and"
                f" {self.max_unavailable!r}"
            )
        return self

    def object(
        self, scope: Construct, installation: Installation, component: str, name: str | None = None
    ) -> ApiObject:
        """Add the PodDisruptionBudget of a component."""
        return api_object(
            scope,
            "pod-disruption-budget",
            k8s.KubePodDisruptionBudget,
            k8s.KubePodDisruptionBudgetProps(
                metadata=installation.metadata(component, name or component),
                spec=k8s.PodDisruptionBudgetSpec(
                    min_available=_count(self.min_available),
                    max_unavailable=_count(self.max_unavailable),
                    selector=k8s.LabelSelector(match_labels=installation.labels(component).selector),
                    unhealthy_pod_eviction_policy="AlwaysAllow" if self.evict_unhealthy else None,
                ),
            ),
        )


def _count(count: int | str | None) -> k8s.IntOrString | None:
    return None if count is None else int_or_string(count)
