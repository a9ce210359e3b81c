"""A workspace's server: the App's credentials in its environment, with any spawner."""

from typing import Any

from hexa_hub.app import AppSession, Credentials
from hexa_hub.environment import reserved
from hexa_hub.errors import UnusableWorkspace
from hexa_hub.failures import UncountedFailures


class WorkspaceMixin(UncountedFailures):
    """Mixin for `jupyterhub.spawner.Spawner`: gives a server its owner's credentials, fetched at each start.

    The name of a server is the slug of its workspace. The server without a name belongs to none. The authenticator must
    be `AppAuthenticator`.
    """

    name: str
    user: Any
    authenticator: Any
    log: Any
    account: str | None = None
    """`notebooks_server_hash` of the App account that the server was last started for. None if it is not known."""
    environment: dict[str, Any]
    _credentials: Credentials | None = None
    _own: frozenset[str] | None = None
    """The variables that the configuration sets. Read at the first start, before a profile adds others."""

    async def fetch_credentials(self) -> Credentials:
        """Fetch the credentials for this start, with the App session of the request that started the server.

        Raises:
            UnusableWorkspace: the App sets reserved environment variables.
            AppError: the App gives no credentials.

        """
        self._credentials = None
        session = AppSession.from_cookies(self.handler.cookies) if self.handler else None
        credentials: Credentials = await self.authenticator.credentials(session, self.user.name, self.name)
        if self._own is None:
            self._own = frozenset(self.environment)
        if names := reserved(credentials.env, self._own):
            listed = ", ".join(names)
            self.log.warning("The App sets %s for %s of %s: refused", listed, self.name, self.user.name)
            raise UnusableWorkspace(
                f"OpenHEXA sets reserved environment variables, {listed}", app_url=self.authenticator.app.url
            )
        await self.authenticator.accounts.started(self, session, credentials.notebooks_server_hash)
        self.authenticator.renewals.started(self.user, self.name, session)
        self._credentials = credentials
        return credentials

    def load_state(self, state: dict[str, Any]) -> None:
        """Restore the server's state from the hub's database."""
        super().load_state(state)  # type: ignore[misc]
        self.account = state.get("account")

    def get_state(self) -> dict[str, Any]:
        """Return the server's state for the hub's database. The account is kept while the server is stopped, too."""
        state: dict[str, Any] = super().get_state()  # type: ignore[misc]
        return state | ({"account": self.account} if self.account else {})

    async def get_options_form(self) -> str:
        """Return no form for a workspace's server: the App has chosen its options, and the page starts it at once."""
        return "" if self.name else str(await super().get_options_form())  # type: ignore[misc]

    def get_env(self) -> dict[str, Any]:
        """Return the environment, with the App's values unchanged."""
        env: dict[str, Any] = super().get_env()  # type: ignore[misc]
        if self._credentials:
            env |= self.app_environment(self._credentials)
        return env

    def app_environment(self, credentials: Credentials) -> dict[str, str]:
        """Return the App's part of the environment, and the two variables that the hub adds to it."""
        return credentials.environment | {
            "HEXA_SERVER_URL": self.authenticator.app.settings.hexa_server_url,
            "HEXA_WORKSPACE": self.name,
        }
