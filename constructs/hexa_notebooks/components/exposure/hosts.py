"""The host names that users open."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from hexa_notebooks.model.field_types import HostPattern


def _name_not_address(value: str) -> str:
    if re.fullmatch(r"[0-9.]+", value):
        raise ValueError(f"{value!r} is an address, by which no request is told apart; write the name that users open")
    return value


Host = Annotated[HostPattern, AfterValidator(_name_not_address)]
"""A host name, or all names directly below one for JupyterHub's `subdomain_host`: `*.hub.example.org`."""

Hosts = Annotated[tuple[Host, ...], Field(min_length=1)]
"""Host names, at least one."""

RouteHosts = Annotated[tuple[Host, ...], Field(min_length=1, max_length=16)]
"""Host names of one HTTPRoute, which takes at most 16."""
