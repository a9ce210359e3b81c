"""How a browser gets to a user's server: the server sends it here for a token of its own."""

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.apihandlers.auth import OAuthAuthorizeHandler  # type: ignore[import-untyped]


class AuthorizeHandler(OAuthAuthorizeHandler):  # type: ignore[misc]
    """JupyterHub's, which lets nobody go on to a server that was started for an earlier account of the same address."""

    async def prepare(self) -> None:
        """Find out whether the account is the same, once it is known who asks.

        Raises:
            AppError: it is another one, or the App does not say.

        """
        await super().prepare()
        user = self.current_user
        for identifier in self.get_arguments("client_id") if user else ():
            client = self.db.query(orm.OAuthClient).filter_by(identifier=identifier).first()
            if client and client.spawner and client.spawner.user is user.orm_user:
                await self.authenticator.accounts.check(self, user, client.spawner.name)
