"""The activity update that runs every minute: it records every user's activity and blocks no request."""

import asyncio
import logging
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from jupyterhub import orm  # type: ignore[import-untyped]
from sqlalchemy import event

from hexa_hub.activity import AT_A_TIME, update_last_activity
from hexa_hub.turns import Turns

NOW = datetime(2026, 11, 30, 12)
USERS = 3 * AT_A_TIME + 1


class Proxy:
    """Has routes for every user's server, last used a minute ago, and two routes without a known server."""

    checked = 0

    async def get_all_routes(self) -> dict[str, Any]:
        """Return the routes as configurable-http-proxy does."""
        used = (NOW - timedelta(minutes=1)).isoformat() + ".000Z"
        data: list[dict[str, Any]] = [{"hub": True}]
        data += [{"user": f"user-{number}", "server_name": "work", "last_activity": used} for number in range(USERS)]
        data += [{"user": "nobody", "server_name": "", "last_activity": used}]
        data += [{"user": "user-0", "server_name": "of before", "last_activity": used}]
        return {f"/{number}/": {"data": each} for number, each in enumerate(data)}

    async def check_routes(self, users: object, services: object) -> None:
        """Count the checks."""
        self.checked += 1


@pytest.fixture
def hub() -> SimpleNamespace:
    """Return a hub whose users were last seen an hour ago, except the last one, who is active now."""
    db = orm.new_session_factory("sqlite:///:memory:")()
    for number in range(USERS):
        seen = NOW if number == USERS - 1 else NOW - timedelta(hours=1)
        user = orm.User(name=f"user-{number}", last_activity=seen)
        db.add(user)
        db.add(orm.Spawner(name="work", user=user, last_activity=seen if number else None))
    db.commit()
    return SimpleNamespace(db=db, proxy=Proxy(), users={}, _service_map={}, log=logging.getLogger())


def test_activity_is_written_down(hub: SimpleNamespace) -> None:
    """Timestamps of users and servers never go back. Afterwards the proxy gets its missing routes."""
    asyncio.run(update_last_activity(hub, Turns()))
    hub.db.expire_all()
    expected = [NOW - timedelta(minutes=1)] * (USERS - 1) + [NOW]
    assert [user.last_activity for user in hub.db.query(orm.User).order_by(orm.User.id)] == expected
    assert [server.last_activity for server in hub.db.query(orm.Spawner).order_by(orm.Spawner.id)] == expected
    assert hub.proxy.checked == 1


def test_others_get_in_between(hub: SimpleNamespace) -> None:
    """The update yields to the event loop after a few users, with few database queries for each."""
    selects: list[int] = [0]

    def count(_: object, __: object, statement: str, *___: object) -> None:
        selects[-1] += statement.startswith("SELECT")

    event.listen(hub.db.get_bind(), "before_cursor_execute", count)

    async def look() -> None:
        looking = asyncio.ensure_future(update_last_activity(hub, Turns()))
        while not looking.done():
            await asyncio.sleep(0)
            selects.append(0)
        await looking

    asyncio.run(look())
    # However many users it looks at: the ping of the connection, and one for each table.
    assert max(selects) <= 7
    assert sum(selects) <= 7 * 4
