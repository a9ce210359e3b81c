"""Settings of the placeholders."""

from pydantic import Field

from hexa_notebooks.images import catalogue
from hexa_notebooks.model.field_types import Image
from hexa_notebooks.pods.pod import PodConfig
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig

USER_PLACEHOLDER = "user-placeholder"
"""Name of the objects, and the component."""


class UserPlaceholderConfig(PodConfig):
    """Settings of `UserPlaceholder`. Where the pods run, and what they ask for, follows from `SingleuserConfig`."""

    image: Image = catalogue.PAUSE
    """An image that does nothing."""
    replicas: int = Field(ge=0)
    """For how many servers room is kept. There is no default, since each costs what a server of a user costs."""
    resources: ResourcesConfig | ContainerResources | None = None
    """CPU and memory of each. None, the default, takes those of users' servers: of the default profile where there are
    profiles."""
