"""The page by which browsers sign in: there is nothing to fill in."""

import re
from typing import Any

from jupyterhub.handlers.login import LoginHandler as JupyterHubLoginHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from tornado import web

from hexa_hub.app import AppSession

_HOST = re.compile(r"^/[/\\]+")
"""What browsers take for the beginning of a host's name."""


class LoginHandler(JupyterHubLoginHandler):  # type: ignore[misc]
    """JupyterHub's, which signs in by the App's cookies at once, without the form for a password."""

    def set_login_cookie(self, user: User) -> None:
        """Sign the browser in, and remember by which session of the App."""
        super().set_login_cookie(user)
        session = AppSession.from_cookies(self.cookies)
        if session:
            self.authenticator.remember(user, self.get_session_cookie(), session)

    def get_next_url(self, *args: Any, **kwargs: Any) -> str:
        """Return where a browser goes on: at this host, where JupyterHub takes `//` for a path of it."""
        return _HOST.sub("/", super().get_next_url(*args, **kwargs))

    async def post(self) -> None:
        """Refuse a form.

        Raises:
            web.HTTPError: always, with status 405.

        """
        raise web.HTTPError(405, "There is no form to sign in with. Open the notebooks from OpenHEXA.")
