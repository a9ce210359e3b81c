"""Settings and names of the PriorityClasses."""

from typing import Annotated, Literal

from pydantic import Field

from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.model.config import Config

Priority = Annotated[int, Field(ge=-(2**31), le=10**9)]
"""A priority below the range that Kubernetes reserves for its own pods."""

PriorityClass = Literal["default", "image_puller", "user_placeholder"]
"""The PriorityClasses of an installation, by the field that sets the priority."""

COMPONENTS: dict[PriorityClass, str] = {
    "default": "default-priority",
    "image_puller": "image-puller",
    "user_placeholder": "user-placeholder",
}
"""The component label of each class."""

DESCRIPTIONS: dict[PriorityClass, str] = {
    "default": "Users' servers, and the hub and proxy that they need.",
    "image_puller": "Pods that fetch images: before placeholders, after users' servers.",
    "user_placeholder": "Pods that only keep room for users' servers, and are evicted when one comes.",
}
"""The description of each class, which `kubectl describe` shows."""


class PodPriorityConfig(Config):
    """The PriorityClasses of an installation.

    Kubernetes refuses to change the priority of an existing class: delete the class first. Running pods keep their
    priority.
    """

    default: Priority = 0
    """The priority of users' servers, the hub, the proxy and their other pods. 0 by default, as for pods without a
    class."""
    global_default: bool | None = None
    """Whether all pods of the cluster that name no class get the class `default`. None, the default, means no, and
    leaves the field out: the API server drops a `false`, so kubectl would report a change at each apply."""
    image_puller: Priority = -5
    """The priority of pods that pull images in advance. By default below users' servers, and above placeholders."""
    user_placeholder: Priority = -10
    """The priority of placeholder pods, by default the lowest of all. The cluster autoscaler adds no nodes for pods
    below its `--expendable-pods-priority-cutoff`, which is -10 by default."""
    descriptions: dict[PriorityClass, str] = Field(default={})
    """Descriptions of classes instead of the built-in ones. `kubectl describe` shows them. None by default."""


def class_name(installation: Installation, name: PriorityClass) -> str:
    """Return the name of a class: the `priorityClassName` of pods."""
    # The names of the Helm chart, which follow another pattern if there is a prefix.
    if not installation.fullname:
        return installation.cluster_name(f"{name.replace('_', '-')}-priority")
    return installation.fullname if name == "default" else installation.cluster_name(COMPONENTS[name])
