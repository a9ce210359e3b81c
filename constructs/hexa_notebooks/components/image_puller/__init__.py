"""Image pullers: they pull the images of users' servers in advance, so that a server starts without a long pull."""

from hexa_notebooks.components.image_puller.config import HookPullerConfig, ImagePullerConfig

__all__ = ["HookPullerConfig", "ImagePullerConfig"]
