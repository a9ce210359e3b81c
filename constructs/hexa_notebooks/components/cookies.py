"""Cookie attributes of the hub and of users' servers: `SameSite` and `Secure`.

`notebooks/checks.py` checks that browsers send the cookies to the hub.
"""

from typing import Any, Literal

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.model.config import Config


class CookiesConfig(Config):
    """Cookie attributes of the hub and of users' servers.

    If the exposure uses HTTPS (`exposure.https`), cookies get the attribute `Secure`, and browsers never send them over
    plain HTTP. In servers with this repository's image that covers all cookies, in others only those that sign in.
    """

    same_site: Literal["Lax", "None"] = "Lax"
    """The cookies' `SameSite` attribute: whether browsers send them with requests from pages of other sites. `Lax`, the
    default, sends them only when a user follows a link; browsers do the same without the attribute. `None` always
    sends them. You need it if another site shows the notebooks in a frame; browsers accept it only over HTTPS."""

    def hub_part(self, *, https: bool) -> HubPart:
        """Return the options of the hub's cookies, which the hub passes on to users' servers."""
        options: dict[str, Any] = {"samesite": self.same_site, **({"secure": True} if https else {})}
        # JupyterHub.public_url would imply `secure` too, but also redirect every other host, such as a port-forward.
        settings: dict[str, Any] = {"cookie_options": options, "xsrf_cookie_kwargs": options}
        return HubPart(origin="cookies", traits={"JupyterHub": {"tornado_settings": settings}})
