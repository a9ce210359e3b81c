"""Pools: the sets of nodes that servers can select, and the images that each needs."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.singleuser.config import SingleuserConfig

_OVERRIDE = "kubespawner_override"


@dataclass(frozen=True, slots=True)
class Pool:
    """The nodes of one node selector, and the images that they need."""

    suffix: str
    """The suffix of its DaemonSet's name. Empty for the node selector of `SingleuserConfig`."""
    node_selector: Mapping[str, str]
    """The labels that select its nodes."""
    images: Mapping[str, str]
    """The images by the names of the containers that pull them, in order."""


def pools(config: ImagePullerConfig, singleuser: SingleuserConfig) -> list[Pool]:
    """Return the pools. A node that matches several gets the images of each."""
    if config.as_chart:
        return [Pool("", singleuser.node_selector, dict(_chart_images(config, singleuser)))]
    beside = [image for _, image in _images_of_all(singleuser)]
    found: dict[str, tuple[dict[str, str], list[str]]] = {}
    for node_selector, image in _servers(config, singleuser):
        key = json.dumps(node_selector, sort_keys=True)
        found.setdefault(key, (node_selector, []))[1].append(image)
    own = json.dumps(singleuser.node_selector, sort_keys=True)
    return [
        Pool(
            # A hash of the selector, so that reordering or renaming profiles orphans no DaemonSet.
            "" if key == own else f"-{hashlib.sha256(key.encode()).hexdigest()[:8]}",
            node_selector,
            {
                f"pull-{index}": image
                for index, image in enumerate(dict.fromkeys((*images, *beside, *config.extra_images.values())))
            },
        )
        for key, (node_selector, images) in found.items()
    ]


def _servers(config: ImagePullerConfig, singleuser: SingleuserConfig) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the node selector and the image of each server that users can start."""
    profiles = singleuser.kubespawner_profiles() if config.profile_images else []
    for profile in profiles or [{}]:
        own = _object(profile.get(_OVERRIDE))
        choices = [choice for _, choice in _choices(profile)]
        images = dict.fromkeys([_image(own) or singleuser.image, *filter(None, map(_image, choices))])
        base = singleuser.node_selector | _node_selector(own)
        selectors = [base, *(base | chosen for chosen in map(_node_selector, choices) if chosen)]
        yield from product(selectors, images)


def _chart_images(config: ImagePullerConfig, singleuser: SingleuserConfig) -> Iterator[tuple[str, str]]:
    """Yield the container names and images of the Helm chart's puller, in its order."""
    yield from (("image-pull-metadata-block", each.image) for each in [singleuser.metadata_block] if each)
    yield "image-pull-singleuser", singleuser.image
    for index, image in _images_of_all(singleuser, block=False):
        yield f"image-pull-singleuser-init-and-extra-containers-{index}", image
    for index, profile in enumerate(singleuser.kubespawner_profiles() if config.profile_images else []):
        if own := _image(_object(profile.get(_OVERRIDE))):
            yield f"image-pull-singleuser-profilelist-{index}", own
        for name, choice in _choices(profile):
            if chosen := _image(choice):
                yield f"image-pull-profile-{index}-option-{name}", chosen
    for name in sorted(config.extra_images):
        yield f"image-pull-{name}", config.extra_images[name]


def _images_of_all(singleuser: SingleuserConfig, *, block: bool = True) -> Iterator[tuple[int, str]]:
    """Yield the index and the image of each additional container of a server's pod."""
    further = [*singleuser.init_containers, *singleuser.extra_containers]
    if block and singleuser.metadata_block:
        further.append(singleuser.metadata_block.container())
    yield from ((index, image) for index, container in enumerate(further) if (image := _image(container)))


def _choices(profile: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the name and the override of each choice that a profile's options list. Free-text choices are not known."""
    options = _object(profile.get("profile_options"))
    for option in sorted(options):
        choices = _object(_object(options[option]).get("choices"))
        for choice in sorted(choices):
            yield f"{option}-{choice}", _object(_object(choices[choice]).get(_OVERRIDE))


def _image(override: Mapping[str, Any]) -> str | None:
    image = override.get("image")
    return image if isinstance(image, str) and image else None


def _node_selector(override: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in _object(override.get("node_selector")).items()}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
