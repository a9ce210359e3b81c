"""Logout, requested by the App, or by a browser from JupyterLab or from a page of the hub."""

import asyncio
from datetime import timedelta

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.handlers.base import SESSION_COOKIE_NAME  # type: ignore[import-untyped]
from jupyterhub.handlers.login import LogoutHandler as JupyterHubLogoutHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from jupyterhub.utils import utcnow  # type: ignore[import-untyped]

from hexa_hub.app import AppSession
from hexa_hub.confirmation import confirm
from hexa_hub.errors import AppError
from hexa_hub.front_door import is_asked_for
from hexa_hub.stopping import stop_server

IN_USE = timedelta(hours=1)
"""A server that another browser has used within this time keeps running."""


class LogoutHandler(JupyterHubLogoutHandler):  # type: ignore[misc]
    """Ends a session of the hub, stops the servers that no other session uses, and redirects to the App.

    The App calls it with the two cookies of its session, a browser with the hub's cookie, the App's or both. It logs
    out the user in the hub's cookie. Without that cookie, it logs out the user that the App names.
    """

    async def get(self) -> None:
        """Log out. Ask first if another page may have sent the browser here; the App's call has no browser headers."""
        if is_asked_for(self.request.headers):
            await self.post()
        else:
            await confirm(self, "Log out and stop your unused servers?", "Log out")

    async def post(self) -> None:
        """Log out. Revoke cookies and tokens and stop servers before the answer is sent.

        A server that does not stop within `slow_stop_timeout` continues to stop afterwards.
        """
        session = AppSession.from_cookies(self.cookies)
        # Not `current_user`, which is None if the App session has already ended.
        user = self.get_current_user_cookie()
        if user is not None:
            await self._log_out(user, {self.get_cookie(SESSION_COOKIE_NAME)} - {None})
        elif session is not None and (user := await self._user_of(session)):
            await self._log_out(user, self.authenticator.browsers(user, session))
        self.clear_login_cookie()
        self._jupyterhub_user = None
        self.redirect(self.authenticator.app.url)

    async def _user_of(self, session: AppSession) -> User | None:
        try:
            username = await self.authenticator.app.username(session, fresh=True)
        except AppError as error:
            self.log.warning("No user is logged out: the App does not say who the session belongs to: %s", error.kind)
            return None
        return self.find_user(self.authenticator.normalize_username(username))

    async def _log_out(self, user: User, browsers: set[str]) -> None:
        """Log a user out of these browsers, or of all of the user's browsers if `browsers` is empty."""
        self.log.info("Logging %s out", user.name)
        tokens = self.db.query(orm.APIToken).filter_by(user_id=user.id).filter(orm.APIToken.session_id.isnot(None))
        others = [token for token in tokens if browsers and token.session_id not in browsers]
        since = utcnow(with_tz=False) - IN_USE
        in_use = {token.client_id for token in others if (token.last_activity or token.created) > since}
        for token in set(tokens) - set(others):
            self.db.delete(token)
        # The same cookie id is in the cookies of all browsers, so all of them have to sign in again. Theirs is
        # automatic while their App session lasts.
        user.cookie_id = orm.new_token()
        self.db.commit()
        if self.shutdown_on_logout:
            unused = [
                name
                for name, spawner in user.spawners.items()
                if spawner.active and spawner.oauth_client_id not in in_use
            ]
            await asyncio.gather(*(stop_server(self, user, name) for name in unused))
        # Last, because a server that was still starting would have stored its session again.
        self.authenticator.forget(user, browsers)
