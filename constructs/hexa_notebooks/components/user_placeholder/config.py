"""Settings of the placeholder pods."""

from pydantic import Field

from hexa_notebooks.images import catalogue
from hexa_notebooks.model.field_types import Image
from hexa_notebooks.pods.pod import PodConfig
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig

USER_PLACEHOLDER = "user-placeholder"
"""The name of the objects, and their component label."""


class UserPlaceholderConfig(PodConfig):
    """Settings of `UserPlaceholder`. `SingleuserConfig` decides on which nodes the pods run."""

    image: Image = catalogue.PAUSE
    """The image of a container that does nothing."""
    replicas: int = Field(ge=0)
    """The number of placeholder pods: how many users can start a server at once without waiting for a new node. There
    is no default, since each pod costs as much as a user's server."""
    resources: ResourcesConfig | ContainerResources | None = None
    """CPU and memory of each pod. None, the default, takes those of users' servers, from the default profile if there
    are profiles."""
