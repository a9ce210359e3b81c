"""Fresh credentials of a workspace for a server that runs: those that it started with may end before it does."""

from contextlib import suppress
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.apihandlers import APIHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from jupyterhub.utils import compare_token  # type: ignore[import-untyped]
from tornado import web

from hexa_hub.app import FAILURE_SECONDS, AppSession, Credentials
from hexa_hub.errors import AppError, NoSession, NotSignedIn, NotTheOwner
from hexa_hub.expiring import Expiring

RENEWED_SECONDS = 60
"""How long a server that asks again gets the same credentials: new ones cost the App a call to its cloud."""
KNOWN_SECONDS = 24 * 3600
"""How long the hub remembers that a token is a server's own; JupyterHub deletes the token when the server stops."""


class Renewals:
    """The sessions by which servers were started, and what each server got when it asked last; in memory only."""

    def __init__(self, authenticator: Any) -> None:
        self._authenticator = authenticator
        self._started: dict[tuple[int, str], AppSession] = {}
        self._answers: Expiring[tuple[int, str], dict[str, str] | AppError] = Expiring()

    def started(self, user: User, server: str, session: AppSession) -> None:
        """Remember the session of the request that started a server."""
        self._started[user.id, server] = session

    def forget(self, user: User, server: str) -> None:
        """Forget all about a server."""
        self._started.pop((user.id, server), None)
        self._answers.pop((user.id, server))

    async def storage(self, user: User, server: str) -> dict[str, str]:
        """Return the variables of a workspace's storage as `_now` has them.

        Raises:
            AppError: as there.

        """
        found = await self._now(user, server)
        return {
            name: value
            for name, value in found.items()
            if name.startswith("WORKSPACE_STORAGE_") or name == "WORKSPACE_BUCKET_NAME"
        }

    async def database(self, user: User, server: str) -> dict[str, str]:
        """Return those of its database likewise, whose password the App changes when it archives a workspace.

        Raises:
            AppError: as there.

        """
        found = await self._now(user, server)
        return {name: value for name, value in found.items() if name.startswith("WORKSPACE_DATABASE_")}

    async def _now(self, user: User, server: str) -> dict[str, str]:
        """Return the variables of a server as the App gives them now, or gave them a moment ago.

        Raises:
            NoSession: the hub knows no session of the user's that goes on.
            AppError: the App gives none.

        """
        answer = self._answers.get((user.id, server))
        if answer is None:
            try:
                environment = (await self._credentials(user, server)).environment
            except AppError as error:
                answer, seconds = error, FAILURE_SECONDS
            else:
                answer, seconds = environment, RENEWED_SECONDS
            self._answers.set((user.id, server), answer, seconds)
        if isinstance(answer, AppError):
            raise answer.again()
        return answer

    async def _credentials(self, user: User, server: str) -> Credentials:
        """Ask the App with the session that the user has used last, or with the next one where that has ended."""
        start = self._started.get((user.id, server))
        for session in dict.fromkeys([*self._authenticator.sessions(user), *([start] if start else [])]):
            with suppress(NotSignedIn, NotTheOwner):
                credentials: Credentials = await self._authenticator.credentials(session, user.name, server)
                return credentials
        raise NoSession(app_url=self._authenticator.app.url)


class ServerCredentialsAPIHandler(APIHandler):  # type: ignore[misc]
    """A request of a workspace's server for the credentials of its storage, or with `?of=database` of its database.

    Only the server itself may ask: no scope of JupyterHub's says so, and with any other the user's browsers, or whoever
    starts servers for others, could read them. No cookie counts, so that no other site can ask through a browser.
    """

    _accept_cookie_auth = False

    async def post(self, user_name: str, server_name: str) -> None:
        """Answer with `{"env": {...}}`: `WORKSPACE_BUCKET_NAME` and `WORKSPACE_STORAGE_...`, or those of the database.

        Raises:
            web.HTTPError: it is not the server that asks, with status 403, or it asks for something else, with 400.
            AppError: the App gives no credentials, or the hub knows no session to ask it with.

        """
        user = self.find_user(user_name)
        if user is None or self.current_user is not user or not self._is_from(user, server_name):
            raise web.HTTPError(
                403, "Only the server of this workspace may ask for its credentials, with its own JUPYTERHUB_API_TOKEN."
            )
        renewals = self.authenticator.renewals
        parts = {"storage": renewals.storage, "database": renewals.database}
        wanted = parts.get(self.get_query_argument("of", "storage"))
        if wanted is None:
            raise web.HTTPError(400, "There are credentials of=storage and of=database, and no others.")
        environment = await wanted(user, server_name)
        self.set_header("Cache-Control", "no-store")
        self.write({"env": environment})

    def _is_from(self, user: User, server: str) -> bool:
        """Return whether the request's token is the server's: JupyterHub keeps its hash as the server's OAuth secret.

        What else a token says, its note and its scopes, another token of the user's may say too.
        """
        known = user.orm_spawners.get(server)
        return bool(known and _is_of(known, self.get_auth_token()))


def _is_of(server: orm.Spawner, token: str) -> bool:
    client = server.oauth_client
    return bool(client and client.secret and compare_token(client.secret, token))


_servers_own: Expiring[str, bool] = Expiring()


def is_servers_own(user: User, token: orm.APIToken, text: str) -> bool:
    """Return whether a token of a user's is that of one of the user's servers.

    To find out takes some milliseconds for each server, so the answer is kept.
    """
    if not _servers_own.get(token.hashed):
        if not any(_is_of(server, text) for server in user.orm_spawners.values()):
            return False
        _servers_own.set(token.hashed, True, KNOWN_SECONDS)
    return True
