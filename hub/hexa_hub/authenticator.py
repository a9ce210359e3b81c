"""Sign-in by the App: whoever has a session of the App is its user, for as long as the session lasts."""

import asyncio
import gc
import re
import sys
from collections import defaultdict
from functools import partial
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.auth import Authenticator  # type: ignore[import-untyped]
from jupyterhub.handlers import BaseHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]
from tornado.log import app_log
from traitlets import Bool, Float, default

from hexa_hub.accounts import Accounts
from hexa_hub.activity import update_last_activity
from hexa_hub.app import App, AppSession, Credentials
from hexa_hub.authorization import AuthorizeHandler
from hexa_hub.errors import AppError, NotSignedIn, NotTheOwner, OutsideWorkspaces, is_unexpected
from hexa_hub.expiring import Expiring
from hexa_hub.front_door import FrontDoor
from hexa_hub.login import LoginHandler
from hexa_hub.logout import LogoutHandler
from hexa_hub.names import refuse_long_names
from hexa_hub.personal_tokens import TokenListAPIHandler
from hexa_hub.renewal import Renewals, ServerCredentialsAPIHandler, is_servers_own
from hexa_hub.settings import Settings, SettingsError
from hexa_hub.spawn import SpawnHandler, UserServerAPIHandler
from hexa_hub.stopped import StoppedServerHandler
from hexa_hub.users import UserAPIHandler

REFRESH_SECONDS = 2
"""How long a request waits for the App to confirm its session; if it does not, the request goes on as before."""
REMEMBERED_SECONDS = 14 * 24 * 3600
"""How long the hub remembers which session of the App a browser came with: as long as JupyterHub's cookie lasts."""
BROWSERS = 20
"""How many browsers of a user it remembers, the newest ones."""


