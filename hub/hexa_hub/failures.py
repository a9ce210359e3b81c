"""Starts that fail for a good reason, and so must not end the hub."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyterhub import version_info  # type: ignore[import-untyped]

from hexa_hub.errors import AppError


class UncountedFailures:
    """Gives a `jupyterhub.spawner.Spawner` a way to refuse a start as often as anybody asks."""

    handler: Any
    consecutive_failure_limit: int
    _spawn_future: "asyncio.Future[Any] | None"

    @contextmanager
    def uncounted_failures(self) -> Iterator[None]:
        """Keep an `AppError` from counting among the failures in a row after which the hub exits for everybody.

        JupyterHub 6 counts only those from status 500 on.
        """
        try:
            yield
        except AppError as error:
            if error.counted:
                error.counted = False
                if self._spawn_future and (version_info < (6,) or error.status_code >= 500):
                    self._uncount(self._spawn_future)
            raise

    def _uncount(self, start: "asyncio.Future[Any]") -> None:
        """Take a failure back that JupyterHub counts, and let it not end the hub meanwhile."""
        limit, self.consecutive_failure_limit = self.consecutive_failure_limit, 0
        settings = self.handler.settings if self.handler else {}

        def uncount(_: "asyncio.Future[Any]") -> None:
            self.consecutive_failure_limit = limit
            if settings.get("failure_count"):
                settings["failure_count"] -= 1

        # JupyterHub's own callback, which counts, was added before.
        start.add_done_callback(uncount)
