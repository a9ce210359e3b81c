"""What browsers are told of the cookies of the hub and of users' servers."""

from typing import Any, Literal

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.model.config import Config


class CookiesConfig(Config):
    """How browsers keep the cookies of the hub and of users' servers.

    Where users come by https (`exposure.https`) browsers send none of them by plain http. Servers whose image is this
    repository's do the same with all of theirs, others with those that sign in.
    """

    same_site: Literal["Lax", "None"] = "Lax"
    """Whether pages of other sites get them sent along: only when a user follows a link, by `Lax`, the default, as
    browsers do anyway with cookies that say nothing. `None` sends them always, for pages of another site that show
    the notebooks in a frame; browsers take it by https only."""

    def hub_part(self, *, https: bool) -> HubPart:
        """Return the options of the hub's cookies, which the hub hands on to users' servers."""
        options: dict[str, Any] = {"samesite": self.same_site, **({"secure": True} if https else {})}
        # Not JupyterHub.public_url: redirects would lead to its host from every other, such as a port-forward's.
        settings: dict[str, Any] = {"cookie_options": options, "xsrf_cookie_kwargs": options}
        return HubPart(origin="cookies", traits={"JupyterHub": {"tornado_settings": settings}})
