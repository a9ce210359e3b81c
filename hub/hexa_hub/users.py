"""API requests about a user. The App sends two per second for each browser tab that waits for a server."""

from jupyterhub.apihandlers.users import UserAPIHandler as JupyterHubUserAPIHandler  # type: ignore[import-untyped]

from hexa_hub.names import refuse_long_names


class UserAPIHandler(JupyterHubUserAPIHandler):  # type: ignore[misc]
    """A request from the App or from another client of the hub's API."""

    async def prepare(self) -> None:
        """Wait for a turn before any work, so that starts and other requests are served in between."""
        await self.authenticator.app.turns.wait()
        await super().prepare()

    async def post(self, user_name: str) -> None:
        """Create a user.

        Raises:
            NameTooLong: the name does not fit into the hub's database.

        """
        refuse_long_names(user_name, base_url=self.base_url, app_url=self.authenticator.app.url)
        await super().post(user_name)
