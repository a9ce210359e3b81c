"""The page by which browsers sign in: there is nothing to fill in."""

from jupyterhub.handlers.login import LoginHandler as JupyterHubLoginHandler  # type: ignore[import-untyped]
from tornado import web


class LoginHandler(JupyterHubLoginHandler):  # type: ignore[misc]
    """JupyterHub's, which signs in by the App's cookies at once, without the form for a password."""

    async def post(self) -> None:
        """Refuse a form.

        Raises:
            web.HTTPError: always, with status 405.

        """
        raise web.HTTPError(405, "There is no form to sign in with. Open the notebooks from OpenHEXA.")
