"""Requests to start a server: what JupyterHub's handlers do, once it is clear that the App can be asked at all."""

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
    """What the two handlers check before JupyterHub counts, stores or starts anything.

    The App is not asked here but by the spawner, while the server is starting: it waits for the answer of this very
    request, and has no more than a few processes to answer the hub's questions with.
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
        """Refuse a server outside of workspaces, and a workspace's that the App has not started before.

        Only the App's token may begin one, which also says by which plan. JupyterHub would store a row for any name.

        Raises:
            AppError: it is no name of a workspace, or the App has never started the server.

        """
        await super().prepare()  # type: ignore[misc]
        user_name, server_name = (*self.path_args, "", "")[:2]
        if self.request.method not in self.starting_methods or self.current_user is None:
            return
        # Here, and not later: between JupyterHub's two looks at whether the server starts already, nothing may wait.
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
        """Accept the slug of any workspace as a server's name: docs/decisions/0015.

        JupyterHub 6 calls this before it starts a server. To a new one it would give only a name that is shorter and
        plainer than slugs are; one that its database knows it starts under any name. JupyterHub 5 has no such rule.
        """
        # All else is checked of a new server by a name that keeps the rule, and that no server has.
        name = server_name if server_name in user.orm_spawners else f"a{secrets.token_hex(14)}"
        await super()._check_named_server_request(user, name, display_name, check_limit)  # type: ignore[misc]
        if server_name not in user.orm_spawners:
            # Without a name for pages, which JupyterHub 6 would check again at its next start.
            self.db.add(orm.Spawner(name=server_name, user=user.orm_user))
            self.db.commit()

    async def spawn_single_user(
        self, user: User, server_name: str = "", *args: Any, options: Any = None, **kwargs: Any
    ) -> None:
        """Start a server if the request has a session of the App that did not fail a moment ago.

        Raises:
            AppError: it has none, the App refused it, or the database has no room for the names.
            web.HTTPError: the options are no object.

        """
        app = self.authenticator.app
        refuse_long_names(user.name, server_name, base_url=self.base_url, app_url=app.url)
        session = AppSession.from_cookies(self.cookies)
        if session is None:
            raise (NotSignedIn if self.current_user is user else NotTheOwner)(app_url=app.url)
        if failure := app.recent_failure(session, server_name):
            raise failure.again()
        if isinstance(self.current_user, orm.Service):
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

    starting_methods = ("GET", "POST")

    async def get(self, user_name: str | None = None, server_name: str = "") -> None:
        """Start the server, or ask first where another page may have opened this one."""
        if self.current_user is None or is_asked_for(self.request.headers):
            await maybe_future(super().get(user_name, server_name))
        else:
            await confirm(self, "Start this server?", "Start")


class UserServerAPIHandler(_StartHandler, JupyterHubUserServerAPIHandler):  # type: ignore[misc]
    """A request of the App, or of another user of the hub's API."""

    starting_methods = ("POST",)

    def get_server_json_body(self) -> dict[str, Any]:
        """Return the body of a request to start a server, which JupyterHub 6 lets name the server as well.

        Raises:
            web.HTTPError: it does. Beside a slug that breaks its rule, JupyterHub 6 would not start again with it.

        """
        body: dict[str, Any] = super().get_server_json_body()
        if body.get("display_name") is not None:
            raise web.HTTPError(400, "the body must have no display_name: a server is called as its workspace")
        return body

    async def put(self, *_: str) -> None:
        """Refuse to make or change a server without a start, as JupyterHub 6 would and JupyterHub 5 does not.

        Raises:
            web.HTTPError: always. Users could give themselves another plan, or a server another name.

        """
        raise web.HTTPError(405, "servers are made and changed by OpenHEXA alone: POST starts one, DELETE stops it")

    patch = put
