"""OAuth authorization: a user's server sends a browser here to get its token."""

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.apihandlers.auth import OAuthAuthorizeHandler  # type: ignore[import-untyped]


class AuthorizeHandler(OAuthAuthorizeHandler):  # type: ignore[misc]
    """JupyterHub's handler, which refuses a server that was started for an earlier account with the same address."""

    async def prepare(self) -> None:
        """Check the account after JupyterHub has identified the user.

        Raises:
            AppError: the account is another one, or the App gives no answer.

        """
        await super().prepare()
        user = self.current_user
        for identifier in self.get_arguments("client_id") if user else ():
            client = self.db.query(orm.OAuthClient).filter_by(identifier=identifier).first()
            if client and client.spawner and client.spawner.user is user.orm_user:
                await self.authenticator.accounts.check(self, user, client.spawner.name)
