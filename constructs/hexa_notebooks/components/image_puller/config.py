"""Settings of the image pullers."""

from typing import Annotated

from pydantic import AfterValidator, Field

from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, Image, LabelKey, matching
from hexa_notebooks.pods.pod import PodConfig, PullPolicy
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig, Toleration
from hexa_notebooks.pods.service_account import ServiceAccountConfig

ImageName = Annotated[
    str, AfterValidator(matching("[-._A-Za-z0-9]+", "a name for an image (letters, digits, '-', '_' and '.')"))
]
"""What tells an image from others."""


class HookPullerConfig(Config):
    """Settings of what `hexa-notebooks hook-puller` prints: a puller for once, and a Job that waits for it."""

    image: Image = catalogue.IMAGE_AWAITER
    """The image of the Job, which ends when every node has the images."""
    image_pull_policy: PullPolicy | None = None
    """When that image is pulled. None, the default, leaves it to Kubernetes: always for the tag `latest`, else once."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Secrets for that image, beside those of `NotebooksConfig.image_pull_secrets`. None by default."""
    pod_scheduling_wait_s: int = 10
    """Seconds that the Job grants pods of the puller to find room on their node; those that found none by then are not
    waited for. 10 by default; below zero it waits for all of them."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(cpu_request="10m", memory_request="32Mi")
    """CPU and memory of the Job."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """On which nodes the Job runs."""
    container_security_context: JsonObject | None = None
    """The Job's security context in place of ours. None, the default, keeps ours; an empty one leaves it out."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """As whom the Job asks Kubernetes how far the puller is."""
    rbac: bool = True
    """Whether its Role and RoleBinding are made. They are by default; otherwise somebody else lets its account read
    DaemonSets."""
    puller_service_account: ServiceAccountConfig = ServiceAccountConfig()
    """As whom the puller itself runs, which calls nobody."""
    daemon_set_annotations: dict[LabelKey, str] = Field(default={})
    """Annotations of the puller's DaemonSets. None by default."""


class ImagePullerConfig(PodConfig):
    """Settings of `ImagePuller`. Its main container is the one that waits when all images are there.

    Where its pods run follows from `SingleuserConfig`. Each image must have `/bin/sh`.
    """

    image: Image = catalogue.PAUSE
    """An image that does nothing."""
    continuous: bool = True
    """Whether nodes get the images when they come, and new images when they are applied. They do by default; otherwise
    only `hexa-notebooks hook-puller` fetches any."""
    profile_images: bool = True
    """Whether the images of profiles are fetched too. They are by default."""
    extra_images: dict[ImageName, Image] = Field(default={})
    """Further images, for every node where users' servers may run, by names of their own. None by default."""
    pull_policies: dict[Image, PullPolicy] = Field(default={})
    """When an image is pulled, by image. Those that are not here, by default all, are left to Kubernetes: always for
    the tag `latest`, else once."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(cpu_request="1m", memory_request="8Mi")
    """CPU and memory of each container: a shell that ends at once, then one that waits."""
    tolerations: tuple[Toleration, ...] = ()
    """Taints to put up with beside those of users' servers. None by default."""
    pull_security_context: JsonObject | None = None
    """The security context of the containers that fetch, in place of ours. None, the default, keeps ours; an empty one
    leaves it out."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """As whom the pods run, which call nobody."""
    daemon_set_annotations: dict[LabelKey, str] = Field(default={})
    """Annotations of the DaemonSets. None by default."""
    hook: HookPullerConfig = HookPullerConfig()
    """What `hexa-notebooks hook-puller` prints. Nothing of it is part of what `synth` writes."""
    as_chart: bool = False
    """Whether every image is fetched to every node by a single DaemonSet, as the Helm chart does, to the names of its
    containers. By default there is one for each choice of nodes that `SingleuserConfig.node_selector` and profiles
    make, with the images of the servers that can run there."""
