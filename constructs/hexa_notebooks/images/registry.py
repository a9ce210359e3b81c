"""Where nodes pull images from: mirrors in the place of registries, and digests beside tags."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import IMAGE, Image, matching
from hexa_notebooks.traits import Traits

Replace = Callable[[str], str]
"""What an image is replaced by."""

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
        f"{value!r} is not a registry with or without a path, as in 'docker.io' or 'registry.example.org/team': write"
        " the host (Docker Hub's is 'docker.io'), no scheme, no tag and no '/' at the end"
    )


RegistryPrefix = Annotated[str, AfterValidator(_prefix)]
"""What names of images begin with: a registry, or a registry and a path on it."""

Digest = Annotated[
    str, AfterValidator(matching("sha256:[0-9a-f]{64}", "a digest: 'sha256:' and 64 hexadecimal digits"))
]
"""What an image is to the last byte, as `crane digest IMAGE` or `skopeo inspect` prints it."""


def _without_digest(image: str) -> str:
    if "@" in image:
        raise ValueError(f"image {image!r} has a digest already; remove it here, or there and in the key")
    return image


class ImagesConfig(Config):
    """From where, and of which content, the images of all pods are, whoever names them.

    It holds for every container of every manifest and for what KubeSpawner is told: the image of users' servers, those
    of profiles and their options, and the containers beside them. It cannot hold for what is named only at run time:
    the image that the OpenHEXA App gives for a workspace, what users write themselves, and configuration files in
    Python. So `WorkspaceSpawner.allowed_images` speaks of images as the App names them.
    """

    registries: dict[RegistryPrefix, RegistryPrefix] = Field(default={})
    """What names of images begin with, and what takes its place: `{"docker.io": "mirror.example.org/dockerhub"}`. Where
    several fit, the longest does; none ends within a part of a path. As for Docker `traefik` stands for
    `docker.io/library/traefik`. None by default: images come from where they are named."""
    digests: dict[Annotated[Image, AfterValidator(_without_digest)], Digest] = Field(default={})
    """Digests to pull images by, by their names before `registries` changes them. The tag stays, for people. One for an
    image that no manifest names is refused. None by default: a tag may be written anew."""
    accepted_risks: dict[Image, Annotated[str, Field(min_length=1)]] = Field(default={})
    """Images that run although a newer one has mended something that matters, and why; `security_floor.py` knows which
    those are. None by default: they are refused. One that is no longer needed is refused too."""

    def target(self, image: str) -> str:
        """Return what a manifest says in the place of an image, which may be the same."""
        image = str(image)  # no longer marked as Unpinned, which YAML does not know
        if not IMAGE.fullmatch(image):
            return image  # a template, such as {value} for what a user writes
        name = qualified(image)
        fitting = [prefix for prefix in self.registries if f"{repository(image)}/".startswith(f"{prefix}/")]
        digest = {qualified(key): value for key, value in self.digests.items()}.get(name)
        if fitting:
            longest = max(fitting, key=len)
            image = self.registries[longest] + name.removeprefix(longest)
        return f"{image}@{digest}" if digest else image


def qualified(image: str) -> str:
    """Return the name of an image with its registry, which is Docker Hub's where it names none."""
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
    """Return the spec of a pod, or traits of a spawner, with every image in it replaced.

    Those are the images of containers and of volumes, in the spelling of Kubernetes or of KubeSpawner, where lists may
    be objects by name; and of a spawner, a profile or a choice itself.
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
