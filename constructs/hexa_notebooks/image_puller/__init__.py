"""Fetches the images of users' servers onto nodes ahead, so that a start does not wait for gigabytes."""

from hexa_notebooks.image_puller.config import HookPullerConfig, ImagePullerConfig
from hexa_notebooks.image_puller.hook_puller import HookPuller
from hexa_notebooks.image_puller.image_puller import ImagePuller

__all__ = ["HookPuller", "HookPullerConfig", "ImagePuller", "ImagePullerConfig"]
