"""Failed starts that do not count towards `consecutive_failure_limit`."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyterhub import version_info  # type: ignore[import-untyped]

from hexa_hub.errors import AppError


class UncountedFailures:
    """Mixin for `jupyterhub.spawner.Spawner`: lets it refuse a start any number of times."""

    handler: Any
    consecutive_failure_limit: int
    _spawn_future: "asyncio.Future[Any] | None"

    @contextmanager
    def uncounted_failures(self) -> Iterator[None]:
        """Do not count an `AppError` as a failed start.

        The hub exits after `consecutive_failure_limit` failed starts in a row. JupyterHub 6 counts only errors with
        status 500 or higher.
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
        """Undo JupyterHub's count of a failure, and suspend the limit until then."""
        limit, self.consecutive_failure_limit = self.consecutive_failure_limit, 0
        settings = self.handler.settings if self.handler else {}

        def uncount(_: "asyncio.Future[Any]") -> None:
            self.consecutive_failure_limit = limit
            if settings.get("failure_count"):
                settings["failure_count"] -= 1

        # Callbacks run in the order in which they were added. JupyterHub has added its own, which counts, already.
        start.add_done_callback(uncount)
