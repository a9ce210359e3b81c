"""Personal tokens for the hub's API. Each ends with the App session in which it was requested."""

from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.apihandlers.users import UserTokenListAPIHandler  # type: ignore[import-untyped]

from hexa_hub.errors import NoBrowser


class TokenListAPIHandler(UserTokenListAPIHandler):  # type: ignore[misc]
    """JupyterHub's handler, which ties each token to a browser, like the tokens of users' servers."""

    async def post(self, user_name: str) -> None:
        """Create a token for the browser that sends the request, or for the browser of the token in the request.

        Raises:
            NoBrowser: the hub knows no App session of this browser.
            AppError: a server of the user was started for another account, or the App gives no answer.

        """
        user = self.find_user(user_name)
        # JupyterHub would accept the App's cookies alone as a sign-in, without checking its XSRF token.
        if self.current_user is None or (user and not self.authenticator.knows(user, self._browser())):
            raise NoBrowser(app_url=self.authenticator.app.url)
        for server in [*user.spawners] if user else []:
            # A token gives access to the user's servers too.
            await self.authenticator.accounts.check(self, user, server)
        await super().post(user_name)

    def token_model(self, token: orm.APIToken) -> dict[str, Any]:
        """Return the API model of a token. For a new token, store its browser first."""
        if self.request.method == "POST":
            token.session_id = self._browser()
            self.db.commit()
        model: dict[str, Any] = super().token_model(token)
        return model

    def _browser(self) -> str | None:
        token = self.get_token()
        browser: str | None = token.session_id if token else self.get_session_cookie()
        return browser
