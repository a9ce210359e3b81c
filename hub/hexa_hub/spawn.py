"""Requests to start a server: what JupyterHub's handlers do, once it is clear that the App can be asked at all."""

import re
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.apihandlers.users import (  # type: ignore[import-untyped]
    UserServerAPIHandler as JupyterHubUserServerAPIHandler,
)
from jupyterhub.handlers.pages import SpawnHandler as JupyterHubSpawnHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from tornado import web

from hexa_hub.app import AppSession
from hexa_hub.errors import NoSuchWorkspace, NotSignedIn, NotTheOwner


class _StartHandler:
    """What the two handlers check before JupyterHub counts, stores or starts anything.

    The App is not asked here but by the spawner, while the server is starting: it waits for the answer of this very
    request, and has no more than a few processes to answer the hub's questions with.
    """

    def check_slug(self, server_name: str) -> None:
        """Refuse what cannot be a workspace: JupyterHub would store any name, and the App be asked about it.

        Raises:
            NoSuchWorkspace: the App makes no such slugs.

        """
        if server_name and not re.fullmatch(r"[-a-z0-9]{1,63}", server_name):
            raise NoSuchWorkspace(app_url=self.authenticator.app.url)  # type: ignore[attr-defined]

    async def spawn_single_user(
        self, user: User, server_name: str = "", *args: Any, options: Any = None, **kwargs: Any
    ) -> None:
        """Start a server if the request has a session of the App that did not fail a moment ago.

        Raises:
            AppError: it has none, or the App refused it.
            web.HTTPError: the options are no object.

        """
        app = self.authenticator.app  # type: ignore[attr-defined]
        session = AppSession.from_cookies(self.cookies)  # type: ignore[attr-defined]
        requester = self.current_user  # type: ignore[attr-defined]
        if session is None:
            raise (NotSignedIn if requester is user else NotTheOwner)(app_url=app.url)
        if failure := app.recent_failure(session, server_name):
            raise failure.again()
        if isinstance(requester, orm.Service):
            # The App names a profile, or none. None would bring back the one that JupyterHub has stored.
            options = {} if options is None else options
            if not isinstance(options, dict):
                raise web.HTTPError(400, 'the body must be a JSON object, as in {"profile": "trial"}')
        elif server_name:
            # It is the App that chooses; who restarts a server from a page of the hub gets what the App chose last.
            options = None
        await super().spawn_single_user(user, server_name, *args, options=options, **kwargs)  # type: ignore[misc]


class SpawnHandler(_StartHandler, JupyterHubSpawnHandler):  # type: ignore[misc]
    """A browser's request for a server."""

    async def prepare(self) -> None:
        """Check the name, once it is known who asks."""
        await super().prepare()
        self.check_slug(self.path_args[1] if len(self.path_args) > 1 else "")


class UserServerAPIHandler(_StartHandler, JupyterHubUserServerAPIHandler):  # type: ignore[misc]
    """A request of the App, or of another user of the hub's API."""

    async def prepare(self) -> None:
        """Check the name, once it is known who asks."""
        await super().prepare()
        if self.request.method in ("POST", "PUT"):
            self.check_slug(self.path_args[1] if len(self.path_args) > 1 else "")
