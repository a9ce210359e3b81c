"""The end of a session, asked for by the App, or by a browser from JupyterLab or one of the hub's pages."""

import asyncio
from datetime import timedelta

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.handlers.login import LogoutHandler as JupyterHubLogoutHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from jupyterhub.utils import utcnow  # type: ignore[import-untyped]

from hexa_hub.app import AppSession
from hexa_hub.errors import AppError

IN_USE = timedelta(hours=1)
"""How lately another browser must have used a server for it to go on running."""


class LogoutHandler(JupyterHubLogoutHandler):  # type: ignore[misc]
    """Ends a session of the hub and the servers that no other session uses, then leads back to the App.

    The App calls with the two cookies of its session, a browser with the hub's, with the App's or with both. Whom the
    hub's cookie names is whom it logs out; without it, whom the App names.
    """

    async def get(self) -> None:
        """Log out. Everything is done, and in the database, before the answer is sent."""
        session = AppSession.from_cookies(self.cookies)
        # Not `current_user`: where the App's session has ended already, that is nobody.
        user = self.get_current_user_cookie()
        browsers = {self.get_session_cookie()} if user else set()
        if user is None and session is not None:
            browsers = self.authenticator.browsers(session)
            user = await self._user_of(session)
        if session is not None:
            self.authenticator.forget(session)
        if user is not None:
            await self._log_out(user, browsers)
        self.clear_login_cookie()
        self._jupyterhub_user = None
        self.redirect(self.authenticator.app.url)

    async def _user_of(self, session: AppSession) -> User | None:
        try:
            username = await self.authenticator.app.username(session)
        except AppError as error:
            self.log.warning("Nobody is logged out, since the App does not say whose session it is: %s", error.kind)
            return None
        return self.find_user(self.authenticator.normalize_username(username))

    async def _log_out(self, user: User, browsers: set[str | None]) -> None:
        elsewhere = self._used_elsewhere(user, browsers)
        self.log.info("Logging %s out", user.name)
        for token in self._browser_tokens(user):
            # The App's session may be older than this hub's memory; then every browser has to sign in again, which
            # those with a session of the App do unseen.
            if not browsers or token.session_id in browsers:
                self.db.delete(token)
        # The cookie says no more than this, so it cannot be taken from one browser alone.
        user.cookie_id = orm.new_token()
        self.db.commit()
        if self.shutdown_on_logout:
            servers = [name for name, spawner in user.spawners.items() if spawner.active and name not in elsewhere]
            await asyncio.gather(*(self._stop(user, name) for name in servers))

    def _browser_tokens(self, user: User) -> list[orm.APIToken]:
        tokens = self.db.query(orm.APIToken).filter_by(user_id=user.id)
        return list(tokens.filter(orm.APIToken.session_id.isnot(None)))

    def _used_elsewhere(self, user: User, browsers: set[str | None]) -> set[str]:
        since = utcnow(with_tz=False) - IN_USE
        clients = {
            token.client_id
            for token in self._browser_tokens(user)
            if browsers and token.session_id not in browsers and (token.last_activity or token.created) > since
        }
        return {name for name, spawner in user.spawners.items() if spawner.oauth_client_id in clients}

    async def _stop(self, user: User, name: str) -> None:
        """Stop a server, also one that is just starting."""
        spawner = user.spawners[name]
        if spawner.pending == "spawn" and spawner._spawn_future:
            spawner._spawn_future.cancel()
            await asyncio.wait([spawner._spawn_future])
            # JupyterHub stops what it sees, and may not see yet what was made a moment ago.
            await spawner.stop(now=True)
        if spawner.pending is None:
            await self.stop_single_user(user, name)
