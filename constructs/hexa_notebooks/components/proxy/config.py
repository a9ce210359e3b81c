"""Settings of the proxy."""

from typing import Annotated

from pydantic import Field, model_validator

from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.chart_policy import NetworkPolicyConfig
from hexa_notebooks.kubernetes.json_objects import JsonObject, shaped_as
from hexa_notebooks.model.field_types import Image, bytes_of
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.pod import PodConfig
from hexa_notebooks.pods.probe import ProbesConfig
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig

_LEAST_MEMORY = "64Mi"


class ProxyConfig(PodConfig):
    """Settings of `Proxy`.

    It runs as one replica, replaced at once: routes live in its memory, and the hub writes them anew within a minute.
    """

    image: Image = catalogue.PROXY
    """The image of configurable-http-proxy."""
    command: tuple[str, ...] | None = Field(default=None, min_length=1)
    """The container's whole command line in place of ours. None by default; written out it is also what the ports, the
    certificate and the addresses of the hub must agree with."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(
        cpu_request="100m", memory_request="128Mi", memory_limit="1Gi"
    )
    """CPU and memory. A thousand users with open websockets take some 300Mi; Node's heap gets three quarters of the
    limit, which must be at least 64Mi."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """On which nodes it runs."""
    strategy: Annotated[JsonObject, shaped_as("DeploymentStrategy")] = Field(default={"type": "Recreate"})
    """How a new pod takes the place of the old one. One goes before the other comes, by default: the hub would write
    its routes to either."""
    probes: ProbesConfig | None = None
    """When it counts as started, alive and ready. None, the default, gives it a minute to start."""
    disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget of the proxy. None by default: it is a single replica, whose node nothing should keep from
    being drained."""
    network_policy: NetworkPolicyConfig = "strict"
    """Who may call it and whom it may call."""
    debug: bool = False
    """Whether every request is logged. Off by default."""
    as_chart: bool = False
    """Whether its command line and the annotation `checksum/proxy-secret` are the Helm chart's, so that a takeover does
    not restart it. The command line finds the hub by a variable of Kubernetes, and asks `/hub/error` for error pages,
    whatever `base_url` is. Not by default."""

    @model_validator(mode="after")
    def _heap_needs_a_limit(self) -> "ProxyConfig":
        if not self.hardened:
            return self
        limit = self.resources.memory_limit if isinstance(self.resources, ResourcesConfig) else None
        if limit is None:
            raise ValueError(
                "resources: set memory_limit: the size of Node's heap follows from it, and must not follow from the"
                " node's"
            )
        if bytes_of(limit) < bytes_of(_LEAST_MEMORY):
            raise ValueError(
                f"resources: memory_limit {limit!r} is below {_LEAST_MEMORY}: three quarters of it are Node's heap,"
                " which would be too small for the proxy to start; raise it (1Gi is the default)"
            )
        return self
