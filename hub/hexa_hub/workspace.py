"""What makes a server that of a workspace, whatever starts it: the App's credentials in its environment."""

from typing import Any

from hexa_hub.app import AppSession, Credentials
from hexa_hub.failures import UncountedFailures


class WorkspaceMixin(UncountedFailures):
    """Gives a `jupyterhub.spawner.Spawner` the credentials of its owner, fetched anew at each start.

    A named server belongs to the workspace of this slug; the server without a name to none. The authenticator must be
    `AppAuthenticator`.
    """

    name: str
    user: Any
    authenticator: Any
    _credentials: Credentials | None = None

    async def fetch_credentials(self) -> Credentials:
        """Ask the App for the credentials of this start, with the session of the request that asked for the server.

        Raises:
            AppError: there are none.

        """
        self._credentials = None
        session = AppSession.from_cookies(self.handler.cookies) if self.handler else None
        self._credentials = await self.authenticator.credentials(session, self.user.name, self.name)
        self.authenticator.renewals.started(self.user, self.name, session)
        return self._credentials

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
