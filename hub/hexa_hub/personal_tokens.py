"""Personal tokens of the hub's API: each ends with the session of the App in which it was asked for."""

from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.apihandlers.users import UserTokenListAPIHandler  # type: ignore[import-untyped]

from hexa_hub.errors import NoBrowser


class TokenListAPIHandler(UserTokenListAPIHandler):  # type: ignore[misc]
    """JupyterHub's, which lets a token belong to a browser, as those of users' servers do."""

    async def post(self, user_name: str) -> None:
        """Make a token for the browser that asks, or for that of the token which does.

        Raises:
            NoBrowser: the hub knows no session of the user's that this browser came with.

        """
        user = self.find_user(user_name)
        # JupyterHub would take the App's cookies alone for a sign-in, without its token against forged requests.
        if self.current_user is None or (user and not self.authenticator.knows(user, self._browser())):
            raise NoBrowser(app_url=self.authenticator.app.url)
        for server in [*user.spawners] if user else []:
            # A token opens the user's servers too.
            await self.authenticator.accounts.check(self, user, server)
        await super().post(user_name)

    def token_model(self, token: orm.APIToken) -> dict[str, Any]:
        """Return what is known of a token, once that which was just made has its browser."""
        if self.request.method == "POST":
            token.session_id = self._browser()
            self.db.commit()
        model: dict[str, Any] = super().token_model(token)
        return model

    def _browser(self) -> str | None:
        token = self.get_token()
        browser: str | None = token.session_id if token else self.get_session_cookie()
        return browser
