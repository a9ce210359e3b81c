"""The second half of the postStart hook of OpenHEXA's installations: replace the folder `work` by `tmp`."""

from hexa_jupyter.workspace import prepare

prepare()
