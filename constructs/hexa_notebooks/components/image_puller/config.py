"""Settings of the image pullers."""

from typing import Annotated

from pydantic import Field

from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, Image, LabelKey, regex
from hexa_notebooks.pods.pod import PodConfig, PullPolicy
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig, Toleration
from hexa_notebooks.pods.service_account import ServiceAccountConfig

ImageName = Annotated[str, regex("[-._A-Za-z0-9]+", "a name for an image (letters, digits, '-', '_' and '.')")]
"""The name of an extra image."""


class HookPullerConfig(Config):
    """Settings of `hexa-notebooks hook-puller`, which prints a puller that runs once, and a Job that waits for it."""

    image: Image = catalogue.IMAGE_AWAITER
    """The image of the Job, which ends when all nodes have the images."""
    image_pull_policy: PullPolicy | None = None
    """When that image is pulled. None, the default, leaves it to Kubernetes: always for the tag `latest`, otherwise
    once per node."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Secrets with credentials for that image, in addition to `NotebooksConfig.image_pull_secrets`. None by default."""
    pod_scheduling_wait_s: int = 10
    """Seconds that the Job waits for the puller's pods to be scheduled. After that it ignores those without a node. 10
    by default; a negative number waits for all pods."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(cpu_request="10m", memory_request="32Mi")
    """CPU and memory of the Job."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """The nodes on which the Job runs."""
    container_security_context: JsonObject | None = None
    """The security context of the Job's containers. None, the default, uses a restricted one; an empty one leaves the
    field out."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """The ServiceAccount with which the Job reads the progress of the puller."""
    rbac: bool = True
    """Whether to make the Job's Role and RoleBinding. True by default. If false, let its ServiceAccount read
    DaemonSets yourself."""
    puller_service_account: ServiceAccountConfig = ServiceAccountConfig()
    """The ServiceAccount of the puller's pods, which call no API."""
    daemon_set_annotations: dict[LabelKey, str] = Field(default={})
    """Annotations of the puller's DaemonSets. None by default."""


class ImagePullerConfig(PodConfig):
    """Settings of `ImagePuller`. Its main container is the one that stays after all images are pulled.

    `SingleuserConfig` decides on which nodes the pods run. Each image must contain `/bin/sh`.
    """

    image: Image = catalogue.PAUSE
    """The image of the main container, which does nothing."""
    continuous: bool = True
    """Whether new nodes pull the images as soon as they join, and all nodes pull new images as soon as they are
    applied. True by default. If false, only `hexa-notebooks hook-puller` pulls images."""
    profile_images: bool = True
    """Whether to pull the images of profiles too. True by default."""
    extra_images: dict[ImageName, Image] = Field(default={})
    """Additional images by name, for all nodes on which users' servers can run. None by default."""
    pull_policies: dict[Image, PullPolicy] = Field(default={})
    """The pull policy of each image. Empty by default. Kubernetes decides for the other images: always for the tag
    `latest`, otherwise once per node."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(cpu_request="1m", memory_request="8Mi")
    """CPU and memory of each container: shells that exit at once, and the main container."""
    tolerations: tuple[Toleration, ...] = ()
    """Tolerations in addition to those of users' servers. None by default."""
    pull_security_context: JsonObject | None = None
    """The security context of the containers that pull. None, the default, uses a restricted one; an empty one leaves
    the field out."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """The ServiceAccount of the pods, which call no API."""
    daemon_set_annotations: dict[LabelKey, str] = Field(default={})
    """Annotations of the DaemonSets. None by default."""
    hook: HookPullerConfig = HookPullerConfig()
    """Settings of `hexa-notebooks hook-puller`. `synth` writes none of its manifests."""
    as_chart: bool = False
    """Whether a single DaemonSet pulls all images on all nodes, with the container names of the Helm chart. Off by
    default: there is one DaemonSet for each node selector that servers can have, by `SingleuserConfig.node_selector` or
    by a profile, and it pulls the images of those servers."""
