"""Starts that fail for a good reason, and so must not end the hub."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hexa_hub.errors import AppError


class UncountedFailures:
    """Gives a `jupyterhub.spawner.Spawner` a way to refuse a start as often as anybody asks."""

    handler: Any
    consecutive_failure_limit: int
    _spawn_future: "asyncio.Future[Any] | None"

    @contextmanager
    def uncounted_failures(self) -> Iterator[None]:
        """Keep an `AppError` from counting among the failures in a row after which the hub exits for everybody."""
        try:
            yield
        except AppError as error:
            if error.counted:
                error.counted = False
                self._uncount()
            raise

    def _uncount(self) -> None:
        self.consecutive_failure_limit = 0
        settings = self.handler.settings if self.handler else {}

        def uncount(_: "asyncio.Future[Any]") -> None:
            if settings.get("failure_count"):
                settings["failure_count"] -= 1

        if self._spawn_future:
            # JupyterHub's own callback, which counts, was added before.
            self._spawn_future.add_done_callback(uncount)
