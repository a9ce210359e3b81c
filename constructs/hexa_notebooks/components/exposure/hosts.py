"""The host names that users open."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from hexa_notebooks.model.field_types import HostPattern


def _name_not_address(value: str) -> str:
    if re.fullmatch(r"[0-9.]+", value):
        raise ValueError(
            f"{value!r} is an IP address, and requests are routed by host name; write the name that users open"
        )
    return value


Host = Annotated[HostPattern, AfterValidator(_name_not_address)]
"""A host name, or a wildcard for JupyterHub's `subdomain_host`, such as `*.hub.example.org`."""

Hosts = Annotated[tuple[Host, ...], Field(min_length=1)]
"""Host names, at least one."""

RouteHosts = Annotated[tuple[Host, ...], Field(min_length=1, max_length=16)]
"""The host names of one HTTPRoute: at most 16."""
