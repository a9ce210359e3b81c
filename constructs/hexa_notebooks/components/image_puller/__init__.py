"""Fetches the images of users' servers onto nodes ahead, so that a start does not wait for gigabytes."""

from hexa_notebooks.components.image_puller.config import HookPullerConfig, ImagePullerConfig

__all__ = ["HookPullerConfig", "ImagePullerConfig"]
