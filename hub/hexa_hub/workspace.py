"""What makes a server that of a workspace, whatever starts it: the App's credentials in its environment."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hexa_hub.app import AppSession, Credentials
from hexa_hub.errors import AppError


class WorkspaceMixin:
    """Gives a `jupyterhub.spawner.Spawner` the credentials of its owner, fetched anew at each start.

    A named server belongs to the workspace of this slug; the server without a name to none. The authenticator must be
    `AppAuthenticator`.
    """

    name: str
    user: Any
    handler: Any
    authenticator: Any
    consecutive_failure_limit: int
    _spawn_future: "asyncio.Future[Any] | None"
    _credentials: Credentials | None = None

    async def fetch_credentials(self) -> Credentials:
        """Ask the App for the credentials of this start, with the session of the request that asked for the server.

        Raises:
            AppError: there are none.

        """
        self._credentials = None
        session = AppSession.from_cookies(self.handler.cookies) if self.handler else None
        self._credentials = await self.authenticator.credentials(session, self.user.name, self.name)
        return self._credentials

    @contextmanager
    def uncounted_failures(self) -> Iterator[None]:
        """Keep an `AppError` from counting among the failures in a row after which the hub exits for everybody."""
        try:
            yield
        except AppError:
            self.consecutive_failure_limit = 0
            settings = self.handler.settings if self.handler else {}

            def uncount(_: "asyncio.Future[Any]") -> None:
                if settings.get("failure_count"):
                    settings["failure_count"] -= 1

            if self._spawn_future:
                # JupyterHub's own callback, which counts, was added before.
                self._spawn_future.add_done_callback(uncount)
            raise

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
