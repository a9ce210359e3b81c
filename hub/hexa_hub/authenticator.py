"""Sign-in by the App: whoever has a session of the App is its user, for as long as the session lasts."""

import asyncio
import sys
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.auth import Authenticator  # type: ignore[import-untyped]
from jupyterhub.handlers import BaseHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from tornado.log import app_log
from traitlets import default

from hexa_hub.app import App, AppSession, Credentials
from hexa_hub.errors import AppError, NotSignedIn, NotTheOwner, is_unexpected
from hexa_hub.expiring import Expiring
from hexa_hub.login import LoginHandler
from hexa_hub.logout import LogoutHandler
from hexa_hub.settings import Settings, SettingsError
from hexa_hub.spawn import SpawnHandler, UserServerAPIHandler

CONFIRMED_SECONDS = 60
"""How long the hub relies on what the App said about a session."""
REFRESH_SECONDS = 2
"""How long a request waits for the App to confirm its session; if it does not, the request goes on as before."""
REMEMBERED_SECONDS = 14 * 24 * 3600
"""How long the hub remembers which session of the App a browser came with: as long as JupyterHub's cookie lasts."""


class AppAuthenticator(Authenticator):  # type: ignore[misc]
    """The OpenHEXA App as authenticator.

    Users are named by their e-mail addresses exactly as the App writes them, since the App puts them into the URLs that
    it calls and shows. What is known of sessions is kept in memory only: cookies of the App never reach the database.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        try:
            self.app = App(Settings.from_environment())
        except SettingsError as error:
            sys.exit(str(error))
        app_log.addFilter(is_unexpected)
        self._usernames: Expiring[AppSession, str] = Expiring(CONFIRMED_SECONDS)
        self._asking: dict[AppSession, asyncio.Task[str]] = {}
        self._browsers: Expiring[str, AppSession] = Expiring(REMEMBERED_SECONDS)

    @default("auto_login")
    def _auto_login(self) -> bool:
        # There is no form: the cookies of the App are all that it takes.
        return True

    @default("auth_refresh_age")
    def _auth_refresh_age(self) -> int:
        # JupyterHub counts by user, and any request of the user's servers would put the browsers' next check off. So it
        # asks at every request but those of the same second, and the answers are kept here, session by session.
        return 1

    def get_handlers(self, app: Any) -> list[tuple[str, type[BaseHandler]]]:
        """Return the handlers that stand before JupyterHub's own."""
        return [
            ("/login", LoginHandler),
            ("/logout", LogoutHandler),
            ("/spawn", SpawnHandler),
            ("/spawn/([^/]+)", SpawnHandler),
            ("/spawn/([^/]+)/([^/]+)", SpawnHandler),
            ("/api/users/([^/]+)/server", UserServerAPIHandler),
            ("/api/users/([^/]+)/servers/([^/]*)", UserServerAPIHandler),
        ]

    def normalize_username(self, username: str) -> str:
        """Return the name as it is but for `username_map`; JupyterHub would write it in lower case."""
        return str(self.username_map.get(username, username))

    async def authenticate(self, handler: BaseHandler, data: object) -> dict[str, Any]:
        """Return the user whose session the request's cookies are.

        Raises:
            AppError: they are nobody's, or the App does not say.

        """
        session = AppSession.from_cookies(handler.cookies)
        if session is None:
            raise NotSignedIn(app_url=self.app.url)
        # Nothing that was said before counts here: a session that has ended lets nobody in.
        username = await self.app.username(session)
        self._usernames.set(session, username)
        return {"name": username}

    async def refresh_user(self, user: User, handler: BaseHandler | None = None) -> bool:
        """Return whether the user may go on with the session that the request belongs to.

        A request belongs to the session of the App whose cookies it has; one of a user's server, which carries the
        token of a browser's sign-in, to the session that this browser came with last. Whatever cannot be found out,
        because the App does not answer or the request belongs to no session, leaves the user signed in.
        """
        if handler is None:
            return True
        token = handler.get_token()
        session = AppSession.from_cookies(handler.cookies)
        browser = token.session_id if token else handler.get_session_cookie()
        if token and session is None:
            session = self._browsers.get(browser) if browser else None
            if session is None:
                return True
        if session is not None:
            try:
                username = await asyncio.wait_for(asyncio.shield(self._username(session)), REFRESH_SECONDS)
            except NotSignedIn:
                username = ""
            except (AppError, TimeoutError):
                return True
            if self.normalize_username(username) == user.name:
                if browser:
                    self.remember(browser, session)
                return True
        self.log.info("The session of %s in the App has ended", user.name)
        if token is None:
            handler.clear_login_cookie()
            # JupyterHub 6.1 looks at it next, and on pages it is not there.
            handler._token_authenticated = False
        else:
            self.end_browser(handler, user, browser)
        return False

    def remember(self, browser: str, session: AppSession) -> None:
        """Remember the session of the App that a browser, known by JupyterHub's session id, comes with."""
        self._browsers.set(browser, session)

    def browsers(self, session: AppSession) -> set[str]:
        """Return the browsers that came with a session of the App, by JupyterHub's session id."""
        return {browser for browser, known in self._browsers.items() if known == session}

    def end_browser(self, handler: BaseHandler, user: User, browser: str) -> None:
        """Delete the tokens by which a browser uses the user's servers."""
        self._browsers.pop(browser)
        for token in handler.db.query(orm.APIToken).filter_by(user_id=user.id, session_id=browser):
            handler.db.delete(token)
        handler.db.commit()

    def forget(self, session: AppSession) -> None:
        """Forget what the App said about a session that ends."""
        self._usernames.pop(session)

    async def credentials(self, session: AppSession | None, user: str, server: str) -> Credentials:
        """Return the credentials for a user's server, from the App and for nobody but the session's own user.

        Raises:
            AppError: there is no session, it is somebody else's, or the App gives none.

        """
        if session is None:
            raise NotSignedIn(app_url=self.app.url)
        if self.normalize_username(await self._username(session)) != user:
            raise NotTheOwner(app_url=self.app.url)
        return await self.app.credentials(session, server)

    def _username(self, session: AppSession) -> "asyncio.Task[str]":
        """Ask whose session it is, once for all who want to know at the same time."""
        if task := self._asking.get(session):
            return task
        task = self._asking[session] = asyncio.ensure_future(self._known_username(session))
        task.add_done_callback(lambda _: self._asking.pop(session, None))
        return task

    async def _known_username(self, session: AppSession) -> str:
        username = self._usernames.get(session)
        if username is None:
            username = await self.app.username(session)
            self._usernames.set(session, username)
        return username
