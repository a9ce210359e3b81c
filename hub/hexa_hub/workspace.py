"""What makes a server that of a workspace, whatever starts it: the App's credentials in its environment."""

from typing import Any

from hexa_hub.app import AppSession, Credentials
from hexa_hub.environment import reserved
from hexa_hub.errors import UnusableWorkspace
from hexa_hub.failures import UncountedFailures


class WorkspaceMixin(UncountedFailures):
    """Gives a `jupyterhub.spawner.Spawner` the credentials of its owner, fetched anew at each start.

    A named server belongs to the workspace of this slug; the server without a name to none. The authenticator must be
    `AppAuthenticator`.
    """

    name: str
    user: Any
    authenticator: Any
    log: Any
    account: str | None = None
    """The account of the App that the server was last started for, as the App's hash. None where that is not known."""
    environment: dict[str, Any]
    _credentials: Credentials | None = None
    _own: frozenset[str] | None = None
    """The variables that the configuration sets. At the first start no profile has added to them yet."""

    async def fetch_credentials(self) -> Credentials:
        """Ask the App for the credentials of this start, with the session of the request that asked for the server.

        Raises:
            AppError: there are none.

        """
        self._credentials = None
        session = AppSession.from_cookies(self.handler.cookies) if self.handler else None
        credentials: Credentials = await self.authenticator.credentials(session, self.user.name, self.name)
        if self._own is None:
            self._own = frozenset(self.environment)
        if names := reserved(credentials.env, self._own):
            self.log.warning("The App sets %s for %s of %s: refused", ", ".join(names), self.name, self.user.name)
            raise UnusableWorkspace(
                f"OpenHEXA sets variables that are not its own, {', '.join(names)}",
                app_url=self.authenticator.app.url,
            )
        await self.authenticator.accounts.started(self, session, credentials.notebooks_server_hash)
        self.authenticator.renewals.started(self.user, self.name, session)
        self._credentials = credentials
        return credentials

    def load_state(self, state: dict[str, Any]) -> None:
        """Read what the hub has kept of the server."""
        super().load_state(state)  # type: ignore[misc]
        self.account = state.get("account")

    def get_state(self) -> dict[str, Any]:
        """Return what the hub keeps of the server, the account also while it is stopped."""
        state: dict[str, Any] = super().get_state()  # type: ignore[misc]
        return state | ({"account": self.account} if self.account else {})

    async def get_options_form(self) -> str:
        """Return no form for a workspace's server, since the App has chosen: its page starts the server at once."""
        return "" if self.name else str(await super().get_options_form())  # type: ignore[misc]

    def get_env(self) -> dict[str, Any]:
        """Return the environment, the App's values as it sent them."""
        env: dict[str, Any] = super().get_env()  # type: ignore[misc]
        if self._credentials:
            env |= self.app_environment(self._credentials)
        return env

    def app_environment(self, credentials: Credentials) -> dict[str, str]:
        """Return the part of the environment that comes from the App, with the two variables that the hub adds."""
        return credentials.environment | {
            "HEXA_SERVER_URL": self.authenticator.app.settings.hexa_server_url,
            "HEXA_WORKSPACE": self.name,
        }
