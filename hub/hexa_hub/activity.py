"""User activity, as the proxy reports it.

JupyterHub itself updates all servers in one pass each minute, which blocks the event loop for 2.4 ms per server. This
version updates a few at a time.
"""

from datetime import UTC, datetime
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import contains_eager, selectinload

from hexa_hub.turns import Turns

AT_A_TIME = 10
"""How many users are updated in one turn."""


async def update_last_activity(hub: Any, turns: Turns) -> None:
    """Store the last activity of each server that has a route, then add the routes that the proxy lacks."""
    seen: dict[str, dict[str, datetime]] = {}
    for route in (await hub.proxy.get_all_routes()).values():
        data = route["data"]
        if {"user", "server_name", "last_activity"} <= data.keys():
            seen.setdefault(data["user"], {})[data["server_name"]] = _naive(data["last_activity"])
    names = [*seen]
    for first in range(0, len(names), AT_A_TIME):
        await turns.wait()
        try:
            for spawner in _spawners(hub.db, names[first : first + AT_A_TIME]):
                if when := seen[spawner.user.name].get(spawner.name):
                    for known in (spawner, spawner.user):
                        known.last_activity = max(known.last_activity or when, when)
            hub.db.commit()
        except SQLAlchemyError:
            hub.log.exception("Cannot store the activity of servers")
            hub.db.rollback()
            return
    # Servers have started and stopped since the routes were read, so read them again.
    await hub.proxy.check_routes(hub.users, hub._service_map)


def _spawners(db: Any, users: list[str]) -> Any:
    # SQLAlchemy needs the OAuth client of each server that it updates. Without `selectinload` that is a query each.
    wanted = (contains_eager(orm.Spawner.user), selectinload(orm.Spawner.oauth_client))
    return db.query(orm.Spawner).join(orm.Spawner.user).options(*wanted).filter(orm.User.name.in_(users))


def _naive(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
