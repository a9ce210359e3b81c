"""The pods of an installation, and their images."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hexa_notebooks.components.hub.pod import pod_template as hub_pod
from hexa_notebooks.components.image_puller.awaiter import awaiter_pod_template as awaiter_pod
from hexa_notebooks.components.image_puller.daemon_set import pod_template as image_puller_pod
from hexa_notebooks.components.image_puller.pools import pools
from hexa_notebooks.components.proxy.pod import pod_template as proxy_pod
from hexa_notebooks.components.user_placeholder.pod import pod_template as user_placeholder_pod
from hexa_notebooks.components.user_scheduler.pod import pod_template as user_scheduler_pod
from hexa_notebooks.images.registry import ImagesConfig, Replace, images_replaced, spawner_images_replaced
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.model.field_types import IMAGE
from hexa_notebooks.notebooks.config import NotebooksConfig


def named_images(config: NotebooksConfig) -> dict[str, list[str]]:
    """Return the images in the manifests, before `images` changes them, each with the fields of the pods that use it.

    Includes the manifests that `hexa-notebooks hook-puller` and `upgrade-db` print.

    Raises:
        ValueError: a pod is not valid.

    """
    found: dict[str, list[str]] = {}

    def recorder(field: str) -> Replace:
        def record(image: str) -> str:
            if IMAGE.fullmatch(image):  # else a template, such as {value} for an image that a user types in
                found.setdefault(image, []).append(field)
            return image

        return record

    for field, pod in _pods(config, replace(config.installation, images=ImagesConfig())):
        images_replaced(pod["spec"], recorder(field))
    spawner_images_replaced(config.component_traits(), recorder("singleuser"))
    return {image: list(dict.fromkeys(fields)) for image, fields in found.items()}


def _pods(config: NotebooksConfig, installation: Installation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pods of all manifests, except users' servers, with the fields that they come from.

    Raises:
        ValueError: a pod is not valid.

    """
    nothing: dict[str, str] = {}
    field = "hub"
    try:
        yield field, hub_pod(config.hub, installation, config.hub_parts, labels=nothing, annotations=nothing)
        field = "proxy"
        yield field, proxy_pod(config.proxy, installation, config.exposure, config.hub)
        field = "exposure"
        yield from ((f"exposure.{name}", pod) for name, pod in config.exposure.pods(installation).items())
        if config.user_scheduler is not None:
            field = "user_scheduler"
            yield field, user_scheduler_pod(config.user_scheduler, installation)
        if config.user_placeholder is not None:
            field = "user_placeholder"
            yield field, user_placeholder_pod(config.user_placeholder, installation, config.singleuser)
        if config.image_puller is not None:
            field = "image_puller"
            for pool in pools(config.image_puller, config.singleuser):
                yield (
                    field,
                    image_puller_pod(
                        config.image_puller, installation, config.singleuser, pool, account="", labels=nothing
                    ),
                )
            field = "image_puller.hook"
            yield field, awaiter_pod(config.image_puller, installation, [""])
    except ValueError as error:
        raise ValueError(f"{field}.{error}") from None
