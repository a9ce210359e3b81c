"""The App account behind each server: a new account with a known e-mail address inherits nothing from the old one.

The App names users by e-mail address only. Two accounts with the same address differ in `notebooks_server_hash`, which
the App computes from the IDs of the workspace and of the user and sends with the credentials.
"""

import asyncio
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.handlers import BaseHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]

from hexa_hub.app import AppSession
from hexa_hub.errors import AppAnswerInvalid, NotOpened, NotSignedIn, OtherAccount
from hexa_hub.expiring import Expiring
from hexa_hub.stopping import stop_server

CONFIRMED_SECONDS = 14 * 24 * 3600
"""How long the hub remembers which account a session belongs to. An App session never changes its account."""


class Accounts:
    """The App sessions that are known to belong to the account a server was started for. Kept in memory only."""

    def __init__(self, authenticator: Any) -> None:
        self._authenticator = authenticator
        self._confirmed: Expiring[tuple[AppSession, str], bool] = Expiring()

    async def started(self, spawner: Any, session: AppSession, account: str | None) -> None:
        """Record the account that a server starts for. If the account has changed, end the old one's sessions.

        Raises:
            NotOpened: the account has changed, and the request is not from the App, which has not chosen a plan for
                the new account yet.

        """
        before = spawner.account
        # Without a hash from the App, nothing shows that the account has changed.
        spawner.account = account = account or before
        if account:
            self._confirmed.set((session, account), True, CONFIRMED_SECONDS)
        if before and account != before:
            handler = spawner.handler
            by_app = isinstance(handler.current_user, orm.Service)
            await self._end(handler, spawner.user, started=spawner.name, with_its_plan=not by_app)
            if not by_app:
                raise NotOpened(app_url=self._authenticator.app.url)

    async def check(self, handler: BaseHandler, user: User, server: str) -> None:
        """Check that a browser's App session belongs to the account that a running server was started for.

        Raises:
            NotSignedIn: the browser has no App session.
            OtherAccount: the session belongs to another account. The sessions and servers of the old one have ended.
            AppError: the App gives no answer.

        """
        spawner = user.spawners[server]
        account = getattr(spawner, "account", None)
        session = AppSession.from_cookies(handler.cookies)
        if not spawner.active or not account:
            return
        if session is None:
            raise NotSignedIn(app_url=self._authenticator.app.url)
        if self._confirmed.get((session, account)):
            return
        credentials = await self._authenticator.credentials(session, user.name, server)
        if credentials.notebooks_server_hash is None:
            raise AppAnswerInvalid("no notebooks_server_hash", app_url=self._authenticator.app.url)
        if credentials.notebooks_server_hash != account:
            await self._end(handler, user)
            raise OtherAccount(app_url=self._authenticator.app.url)
        self._confirmed.set((session, account), True, CONFIRMED_SECONDS)

    async def _end(
        self, handler: BaseHandler, user: User, *, started: str | None = None, with_its_plan: bool = True
    ) -> None:
        """End a user's sessions and servers except `started`, and forget the plans that the App chose for them.

        `with_its_plan` says whether to forget the plan of `started` as well.
        """
        handler.log.warning(
            "%s is another account of the App now: ending the old one's sessions and servers", user.name
        )
        for token in handler.db.query(orm.APIToken).filter_by(user_id=user.id):
            # The token of a server has no session. JupyterHub deletes it when the server stops.
            if token.session_id:
                handler.db.delete(token)
        user.cookie_id = orm.new_token()
        for name, known in user.orm_spawners.items():
            if name != started or with_its_plan:
                known.user_options = None
        handler.db.commit()
        self._authenticator.forget(user, set())
        running = [name for name, spawner in user.spawners.items() if spawner.active and name != started]
        await asyncio.gather(*(stop_server(handler, user, name) for name in running))
