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

    It runs as a single replica, since its routes are in memory. After a restart, the hub adds them again within a
    minute.
    """

    image: Image = catalogue.PROXY
    """The image of configurable-http-proxy."""
    command: tuple[str, ...] | None = Field(default=None, min_length=1)
    """The whole command line of the container, instead of the built-in one. None by default. If you set it, it must
    agree with the ports, the certificate and the hub's addresses that other fields set."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(
        cpu_request="100m", memory_request="128Mi", memory_limit="1Gi"
    )
    """CPU and memory. A thousand users with open websockets take about 300Mi. Node's heap gets three quarters of the
    memory limit, which must be at least 64Mi."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """The nodes on which it runs."""
    strategy: Annotated[JsonObject, shaped_as("DeploymentStrategy")] = Field(default={"type": "Recreate"})
    """How a new pod replaces the old one. By default the old pod ends before the new one starts: if both ran, the hub
    would send each route to only one of them."""
    probes: ProbesConfig | None = None
    """Its startup, liveness and readiness probes. None, the default, gives it a minute to start."""
    disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget of the proxy. None by default: with a single replica, it would block the drain of the
    node."""
    network_policy: NetworkPolicyConfig = "strict"
    """The traffic that is allowed to and from the proxy. `strict` by default."""
    debug: bool = False
    """Whether it logs every request. Off by default."""
    as_chart: bool = False
    """Whether its command line and the annotation `checksum/proxy-secret` are those of the Helm chart, so that a
    takeover does not restart it. The chart's command line finds the hub through an environment variable of Kubernetes,
    and reads error pages from `/hub/error`, whatever `base_url` is. Off by default."""

    @model_validator(mode="after")
    def _heap_needs_a_limit(self) -> "ProxyConfig":
        if not self.hardened:
            return self
        limit = self.resources.memory_limit if isinstance(self.resources, ResourcesConfig) else None
        if limit is None:
            raise ValueError(
                "resources: memory_limit is required, since the size of Node's heap is derived from it: set it, as in"
                " ResourcesConfig(memory_limit='1Gi', ...)"
            )
        if bytes_of(limit) < bytes_of(_LEAST_MEMORY):
            raise ValueError(
                f"resources: memory_limit {limit!r} is below {_LEAST_MEMORY}: Node's heap gets three quarters of it,"
                " too little for the proxy to start; raise it (the default is 1Gi)"
            )
        return self
