"""Embedding: the sites that may show the hub and users' servers in a frame."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.secret_ref import env_var
from hexa_notebooks.model.config import Config


def _source(value: str) -> str:
    if re.fullmatch(r"'self'|(?!(self|none)$)(https?://)?(\*\.)?[a-zA-Z0-9.-]+(:([0-9]+|\*))?", value):
        return value
    raise ValueError(
        f"{value!r} is not a frame ancestor: write \"'self'\", quotes included, or a host with optional scheme and"
        " port, as in 'https://app.example.org'"
    )


class EmbeddingConfig(Config):
    """The `Content-Security-Policy` header of the hub's pages and of users' servers.

    A server uses it only if its image reads the variable `CONTENT_SECURITY_POLICY`. OpenHEXA's images do, and do not
    start without it. Other images keep JupyterHub's own policy, which forbids frames on any site.
    """

    frame_ancestors: tuple[Annotated[str, AfterValidator(_source)], ...] = Field(min_length=1)
    """Sites that may show the notebooks in a frame, such as `https://app.example.org`. A site must also share its
    cookie domain with the notebooks, or browsers send no cookies from within the frame. Users' servers always allow
    `'self'`. The hub never does: a script on any user's page could read the hub's pages in a frame. For the same
    reason, do not name a host that serves the notebooks, or a `*` pattern that matches one."""

    @property
    def content_security_policy(self) -> str:
        """The header's value for users' servers."""
        return " ".join(("frame-ancestors", "'self'", *self._sites))

    @property
    def hub_content_security_policy(self) -> str:
        """The header's value for the hub's pages."""
        return " ".join(("frame-ancestors", *(self._sites or ["'none'"])))

    @property
    def _sites(self) -> list[str]:
        return [site for site in self.frame_ancestors if site != "'self'"]

    def hub_part(self) -> HubPart:
        """Return the headers of the hub's pages, and the variable that OpenHEXA's images read."""
        policy = self.content_security_policy
        headers: dict[str, JsonValue] = {
            "Content-Security-Policy": self.hub_content_security_policy,
            # A frame is one way in for such a script, a window is another: cut it off from hub pages that it opens.
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        return HubPart(
            origin="embedding",
            traits={
                "JupyterHub": {"tornado_settings": {"headers": headers}},
                "KubeSpawner": {"environment": {"CONTENT_SECURITY_POLICY": policy}},
            },
            env=(env_var("CONTENT_SECURITY_POLICY", policy),),
        )
