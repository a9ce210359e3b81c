"""Embedding in another site's pages: which sites may show the hub and users' servers in a frame."""

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
        f"{value!r} is not a frame ancestor: write 'self' with its quotes, or a host with or without scheme and"
        " port, as in 'https://app.example.org'"
    )


class EmbeddingConfig(Config):
    """The Content-Security-Policy of the hub's pages, and of users' servers whose image takes it from its environment.

    OpenHEXA's images do, as `CONTENT_SECURITY_POLICY`, and do not start without it. Others keep JupyterHub's own
    policy, by which no site may show them.
    """

    frame_ancestors: tuple[Annotated[str, AfterValidator(_source)], ...] = Field(min_length=1)
    """Sites that may show the notebooks in a frame, such as `https://app.example.org`. The same site must also share
    its cookies' domain with the notebooks, or browsers keep them out of the frame. `'self'` is always among those of
    users' servers, and never among those of the hub: a script on any user's page could read the hub's in a frame. So
    name no site that serves the notebooks themselves, and none with `*` that takes them in."""

    @property
    def content_security_policy(self) -> str:
        """The value of the header of users' servers."""
        return " ".join(("frame-ancestors", "'self'", *self._sites))

    @property
    def hub_content_security_policy(self) -> str:
        """The value of the header of the hub's pages."""
        return " ".join(("frame-ancestors", *(self._sites or ["'none'"])))

    @property
    def _sites(self) -> list[str]:
        return [site for site in self.frame_ancestors if site != "'self'"]

    def hub_part(self) -> HubPart:
        """Return the headers for the hub's pages, and the variable from which OpenHEXA's images take theirs."""
        policy = self.content_security_policy
        headers: dict[str, JsonValue] = {
            "Content-Security-Policy": self.hub_content_security_policy,
            # Nor may such a script look into a window with a page of the hub that it has opened.
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
