"""Renewal of credentials: those that a server started with may expire while it runs."""

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
"""How long the hub caches the credentials of a server. New ones cost the App a call to its cloud."""
KNOWN_SECONDS = 24 * 3600
"""How long the hub caches that a token is a server's own. JupyterHub deletes the token when the server stops."""


class Renewals:
    """The App sessions that started each server, and the credentials it received last. Kept in memory only."""

    def __init__(self, authenticator: Any) -> None:
        self._authenticator = authenticator
        self._started: dict[tuple[int, str], AppSession] = {}
        self._answers: Expiring[tuple[int, str], dict[str, str] | AppError] = Expiring()

    def started(self, user: User, server: str, session: AppSession) -> None:
        """Remember the session of the request that started a server."""
        self._started[user.id, server] = session

    def forget(self, user: User, server: str) -> None:
        """Forget the session and the credentials of a server."""
        self._started.pop((user.id, server), None)
        self._answers.pop((user.id, server))

    async def storage(self, user: User, server: str) -> dict[str, str]:
        """Return the current variables of the workspace's storage.

        Raises:
            NoSession: the hub knows no valid App session of the user.
            AppError: the App gives no credentials.

        """
        found = await self._now(user, server)
        return {
            name: value
            for name, value in found.items()
            if name.startswith("WORKSPACE_STORAGE_") or name == "WORKSPACE_BUCKET_NAME"
        }

    async def database(self, user: User, server: str) -> dict[str, str]:
        """Return the current variables of its database. The App changes the password when it archives a workspace.

        Raises:
            NoSession: the hub knows no valid App session of the user.
            AppError: the App gives no credentials.

        """
        found = await self._now(user, server)
        return {name: value for name, value in found.items() if name.startswith("WORKSPACE_DATABASE_")}

    async def _now(self, user: User, server: str) -> dict[str, str]:
        """Return the current variables of a server, up to `RENEWED_SECONDS` old."""
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
        """Ask the App with the user's most recent session, or with the next one if that has ended."""
        start = self._started.get((user.id, server))
        for session in dict.fromkeys([*self._authenticator.sessions(user), *([start] if start else [])]):
            with suppress(NotSignedIn, NotTheOwner):
                credentials: Credentials = await self._authenticator.credentials(session, user.name, server)
                return credentials
        raise NoSession(app_url=self._authenticator.app.url)


class ServerCredentialsAPIHandler(APIHandler):  # type: ignore[misc]
    """API for a workspace's server: the credentials of its storage, or of its database with `?of=database`.

    Only the server's own token is accepted. A scope of JupyterHub would not do: it would also admit the user's browsers
    and services that start servers for others. Cookies are not accepted, so no other site can send the request through
    a browser.
    """

    _accept_cookie_auth = False

    async def post(self, user_name: str, server_name: str) -> None:
        """Answer with `{"env": {...}}`: `WORKSPACE_BUCKET_NAME` and `WORKSPACE_STORAGE_...`, or those of the database.

        Raises:
            web.HTTPError: 403 if the request is not from the server itself, 400 if `of` has another value.
            NoSession: the hub knows no valid App session of the user.
            AppError: the App gives no credentials.

        """
        user = self.find_user(user_name)
        if user is None or self.current_user is not user or not self._is_from(user, server_name):
            raise web.HTTPError(
                403, "Only the server itself can request its credentials, with its own JUPYTERHUB_API_TOKEN."
            )
        renewals = self.authenticator.renewals
        parts = {"storage": renewals.storage, "database": renewals.database}
        wanted = parts.get(self.get_query_argument("of", "storage"))
        if wanted is None:
            raise web.HTTPError(400, "The parameter `of` must be `storage` or `database`.")
        environment = await wanted(user, server_name)
        self.set_header("Cache-Control", "no-store")
        self.write({"env": environment})

    def _is_from(self, user: User, server: str) -> bool:
        """Return whether the request's token is the server's own.

        JupyterHub stores its hash as the server's OAuth secret. A token's note and scopes prove nothing, because
        another token of the user may have the same.
        """
        known = user.orm_spawners.get(server)
        return bool(known and _is_of(known, self.get_auth_token()))


def _is_of(server: orm.Spawner, token: str) -> bool:
    client = server.oauth_client
    return bool(client and client.secret and compare_token(client.secret, token))


_servers_own: Expiring[str, bool] = Expiring()


def is_servers_own(user: User, token: orm.APIToken, text: str) -> bool:
    """Return whether a token of a user belongs to one of the user's servers.

    Comparing hashes takes a few milliseconds for each server, so a positive answer is cached.
    """
    if not _servers_own.get(token.hashed):
        if not any(_is_of(server, text) for server in user.orm_spawners.values()):
            return False
        _servers_own.set(token.hashed, True, KNOWN_SECONDS)
    return True
