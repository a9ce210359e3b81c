"""Who was active, as the proxy saw it.

JupyterHub looks each minute, in one go that stops the hub for 2.4 ms a server.
"""

from datetime import UTC, datetime
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import contains_eager, selectinload

from hexa_hub.turns import Turns

AT_A_TIME = 10
"""How many users are looked at without a pause."""


async def update_last_activity(hub: Any, turns: Turns) -> None:
    """Write down when each server with a route was used last, few in one turn; then give the proxy what it lacks."""
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
            hub.log.exception("The activity of servers could not be written down")
            hub.db.rollback()
            return
    # Servers have come and gone meanwhile, so the proxy is asked anew.
    await hub.proxy.check_routes(hub.users, hub._service_map)


def _spawners(db: Any, users: list[str]) -> Any:
    # To write a server down SQLAlchemy wants its OAuth client too, which it would ask for one by one.
    wanted = (contains_eager(orm.Spawner.user), selectinload(orm.Spawner.oauth_client))
    return db.query(orm.Spawner).join(orm.Spawner.user).options(*wanted).filter(orm.User.name.in_(users))


def _naive(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