class AppAuthenticator(Authenticator):  # type: ignore[misc]
    """The OpenHEXA App as authenticator.

    Users are named by their e-mail addresses exactly as the App writes them, since the App puts them into the URLs that
    it calls and shows. What is known of sessions is kept in memory only: cookies of the App never reach the database.
    """

    # JupyterHub counts by user, so that any request of the user's servers would put off the browsers' next check. So
    # it asks at every request, and the answers are kept session by session. Zero would mean never.
    auth_refresh_age = Float(1e-9)
    # JupyterHub 6.1 would let a token go on whose session has ended.
    auth_refresh_strict = Bool(True)

    servers_outside_workspaces = Bool(
        False,
        help="""
        Whether users may start the server without a name, which belongs to no workspace. False, the default, refuses it
        to everybody: the App says of no role or plan that it may, so that anybody with an account of the App could run
        code here, as much as the default profile gives.
        """,
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        try:
            self.app = App(Settings.from_environment())
        except SettingsError as error:
            sys.exit(str(error))
        app_log.addFilter(is_unexpected)
        self._browsers: defaultdict[int, Expiring[str, AppSession]] = defaultdict(lambda: Expiring(BROWSERS))
        self.accounts = Accounts(self)
        self.renewals = Renewals(self)

    @default("auto_login")
    def _auto_login(self) -> bool:
        # There is no form: the cookies of the App are all that it takes.
        return True

    def get_handlers(self, app: Any) -> list[tuple[str, type[BaseHandler]]]:
        """Return the handlers that stand before JupyterHub's own, once the hub has loaded what it keeps for good."""
        # To look for garbage among all of that would stop the hub for a quarter of a second, every few seconds of load.
        gc.collect()
        gc.freeze()
        # It is this method that JupyterHub calls each minute, once it has started.
        app.update_last_activity = partial(update_last_activity, app, self.app.turns)
        # Also where the hub's configuration is none of `hexa_notebooks`, as that of compose.
        FrontDoor.install(app)
        return [
            ("/login", LoginHandler),
            ("/logout", LogoutHandler),
            ("/spawn", SpawnHandler),
            ("/spawn/([^/]+)", SpawnHandler),
            ("/spawn/([^/]+)/([^/]+)", SpawnHandler),
            ("/api/users/([^/]+)", UserAPIHandler),
            ("/api/users/([^/]+)/server", UserServerAPIHandler),
            ("/api/users/([^/]+)/servers/([^/]*)", UserServerAPIHandler),
            ("/api/users/([^/]+)/servers/([^/]+)/credentials", ServerCredentialsAPIHandler),
            ("/api/users/([^/]+)/tokens", TokenListAPIHandler),
            ("/api/oauth2/authorize", AuthorizeHandler),
            ("/user/(?P<user_name>[^/]+)(?P<user_path>/.*)?", StoppedServerHandler),
        ]

    def normalize_username(self, username: str) -> str:
        """Return the name as it is but for `username_map`; JupyterHub would write it in lower case."""
        return str(self.username_map.get(username, username))

    async def authenticate(self, handler: BaseHandler, data: object) -> dict[str, Any]:
        """Return the user whose session the request's cookies are.

        Raises:
            AppError: they are nobody's, the name is too long, or the App does not say.

        """
        session = AppSession.from_cookies(handler.cookies)
        if session is None:
            raise NotSignedIn(app_url=self.app.url)
        # Nothing that was said before counts here: a session that has ended lets nobody in.
        name = await self.app.username(session, fresh=True)
        refuse_long_names(self.normalize_username(name), base_url=handler.base_url, app_url=self.app.url)
        return {"name": name}

    async def refresh_user(self, user: User, handler: BaseHandler | None = None) -> bool:
        """Return whether the user may go on with the session of the App that the request belongs to.

        A browser's request belongs to the session whose cookies it has. One of a user's server has the token of a
        browser's sign-in, and belongs to the session that this browser came with last; so does a personal token. A
        session that the App has confirmed since the hub started goes on while the App does not answer; any other waits
        until it does, or until its browser opens a page of the hub.
        """
        if handler is None:
            return True
        token = handler.get_token() if handler._accept_token_auth else None
        if token and not token.session_id:
            # No person's, and JupyterHub ends it with the server; or a personal one of nobody's session.
            return is_servers_own(user, token, handler.get_auth_token())
        browser = token.session_id if token else handler.get_session_cookie()
        known = self._browsers[user.id].get(browser) if browser else None
        session = known if token else AppSession.from_cookies(handler.cookies)
        if session is not None:
            try:
                username = await asyncio.wait_for(self.app.username(session), REFRESH_SECONDS)
            except NotSignedIn:
                username = ""
            except (AppError, TimeoutError):
                return known == session or self._wait(handler)
            if self.normalize_username(username) == user.name:
                self.remember(user, browser, session)
                return True
        elif token:
            # Its browser's cookies are as good as ever: with a page of the hub it goes on.
            return self._wait(handler)
        self.log.info("The session of %s in the App has ended", user.name)
        if token:
            self._end_browser(handler, user, browser)
        else:
            handler.clear_login_cookie()
        return self._wait(handler)

    def _wait(self, handler: BaseHandler) -> bool:
        """Return False, for a request that does not go on."""
        # JupyterHub 6.1 looks at it next, and on pages it is not there.
        handler._token_authenticated = getattr(handler, "_token_authenticated", False)
        return False

    def knows(self, user: User, browser: str | None) -> bool:
        """Return whether the App has confirmed a browser of the user's, by JupyterHub's session id, since the start."""
        return bool(browser and self._browsers[user.id].get(browser))

    def check_outside_workspaces(self) -> None:
        """Let nobody start a server outside of workspaces where that is turned off.

        Raises:
            OutsideWorkspaces: it is.

        """
        if not self.servers_outside_workspaces:
            raise OutsideWorkspaces(app_url=self.app.url)

    def remember(self, user: User, browser: str | None, session: AppSession) -> None:
        """Remember the session of the App that a browser, known by JupyterHub's session id, comes with."""
        # The browser chooses what it sends; JupyterHub's own ids look like this.
        if browser and re.fullmatch("[0-9a-f]{32}", browser):
            self._browsers[user.id].set(browser, session, REMEMBERED_SECONDS)

    def browsers(self, user: User, session: AppSession) -> set[str]:
        """Return the browsers of a user that came with a session of the App, by JupyterHub's session id."""
        return {browser for browser, known in self._browsers[user.id].items() if known == session}

    def sessions(self, user: User) -> list[AppSession]:
        """Return the sessions of the App that a user's browsers came with, the one that was used last first."""
        return [session for _, session in reversed(self._browsers[user.id].items())]

    def forget(self, user: User, browsers: set[str]) -> None:
        """Forget the sessions of these browsers, or of all of a user's where it is not known which, and of the starts.

        Which browser started a server is not known, since the App asks for it on the browser's behalf.
        """
        for browser, _ in self._browsers[user.id].items():
            if not browsers or browser in browsers:
                self._browsers[user.id].pop(browser)
        for server in user.orm_spawners:
            self.renewals.forget(user, server)

    def delete_user(self, user: User) -> None:
        """Forget the sessions of the user's browsers, as JupyterHub asks when it deletes somebody."""
        super().delete_user(user)
        self._browsers.pop(user.id, None)

    def post_spawn_stop(self, user: User, spawner: Any) -> None:
        """Forget by which session the server was started."""
        self.renewals.forget(user, spawner.name)

    def _end_browser(self, handler: BaseHandler, user: User, browser: str) -> None:
        """Delete the tokens by which a browser uses the user's servers."""
        self._browsers[user.id].pop(browser)
        for token in handler.db.query(orm.APIToken).filter_by(user_id=user.id, session_id=browser):
            handler.db.delete(token)
        handler.db.commit()

    async def credentials(self, session: AppSession | None, user: str, server: str) -> Credentials:
        """Return the credentials for a user's server, from the App and for nobody but the session's own user.

        Raises:
            AppError: there is no session, it is somebody else's, the App gives none, or none is given outside of
                workspaces.

        """
        if not server:
            self.check_outside_workspaces()
        if session is None:
            raise NotSignedIn(app_url=self.app.url)
        if self.normalize_username(await self.app.username(session)) != user:
            raise NotTheOwner(app_url=self.app.url)
        return await self.app.credentials(session, server)
