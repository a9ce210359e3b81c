"""HTTP Strict Transport Security: browsers remember to come by https only (RFC 6797)."""

from typing import Any

from pydantic import Field

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.model.config import Config


class HstsConfig(Config):
    """The header `Strict-Transport-Security`, by which browsers remember to come by https only.

    It is sent only where users come by https (`exposure.https`).
    """

    max_age_s: int = Field(default=15_724_800, ge=0)
    """For how many seconds they remember it. Half a year by default; 0 leaves the header out."""
    include_subdomains: bool = False
    """Whether that holds for all names below the host. Not by default."""
    preload: bool = False
    """Whether the host may go into the list that browsers ship. Not by default."""

    def hub_part(self) -> HubPart:
        """Return the header of the hub's pages, which counts for all of their host."""
        words = [f"max-age={self.max_age_s}"]
        words += ["includeSubDomains"] if self.include_subdomains else []
        words += ["preload"] if self.preload else []
        headers: dict[str, Any] = {"Strict-Transport-Security": "; ".join(words)} if self.max_age_s else {}
        settings: dict[str, Any] = {"headers": headers} if headers else {}
        return HubPart(origin="hsts", traits={"JupyterHub": {"tornado_settings": settings}})
