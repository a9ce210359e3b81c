"""Sign-in with the App: a browser with an App session is signed in as its user, for as long as the session lasts."""

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
"""How long a request waits for the App to confirm its session. After that, what the hub knows of the session counts."""
REMEMBERED_SECONDS = 14 * 24 * 3600
"""How long the hub remembers the App session of a browser: as long as JupyterHub's cookie lasts."""
BROWSERS = 20
"""The number of browsers that the hub remembers for each user. The newest are kept."""


class AppAuthenticator(Authenticator):  # type: ignore[misc]
    """JupyterHub authenticator for the OpenHEXA App.

    Usernames are e-mail addresses exactly as the App writes them, because the App puts them into URLs of the hub.
    Sessions are kept in memory only: the App's cookies never reach the database.
    """

    # JupyterHub keeps one age per user, so any request from the user's servers would postpone the check of a browser.
    # Therefore refresh at every request and cache the answers per session (`App.username`). Zero would mean never.
    auth_refresh_age = Float(1e-9)
    # Without this JupyterHub 6.1 would accept a token after its session has ended.
    auth_refresh_strict = Bool(True)

    servers_outside_workspaces = Bool(
        False,
        help="""
        Whether users may start the server without a name, which belongs to no workspace. False, the default, refuses it
        for everybody. The App limits that server by no role and no plan, so anybody with an App account could run code
        here, within the limits of the default profile.
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
        # Sign-in needs no form: the App's cookies are enough.
        return True

    def get_handlers(self, app: Any) -> list[tuple[str, type[BaseHandler]]]:
        """Return the handlers that replace JupyterHub's own, and install the parts that have no trait.

        JupyterHub calls this once at startup, when its modules are loaded.
        """
        # Everything loaded by now stays. Without this, garbage collection would scan it under load every few seconds
        # and block the hub for a quarter of a second each time.
        gc.collect()
        gc.freeze()
        # JupyterHub looks this method up when it schedules it, each minute after startup.
        app.update_last_activity = partial(update_last_activity, app, self.app.turns)
        # `start.prepare` has done this already, unless the hub has its own configuration, as in compose.
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
        """Apply `username_map` and otherwise keep the name. JupyterHub would convert it to lower case."""
        return str(self.username_map.get(username, username))

    async def authenticate(self, handler: BaseHandler, data: object) -> dict[str, Any]:
        """Return the user of the App session in the request's cookies.

        Raises:
            AppError: the session is missing or not valid, the name is too long, or the App gives no answer.

        """
        session = AppSession.from_cookies(handler.cookies)
        if session is None:
            raise NotSignedIn(app_url=self.app.url)
        # No cached answer here: a session that has just ended must not sign anybody in.
        name = await self.app.username(session, fresh=True)
        refuse_long_names(self.normalize_username(name), base_url=handler.base_url, app_url=self.app.url)
        return {"name": name}

    async def refresh_user(self, user: User, handler: BaseHandler | None = None) -> bool:
        """Return whether the request's App session is still valid.

        The session of a browser's request is the one in its cookies. A request from a user's server carries the token
        of a browser's sign-in; its session is the last one that this browser came with. The same goes for a personal
        token. While the App does not answer, a session that it has confirmed since the hub started stays valid. Any
        other is refused until the App answers, or until its browser opens a page of the hub.
        """
        if handler is None:
            return True
        token = handler.get_token() if handler._accept_token_auth else None
        if token and not token.session_id:
            # A server's own token is valid until JupyterHub deletes it with the server. A personal token without a
            # session is not.
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
                return known == session or self._refuse(handler)
            if self.normalize_username(username) == user.name:
                self.remember(user, browser, session)
                return True
        elif token:
            # The hub has forgotten the session, as after a restart. It may still be valid, so keep the token: once
            # the browser opens a page of the hub, the hub knows the session again.
            return self._refuse(handler)
        self.log.info("The App session of %s has ended", user.name)
        if token:
            self._end_browser(handler, user, browser)
        else:
            handler.clear_login_cookie()
        return self._refuse(handler)

    def _refuse(self, handler: BaseHandler) -> bool:
        """Return False, which refuses the request."""
        # JupyterHub 6.1 reads this attribute next, but does not set it for pages.
        handler._token_authenticated = getattr(handler, "_token_authenticated", False)
        return False

    def knows(self, user: User, browser: str | None) -> bool:
        """Return whether the App has confirmed this browser of the user since the hub started.

        `browser` is JupyterHub's session id.
        """
        return bool(browser and self._browsers[user.id].get(browser))

    def check_outside_workspaces(self) -> None:
        """Check that `servers_outside_workspaces` is on.

        Raises:
            OutsideWorkspaces: it is off.

        """
        if not self.servers_outside_workspaces:
            raise OutsideWorkspaces(app_url=self.app.url)

    def remember(self, user: User, browser: str | None, session: AppSession) -> None:
        """Remember the App session of a browser. `browser` is JupyterHub's session id."""
        # The id comes from a cookie, so it may be anything. JupyterHub's own ids look like this.
        if browser and re.fullmatch("[0-9a-f]{32}", browser):
            self._browsers[user.id].set(browser, session, REMEMBERED_SECONDS)

    def browsers(self, user: User, session: AppSession) -> set[str]:
        """Return the browsers of a user that share an App session, as JupyterHub's session ids."""
        return {browser for browser, known in self._browsers[user.id].items() if known == session}

    def sessions(self, user: User) -> list[AppSession]:
        """Return the App sessions of a user's browsers, the most recently used first."""
        return [session for _, session in reversed(self._browsers[user.id].items())]

    def forget(self, user: User, browsers: set[str]) -> None:
        """Forget the App sessions of these browsers, or of all browsers of the user if `browsers` is empty.

        Also forget the sessions that started the user's servers, all of them: the App starts a server on behalf of a
        browser, so the hub does not know which browser it was.
        """
        for browser, _ in self._browsers[user.id].items():
            if not browsers or browser in browsers:
                self._browsers[user.id].pop(browser)
        for server in user.orm_spawners:
            self.renewals.forget(user, server)

    def delete_user(self, user: User) -> None:
        """Forget the sessions of the user's browsers. JupyterHub calls this when it deletes a user."""
        super().delete_user(user)
        self._browsers.pop(user.id, None)

    def post_spawn_stop(self, user: User, spawner: Any) -> None:
        """Forget the session that started the server. JupyterHub calls this when a server has stopped."""
        self.renewals.forget(user, spawner.name)

    def _end_browser(self, handler: BaseHandler, user: User, browser: str) -> None:
        """Delete the tokens that give a browser access to the user's servers."""
        self._browsers[user.id].pop(browser)
        for token in handler.db.query(orm.APIToken).filter_by(user_id=user.id, session_id=browser):
            handler.db.delete(token)
        handler.db.commit()

    async def credentials(self, session: AppSession | None, user: str, server: str) -> Credentials:
        """Return the App's credentials for a user's server. The session must be that user's own.

        Raises:
            AppError: there is no session, it belongs to another user, the App refuses, or servers outside of workspaces
                are off.

        """
        if not server:
            self.check_outside_workspaces()
        if session is None:
            raise NotSignedIn(app_url=self.app.url)
        if self.normalize_username(await self.app.username(session)) != user:
            raise NotTheOwner(app_url=self.app.url)
        return await self.app.credentials(session, server)
