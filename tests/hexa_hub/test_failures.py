"""A start that the App refuses undoes exactly what JupyterHub has counted, in each JupyterHub version."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from hexa_hub import failures
from hexa_hub.errors import AppError, AppUnavailable, NotPermitted
from hexa_hub.failures import UncountedFailures

LIMIT = 5


class _Spawner(UncountedFailures):
    """A spawner whose starts fail, with only the parts that matter here."""

    consecutive_failure_limit = LIMIT


@pytest.mark.parametrize("version", [(5, 5, 4), (6, 1, 1)])
@pytest.mark.parametrize("error", [NotPermitted(), AppUnavailable()], ids=["refusal", "failure"])
def test_others_failures_stay_counted(version: tuple[int, ...], error: AppError, monkeypatch: Any) -> None:
    """The limit is lifted while the start fails, and applies again afterwards."""
    monkeypatch.setattr(failures, "version_info", version)
    settings = {"failure_count": LIMIT - 1}
    limits: list[int] = []

    def count(start: "asyncio.Future[Any]") -> None:
        assert isinstance(start.exception(), AppError)
        if version < (6,) or error.status_code >= 500:
            settings["failure_count"] += 1
            limits.append(made.consecutive_failure_limit)

    async def start() -> None:
        with made.uncounted_failures():
            raise error.again()

    async def run() -> None:
        made._spawn_future = asyncio.ensure_future(start())
        made._spawn_future.add_done_callback(count)
        with pytest.raises(AppError):
            await made._spawn_future
        await asyncio.sleep(0)

    made = _Spawner()
    made.handler = SimpleNamespace(settings=settings)
    asyncio.run(run())
    assert settings == {"failure_count": LIMIT - 1}
    assert made.consecutive_failure_limit == LIMIT
    assert set(limits) <= {0}
