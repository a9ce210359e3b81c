"""The first half of the postStart hook of OpenHEXA's installations: mount the workspace's files."""

from hexa_jupyter.post_start import mount

mount()
