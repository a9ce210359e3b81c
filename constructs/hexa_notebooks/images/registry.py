"""Registry mirrors and image digests: where nodes pull images from, and with which content."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import IMAGE, Image, regex
from hexa_notebooks.traits import Traits

Replace = Callable[[str], str]
"""Returns the replacement of an image."""

_COMPONENT = r"[a-z0-9]+([._-]+[a-z0-9]+)*"
_PREFIX = re.compile(rf"(localhost|[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9-]+(?=:))(:[0-9]+)?(/{_COMPONENT})*")
_ITEMS = {
    *("containers", "initContainers", "init_containers", "extra_containers", "volumes"),
    *("profile_list", "profile_options", "choices"),
}
_PARTS = {"extra_pod_config", "extra_container_config", "kubespawner_override", "unlisted_choice"}


def _prefix(value: str) -> str:
    if _PREFIX.fullmatch(value):
        return value
    raise ValueError(
        f"{value!r} is not a registry, with or without a path, as in 'docker.io' or 'registry.example.org/team'; write"
        " the host (Docker Hub's is 'docker.io'), no scheme, no tag and no '/' at the end"
    )


RegistryPrefix = Annotated[str, AfterValidator(_prefix)]
"""The beginning of an image name: a registry, or a registry and a path."""

Digest = Annotated[str, regex("sha256:[0-9a-f]{64}", "a digest: 'sha256:' and 64 hexadecimal digits")]
"""The digest of an image, as `crane digest IMAGE` or `skopeo inspect` prints it."""


def _without_digest(image: str) -> str:
    if "@" in image:
        raise ValueError(f"image {image!r} has a digest already; remove it from the key, or remove the entry")
    return image


class ImagesConfig(Config):
    """Registries and digests of the images of all pods.

    They apply to every container in the manifests and to the images in KubeSpawner's traits: those of users' servers,
    of profiles and their options, and of further containers. They do not apply to images that are named only at run
    time: by the OpenHEXA App for a workspace, by users, or by configuration files in Python. So
    `WorkspaceSpawner.allowed_images` takes image names as the App writes them.
    """

    registries: dict[RegistryPrefix, RegistryPrefix] = Field(default={})
    """Mirrors by the beginning of image names: `{"docker.io": "mirror.example.org/dockerhub"}`. The longest match wins;
    only whole parts of a path match. As in Docker, `traefik` means `docker.io/library/traefik`. None by default: images
    come from the registries that they name."""
    digests: dict[Annotated[Image, AfterValidator(_without_digest)], Digest] = Field(default={})
    """Digests by image name, as it is before `registries` changes it. The tag stays in the manifests, for readers. A
    digest of an image that no manifest names is an error. None by default: a registry may move a tag."""
    accepted_risks: dict[Image, Annotated[str, Field(min_length=1)]] = Field(default={})
    """Images with a known problem that you accept, each with your reason; `security_floor.py` lists the oldest
    safe releases. None by default: such images are refused. An entry that is not needed is refused too."""

    def target(self, image: str) -> str:
        """Return the image that a manifest names in place of `image`. It may be the same."""
        image = str(image)  # YAML cannot represent the subclass Unpinned
        if not IMAGE.fullmatch(image):
            return image  # a template, such as {value} for an image that a user types in
        name = qualified(image)
        fitting = [prefix for prefix in self.registries if f"{repository(image)}/".startswith(f"{prefix}/")]
        digest = {qualified(key): value for key, value in self.digests.items()}.get(name)
        if fitting:
            longest = max(fitting, key=len)
            image = self.registries[longest] + name.removeprefix(longest)
        return f"{image}@{digest}" if digest else image


def qualified(image: str) -> str:
    """Return an image with its registry. The default is Docker Hub."""
    first, slash, _ = image.partition("/")
    if not slash or not (first == "localhost" or re.search("[.:]", first)):
        image = f"docker.io/{image}"
    return re.sub(r"^docker\.io/(?=[^/]+$)", "docker.io/library/", image)


def repository(image: str) -> str:
    """Return the qualified name of an image without its tag and its digest."""
    return re.split(r"@|:(?!.*/)", qualified(image))[0]


def spawner_images_replaced(traits: Traits, replace: Replace) -> Traits:
    """Return the traits of the hub with every image of users' servers replaced."""
    return {
        section: images_replaced(values, replace) if section.endswith("Spawner") else values
        for section, values in traits.items()
    }


def images_replaced(part: Mapping[str, Any], replace: Replace) -> dict[str, Any]:
    """Return a pod spec, or the traits of a spawner, with every image in it replaced.

    Replaces the images of containers, volumes, spawners, profiles and choices. It knows the spelling of Kubernetes and
    of KubeSpawner, in which a list may be an object with the names as keys.
    """
    made = dict(part)
    for key, value in part.items():
        if key == "image" and isinstance(value, str):
            made[key] = replace(value)
        elif key == "image" and isinstance(value, Mapping) and isinstance(value.get("reference"), str):
            made[key] = {**value, "reference": replace(value["reference"])}
        elif key in _PARTS and isinstance(value, Mapping):
            made[key] = images_replaced(value, replace)
        elif key in _ITEMS and isinstance(value, Mapping):
            made[key] = {name: _item(item, replace) for name, item in value.items()}
        elif key in _ITEMS and isinstance(value, list | tuple):
            made[key] = [_item(item, replace) for item in value]
    return made


def _item(item: Any, replace: Replace) -> Any:
    return images_replaced(item, replace) if isinstance(item, Mapping) else item
