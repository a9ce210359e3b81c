"""Turns on the event loop, so that a crowd does not keep everybody else waiting."""

import asyncio


class Turns:
    """Lets one after the other go on, and the loop see to all else in between.

    JupyterHub's own work for a sign-in or a start takes milliseconds without a pause. Two hundred that the App answers
    together would follow each other without a look at the network, and the probe of the hub's health wait for them all.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def wait(self) -> None:
        """Wait for the next turn."""
        async with self._lock:
            await asyncio.sleep(0)
