"""Whose account of the App a server was started for: an e-mail address that somebody else has now inherits nothing.

The App names its users by address only. What tells two accounts apart is the hash that comes with the credentials of a
workspace, of the workspace's number and the user's.
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
"""How long the hub remembers whose a session is: a session of the App never becomes another account's."""


class Accounts:
    """Which sessions of the App are those of the accounts that servers were started for; in memory only."""

    def __init__(self, authenticator: Any) -> None:
        self._authenticator = authenticator
        self._confirmed: Expiring[tuple[AppSession, str], bool] = Expiring()

    async def started(self, spawner: Any, session: AppSession, account: str | None) -> None:
        """Note for which account a server starts; where that is another one than before, end what that one has left.

        Raises:
            NotOpened: it is another one, and not the App that asks: it has not chosen a plan for this account yet.

        """
        before = spawner.account
        # Where the App does not say, it is nobody else's for all that is known.
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
        """Let a browser go on to a running server only if its session is the account's that the server was started for.

        Raises:
            OtherAccount: it is another one's; what that one has left has ended.
            AppError: the App does not say.

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
        """End a user's sessions and servers but the one that starts, and forget the plans that the App has chosen."""
        handler.log.warning("%s is another account of the App now: ending what the earlier one has left", user.name)
        for token in handler.db.query(orm.APIToken).filter_by(user_id=user.id):
            # The tokens of servers have no session, and end with their servers.
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
