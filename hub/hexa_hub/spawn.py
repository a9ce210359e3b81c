"""Requests to start a server, checked before JupyterHub handles them."""

import re
import secrets
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.apihandlers.users import (  # type: ignore[import-untyped]
    UserServerAPIHandler as JupyterHubUserServerAPIHandler,
)
from jupyterhub.handlers.pages import SpawnHandler as JupyterHubSpawnHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from jupyterhub.utils import maybe_future  # type: ignore[import-untyped]
from tornado import web

from hexa_hub.app import AppSession
from hexa_hub.confirmation import confirm
from hexa_hub.errors import NoSuchWorkspace, NotOpened, NotSignedIn, NotTheOwner
from hexa_hub.front_door import is_asked_for
from hexa_hub.names import refuse_long_names


class _StartHandler:
    """Checks that both handlers make before JupyterHub counts, stores or starts anything.

    They do not call the App. One of its few processes is waiting for the answer to this request, so a call back to the
    App could block both. The spawner calls the App later, while the server is starting.
    """

    authenticator: Any
    base_url: str
    cookies: Any
    current_user: Any
    db: Any
    find_user: Any
    path_args: list[str]
    request: Any
    starting_methods: tuple[str, ...]

    async def prepare(self) -> None:
        """Refuse a server outside of workspaces, and a workspace's server that the App has never started.

        Only the App may start a server for the first time, because it chooses the plan. JupyterHub would store a row in
        its database for any name.

        Raises:
            AppError: the name is not that of a workspace, or the App has never started the server.

        """
        await super().prepare()  # type: ignore[misc]
        user_name, server_name = (*self.path_args, "", "")[:2]
        if self.request.method not in self.starting_methods or self.current_user is None:
            return
        # Wait for a turn here. Later, JupyterHub checks twice whether the server is already starting, and an `await`
        # between the two checks would let another request in.
        await self.authenticator.app.turns.wait()
        url = self.authenticator.app.url
        if not server_name:
            self.authenticator.check_outside_workspaces()
            return
        if not re.fullmatch(r"[-a-z0-9]{1,63}", server_name):
            raise NoSuchWorkspace(app_url=url)
        if not isinstance(self.current_user, orm.Service) and (user := self.find_user(user_name)):
            known = user.orm_spawners.get(server_name)
            if known is None or known.user_options is None:
                raise NotOpened(app_url=url)

    async def _check_named_server_request(
        self, user: User, server_name: str, display_name: str, check_limit: bool = True
    ) -> None:
        """Accept the slug of any workspace as a server's name. See docs/decisions/0015.

        JupyterHub 6 calls this before it starts a server. It restricts the names of new servers more than the App
        restricts slugs, but starts a server that its database knows under any name. JupyterHub 5 has no such rule.
        """
        # Run JupyterHub's other checks of a new server with a name that follows the rule and that no server has.
        name = server_name if server_name in user.orm_spawners else f"a{secrets.token_hex(14)}"
        await super()._check_named_server_request(user, name, display_name, check_limit)  # type: ignore[misc]
        if server_name not in user.orm_spawners:
            # Without a display name, which JupyterHub 6 would check again at the next start.
            self.db.add(orm.Spawner(name=server_name, user=user.orm_user))
            self.db.commit()

    async def spawn_single_user(
        self, user: User, server_name: str = "", *args: Any, options: Any = None, **kwargs: Any
    ) -> None:
        """Start a server, unless the request has no App session, or the App has just failed or refused it.

        Raises:
            AppError: there is no App session, the App has just failed or refused it, or the names are too long.
            web.HTTPError: the options are not a JSON object.

        """
        app = self.authenticator.app
        refuse_long_names(user.name, server_name, base_url=self.base_url, app_url=app.url)
        session = AppSession.from_cookies(self.cookies)
        if session is None:
            raise (NotSignedIn if self.current_user is user else NotTheOwner)(app_url=app.url)
        if failure := app.recent_failure(session, server_name):
            raise failure.again()
        if isinstance(self.current_user, orm.Service):
            # The App sends no options if the user has no profile. None would make JupyterHub use the stored profile.
            options = {} if options is None else options
            if not isinstance(options, dict):
                raise web.HTTPError(400, 'the body must be a JSON object, as in {"profile": "trial"}')
        elif server_name:
            # Only the App chooses a profile. A start from a page of the hub uses the one that the App chose last.
            options = None
        await super().spawn_single_user(user, server_name, *args, options=options, **kwargs)  # type: ignore[misc]


class SpawnHandler(_StartHandler, JupyterHubSpawnHandler):  # type: ignore[misc]
    """A browser's request for a server."""

    starting_methods = ("GET", "POST")

    async def get(self, user_name: str | None = None, server_name: str = "") -> None:
        """Start the server. Ask first if another page may have sent the browser here."""
        if self.current_user is None or is_asked_for(self.request.headers):
            await maybe_future(super().get(user_name, server_name))
        else:
            await confirm(self, "Start this server?", "Start")


class UserServerAPIHandler(_StartHandler, JupyterHubUserServerAPIHandler):  # type: ignore[misc]
    """A request from the App or from another client of the hub's API."""

    starting_methods = ("POST",)

    def get_server_json_body(self) -> dict[str, Any]:
        """Return the body of a request to start a server. JupyterHub 6 calls this, and accepts a display name in it.

        Raises:
            web.HTTPError: there is a display name. JupyterHub 6 would check it at each start, and may refuse the slug.

        """
        body: dict[str, Any] = super().get_server_json_body()
        if body.get("display_name") is not None:
            raise web.HTTPError(400, "the body must not contain display_name: a server has the name of its workspace")
        return body

    async def put(self, *_: str) -> None:
        """Refuse JupyterHub 6's requests to create or change a server without a start. JupyterHub 5 has none.

        Raises:
            web.HTTPError: always. Users could otherwise choose another plan, or rename a server.

        """
        raise web.HTTPError(405, "only OpenHEXA creates and changes servers; use POST to start one, DELETE to stop it")

    patch = put
