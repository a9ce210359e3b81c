"""The page by which browsers sign in: there is nothing to fill in."""

from jupyterhub.handlers.login import LoginHandler as JupyterHubLoginHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from tornado import web

from hexa_hub.app import AppSession


class LoginHandler(JupyterHubLoginHandler):  # type: ignore[misc]
    """JupyterHub's, which signs in by the App's cookies at once, without the form for a password."""

    def set_login_cookie(self, user: User) -> None:
        """Sign the browser in, and remember by which session of the App."""
        super().set_login_cookie(user)
        session = AppSession.from_cookies(self.cookies)
        if session:
            self.authenticator.remember(user, self.get_session_cookie(), session)

    async def post(self) -> None:
        """Refuse a form.

        Raises:
            web.HTTPError: always, with status 405.

        """
        raise web.HTTPError(405, "There is no form to sign in with. Open the notebooks from OpenHEXA.")
