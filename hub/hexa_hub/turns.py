"""Fairness on the event loop: many requests at once do not block the rest."""

import asyncio


class Turns:
    """Lets waiting tasks continue one at a time, with one iteration of the event loop between them.

    JupyterHub's work for a sign-in or a start takes several milliseconds without an `await`. If the App answers two
    hundred at once, they would run one after the other without any network I/O, and the health probe of the hub would
    wait for all of them.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def wait(self) -> None:
        """Wait for the next turn."""
        async with self._lock:
            await asyncio.sleep(0)
