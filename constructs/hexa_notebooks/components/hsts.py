"""HTTP Strict Transport Security (RFC 6797): browsers remember to use HTTPS only."""

from typing import Any

from pydantic import Field

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.model.config import Config


class HstsConfig(Config):
    """The header `Strict-Transport-Security`, which makes browsers remember to use HTTPS only.

    The hub sends it only if the exposure uses HTTPS (`exposure.https`).
    """

    max_age_s: int = Field(default=15_724_800, ge=0)
    """Seconds for which browsers remember it. Half a year by default; 0 leaves the header out."""
    include_subdomains: bool = False
    """Whether it applies to all subdomains of the host. Off by default."""
    preload: bool = False
    """Whether the host may be added to the preload list that browsers ship. Off by default."""

    def hub_part(self) -> HubPart:
        """Return the header of the hub's pages. Browsers apply it to the whole host, users' servers included."""
        directives = [f"max-age={self.max_age_s}"]
        directives += ["includeSubDomains"] if self.include_subdomains else []
        directives += ["preload"] if self.preload else []
        headers: dict[str, Any] = {"headers": {"Strict-Transport-Security": "; ".join(directives)}}
        return HubPart(origin="hsts", traits={"JupyterHub": {"tornado_settings": headers if self.max_age_s else {}}})
