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

# As in the Helm chart. Each weight is about eleven times the next: a plugin mostly decides between nodes that score the
# same by the plugins before it.
_WEIGHTS = {"NodeAffinity": 14631, "InterPodAffinity": 1331, "NodeResourcesFit": 121, "ImageLocality": 11}
_PLUGINS: JsonObject = {
    "score": {
        "disabled": [{"name": name} for name in ("NodeResourcesBalancedAllocation", *_WEIGHTS)],
        "enabled": [{"name": name, "weight": weight} for name, weight in _WEIGHTS.items()],
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
    """The image of kube-scheduler. Its minor version must not be newer than the cluster's. The default, 1.35, works
    from Kubernetes 1.35 on; for an older cluster use the cluster's version."""
    rbac_version: KubernetesVersion | None = None
    """The Kubernetes version whose scheduler's rights it gets, such as `1.35`. None, the default, reads the version
    from the tag of the image."""
    replicas: int = Field(default=2, ge=0)
    """The number of replicas. One of them schedules, the others stand by. 2 by default, so that users' servers start
    while a node is drained."""
    log_level: int = Field(default=2, ge=0, le=10)
    """The verbosity of its log. 2 by default; from 4 on it logs every decision."""
    plugins: JsonObject = Field(default=_PLUGINS)
    """Its plugins, as in a KubeSchedulerConfiguration. By default it scores a node by affinities first, then by how
    full it is, then by the images that it has."""
    plugin_config: tuple[Named, ...] = (_PLUGIN_CONFIG,)
    """Arguments of its plugins, as in a KubeSchedulerConfiguration. By default the fullest node with room scores
    highest."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(cpu_request="50m", memory_request="128Mi")
    """CPU and memory. It caches all pods and nodes of the cluster, so its memory grows with them. No limit by
    default."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """The nodes on which the scheduler itself runs."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """The ServiceAccount with which it calls the Kubernetes API."""
    rbac: bool = True
    """Whether to make its ClusterRole and ClusterRoleBinding. True by default. If false, grant its ServiceAccount
    the rights of a scheduler yourself."""
    disruption_budget: DisruptionBudgetConfig | None = DisruptionBudgetConfig(max_unavailable=1)
    """Its PodDisruptionBudget. By default one replica at a time may be evicted."""

    @model_validator(mode="after")
    def _rights_are_known(self) -> "UserSchedulerConfig":
        if not self.rbac or self.version in VERSIONS:
            return self
        problem = (
            f"is of Kubernetes {self.version}, whose scheduler's rights are not known"
            if self.version
            else "has no Kubernetes version in its tag, and the scheduler's rights depend on the version"
        )
        raise ValueError(
            f"image: {self.image!r} {problem}; set rbac_version to the nearest of {', '.join(VERSIONS)}, or use an"
            " image of one of them"
        )

    @property
    def version(self) -> str | None:
        """The Kubernetes version that decides its rights, such as `1.35`. None if it is not known."""
        tag = re.search(r":v?(1\.[0-9]+)(?![0-9])[^/]*$", self.image)
        return self.rbac_version or (tag[1] if tag else None)
