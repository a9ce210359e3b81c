"""Settings and names of the PriorityClasses."""

from typing import Annotated, Literal

from pydantic import Field

from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.model.config import Config

Priority = Annotated[int, Field(ge=-(2**31), le=10**9)]
"""A priority that Kubernetes leaves to its users; what is above is its own."""

PriorityClass = Literal["default", "image_puller", "user_placeholder"]
"""The classes of an installation, by the fields that hold their priorities."""

COMPONENTS: dict[PriorityClass, str] = {
    "default": "default-priority",
    "image_puller": "image-puller",
    "user_placeholder": "user-placeholder",
}
"""The component that each belongs to."""

DESCRIPTIONS: dict[PriorityClass, str] = {
    "default": "Users' servers, and the hub and proxy that they need.",
    "image_puller": "Pods that fetch images: before placeholders, after users' servers.",
    "user_placeholder": "Pods that only keep room for users' servers, and are evicted when one comes.",
}
"""What `kubectl describe` says of each."""


class PodPriorityConfig(Config):
    """The PriorityClasses of an installation.

    Kubernetes never changes the priority of a class that exists: delete it first, pods that run keep theirs.
    """

    default: Priority = 0
    """The priority of users' servers, the hub, the proxy and what belongs to them. 0 by default, as of any pod."""
    global_default: bool | None = None
    """Whether pods of the whole cluster that name no class get that one. None, the default, is no, unwritten: kubectl
    would take a written no, which the API server does not keep, for a change at each apply."""
    image_puller: Priority = -5
    """The priority of pods that fetch images ahead: below users' servers and above placeholders by default."""
    user_placeholder: Priority = -10
    """The priority of placeholders, the lowest by default. The cluster autoscaler adds nodes only for pods from its
    cutoff on, -10 unless it is told otherwise."""
    descriptions: dict[PriorityClass, str] = Field(default={})
    """What `kubectl describe` says of a class in place of our words. None by default."""


def class_name(installation: Installation, name: PriorityClass) -> str:
    """Return the name of a class, which pods write as their `priorityClassName`."""
    if not installation.fullname:
        return installation.cluster_name(f"{name.replace('_', '-')}-priority")
    return installation.fullname if name == "default" else installation.cluster_name(COMPONENTS[name])
