"""The images that the manifests of a cluster name."""

from typing import Any

from hexa_notebooks.images.registry import qualified
from hexa_notebooks.notebooks.config import NotebooksConfig


def image_list(config: NotebooksConfig) -> list[dict[str, Any]]:
    """Return the images of all manifests, sorted.

    `image` is the name in manifests, `source` the one in the configuration with its registry, `digest` the part of
    `image` after its `@` or None, and `used_by` the fields whose pods have it.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for named, fields in config.named_images.items():
        found.setdefault((config.images.target(named), qualified(named)), []).extend(fields)
    return [
        {
            "image": image,
            "source": source,
            "digest": image.partition("@")[2] or None,
            "used_by": sorted(set(fields)),
        }
        for (image, source), fields in sorted(found.items())
    ]
