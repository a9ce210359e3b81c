"""How a server is stopped at once, in whatever state it is."""

import asyncio

from jupyterhub.handlers import BaseHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]


async def stop_server(handler: BaseHandler, user: User, name: str) -> None:
    """Stop a server, also one that is just starting; it goes on stopping after `slow_stop_timeout`."""
    try:
        async with asyncio.timeout(handler.slow_stop_timeout):
            spawner = user.spawners[name]
            if spawner.pending == "spawn" and spawner._spawn_future:
                spawner._spawn_future.cancel()
                await asyncio.wait([spawner._spawn_future])
                # JupyterHub stops what it sees, and may not see yet what was made a moment ago.
                await spawner.stop(now=True)
            elif spawner.pending == "stop" and spawner._stop_future:
                await asyncio.wait([spawner._stop_future])
            if spawner.pending is None and spawner.active:
                await handler.stop_single_user(user, name)
    except Exception as error:
        # Whatever it is, the user's sessions have ended, and the other servers stop.
        handler.log.error("Server %s of %s has not stopped yet: %s", name, user.name, type(error).__name__)
