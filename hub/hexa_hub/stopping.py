"""Stopping a server at once, whatever state it is in."""

import asyncio

from jupyterhub.handlers import BaseHandler  # type: ignore[import-untyped]
from jupyterhub.user import User  # type: ignore[import-untyped]


async def stop_server(handler: BaseHandler, user: User, name: str) -> None:
    """Stop a server, even one that is starting. If it takes longer than `slow_stop_timeout`, it continues to stop."""
    try:
        async with asyncio.timeout(handler.slow_stop_timeout):
            spawner = user.spawners[name]
            if spawner.pending == "spawn" and spawner._spawn_future:
                spawner._spawn_future.cancel()
                await asyncio.wait([spawner._spawn_future])
                # JupyterHub stops only the pod that it sees. It may not see one that was created a moment ago.
                await spawner.stop(now=True)
            elif spawner.pending == "stop" and spawner._stop_future:
                await asyncio.wait([spawner._stop_future])
            if spawner.pending is None and spawner.active:
                await handler.stop_single_user(user, name)
    except Exception as error:
        # No error may keep the caller from stopping the user's other servers.
        handler.log.error("Server %s of %s has not stopped yet: %s", name, user.name, type(error).__name__)
