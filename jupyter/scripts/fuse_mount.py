"""The first half of the hook that OpenHEXA's installations run: the workspace's files."""

from hexa_jupyter.post_start import mount

mount()
