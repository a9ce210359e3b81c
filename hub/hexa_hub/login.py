"""The sign-in page. It has no form: the App's cookies are enough."""

import re
from typing import Any

from jupyterhub.handlers.login import LoginHandler as JupyterHubLoginHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from tornado import web

from hexa_hub.app import AppSession

_HOST = re.compile(r"^/[/\\]+")
"""A path that browsers take for a host, as in `//example.org`."""


class LoginHandler(JupyterHubLoginHandler):  # type: ignore[misc]
    """JupyterHub's handler, without the form for a password."""

    def set_login_cookie(self, user: User) -> None:
        """Sign the browser in, and remember its App session."""
        super().set_login_cookie(user)
        session = AppSession.from_cookies(self.cookies)
        if session:
            self.authenticator.remember(user, self.get_session_cookie(), session)

    def get_next_url(self, *args: Any, **kwargs: Any) -> str:
        """Return the URL to go on to, always on this host. JupyterHub takes a `//` URL for a path on this host."""
        return _HOST.sub("/", super().get_next_url(*args, **kwargs))

    async def post(self) -> None:
        """Refuse a sign-in form.

        Raises:
            web.HTTPError: always, with status 405.

        """
        raise web.HTTPError(405, "You cannot sign in with a form here. Open the notebooks from OpenHEXA.")
