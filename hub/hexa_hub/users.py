"""Requests about a user, of which the App sends two a second for each tab that waits for a server."""

from jupyterhub.apihandlers.users import UserAPIHandler as JupyterHubUserAPIHandler  # type: ignore[import-untyped]

from hexa_hub.names import refuse_long_names


class UserAPIHandler(JupyterHubUserAPIHandler):  # type: ignore[misc]
    """A request of the App, or of another user of the hub's API."""

    async def prepare(self) -> None:
        """Wait for a turn before any work: starts, and whoever is not of the crowd, get in between."""
        await self.authenticator.app.turns.wait()
        await super().prepare()

    async def post(self, user_name: str) -> None:
        """Create a user.

        Raises:
            NameTooLong: none of the user's servers could ever start.

        """
        refuse_long_names(user_name, base_url=self.base_url, app_url=self.authenticator.app.url)
        await super().post(user_name)
