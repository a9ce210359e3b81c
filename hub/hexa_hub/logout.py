"""The end of a session, asked for by the App, or by a browser from JupyterLab or one of the hub's pages."""

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
"""How lately another browser must have used a server for it to go on running."""


class LogoutHandler(JupyterHubLogoutHandler):  # type: ignore[misc]
    """Ends a session of the hub and the servers that no other session uses, then leads back to the App.

    The App calls with the two cookies of its session, a browser with the hub's, with the App's or with both. Whom the
    hub's cookie names is whom it logs out; without it, whom the App names.
    """

    async def get(self) -> None:
        """Log out, or ask first where another page may have opened this one. The App's call is no browser's."""
        if is_asked_for(self.request.headers):
            await self.post()
        else:
            await confirm(self, "Log out, and stop the servers that nothing else uses?", "Log out")

    async def post(self) -> None:
        """Log out. Cookies and tokens are worth nothing, and servers stop, before the answer is sent.

        A server that does not stop within `slow_stop_timeout` goes on stopping afterwards.
        """
        session = AppSession.from_cookies(self.cookies)
        # Not `current_user`: where the App's session has ended already, that is nobody.
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
            self.log.warning("Nobody is logged out, since the App does not say whose session it is: %s", error.kind)
            return None
        return self.find_user(self.authenticator.normalize_username(username))

    async def _log_out(self, user: User, browsers: set[str]) -> None:
        """Log a user out of these browsers, or of all of them where it is not known which."""
        self.log.info("Logging %s out", user.name)
        tokens = self.db.query(orm.APIToken).filter_by(user_id=user.id).filter(orm.APIToken.session_id.isnot(None))
        others = [token for token in tokens if browsers and token.session_id not in browsers]
        since = utcnow(with_tz=False) - IN_USE
        in_use = {token.client_id for token in others if (token.last_activity or token.created) > since}
        for token in set(tokens) - set(others):
            self.db.delete(token)
        # The cookie says no more than this, so it cannot be taken from one browser alone.
        user.cookie_id = orm.new_token()
        self.db.commit()
        if self.shutdown_on_logout:
            unused = [
                name
                for name, spawner in user.spawners.items()
                if spawner.active and spawner.oauth_client_id not in in_use
            ]
            await asyncio.gather(*(stop_server(self, user, name) for name in unused))
        # Last, since a server that was just starting would have brought its session back.
        self.authenticator.forget(user, browsers)
