"""Settings of the user scheduler."""

import re

from pydantic import Field, model_validator

from hexa_notebooks.components.user_scheduler.rbac import VERSIONS, KubernetesVersion
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.json_objects import JsonObject, Named
from hexa_notebooks.model.field_types import Image
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.pod import PodConfig
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig
from hexa_notebooks.pods.service_account import ServiceAccountConfig

_PLUGINS: JsonObject = {
    "score": {
        "disabled": [
            {"name": "NodeResourcesBalancedAllocation"},
            {"name": "NodeAffinity"},
            {"name": "InterPodAffinity"},
            {"name": "NodeResourcesFit"},
            {"name": "ImageLocality"},
        ],
        "enabled": [
            {"name": "NodeAffinity", "weight": 14631},
            {"name": "InterPodAffinity", "weight": 1331},
            {"name": "NodeResourcesFit", "weight": 121},
            {"name": "ImageLocality", "weight": 11},
        ],
    }
}
_PLUGIN_CONFIG: JsonObject = {
    "name": "NodeResourcesFit",
    "args": {
        "scoringStrategy": {
            "type": "MostAllocated",
            "resources": [{"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1}],
        }
    },
}


class UserSchedulerConfig(PodConfig):
    """Settings of `UserScheduler`."""

    image: Image = catalogue.KUBE_SCHEDULER
    """The image of kube-scheduler, of no newer minor version than the cluster. The default, 1.35, serves from
    Kubernetes 1.35 on; before, take the cluster's own version."""
    rbac_version: KubernetesVersion | None = None
    """The Kubernetes version, such as `1.35`, whose scheduler's rights it is given. None, the default, takes the
    image's, as its tag says it."""
    replicas: int = Field(default=2, ge=0)
    """How many there are, of which one works and the others wait. 2 by default, so that users' servers start while a
    node is drained."""
    log_level: int = Field(default=2, ge=0, le=10)
    """How much is logged. 2 by default; from 4 on each decision is."""
    plugins: JsonObject = Field(default=_PLUGINS)
    """Which plugins it runs, as kube-scheduler's configuration writes them. By default those that score a node by
    affinities, then by how full it is, then by the images that it has."""
    plugin_config: tuple[Named, ...] = (_PLUGIN_CONFIG,)
    """Arguments of plugins, likewise. By default the fullest node that has room scores highest."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(cpu_request="50m", memory_request="128Mi")
    """CPU and memory. It knows every pod and node of the cluster, so that its memory grows with them; no limit by
    default."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """On which nodes it runs itself."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """As whom it calls Kubernetes."""
    rbac: bool = True
    """Whether its ClusterRole and ClusterRoleBinding are made. They are by default; otherwise somebody else gives its
    account the rights of a scheduler."""
    disruption_budget: DisruptionBudgetConfig | None = DisruptionBudgetConfig(max_unavailable=1)
    """How many may go at a time when nodes are drained. One by default."""

    @model_validator(mode="after")
    def _rights_are_known(self) -> "UserSchedulerConfig":
        if not self.rbac or self.version in VERSIONS:
            return self
        known = f"one of {', '.join(VERSIONS)}"
        if self.version is None:
            raise ValueError(
                f"image: the tag of {self.image!r} does not say which Kubernetes it is of, on which the rights depend;"
                f" write rbac_version, {known}"
            )
        raise ValueError(
            f"image: {self.image!r} is of Kubernetes {self.version}, whose scheduler's rights are not known; take"
            f" {known}, or write the nearest as rbac_version"
        )

    @property
    def version(self) -> str | None:
        """The Kubernetes version whose scheduler it is, such as `1.35`; None where nothing says it."""
        tag = re.search(r":v?(1\.[0-9]+)(?![0-9])[^/]*$", self.image)
        return self.rbac_version or (tag[1] if tag else None)
