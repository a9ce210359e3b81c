"""The second half of the hook that OpenHEXA's installations run: the folder `tmp` in place of `work`."""

from hexa_jupyter.workspace import prepare

prepare()
