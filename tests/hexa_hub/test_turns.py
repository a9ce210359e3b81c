"""A crowd of waiting coroutines goes on in turns. Others run in between."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from hexa_hub.turns import Turns


def test_others_get_in_between() -> None:
    """Between any two of a hundred waiting coroutines, the event loop runs everything else."""

    async def order() -> str:
        turns = Turns()
        seen: list[str] = []

        async def member() -> None:
            await turns.wait()
            seen.append("c")

        async def other() -> None:
            while seen.count("c") < 100:
                await asyncio.sleep(0)
                seen.append("o")

        await asyncio.gather(other(), *(member() for _ in range(100)))
        return "".join(seen)

    assert "cc" not in asyncio.run(order())


def test_questions_about_users_take_turns(authenticator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The App asks once for each waiting tab. No part of a request runs before its turn, not even authentication."""
    done: list[str] = []

    async def prepare(_: object) -> None:
        done.append("question")

    monkeypatch.setattr("jupyterhub.handlers.base.BaseHandler.prepare", prepare)
    ours = next(each for path, each in authenticator.get_handlers(SimpleNamespace()) if path == "/api/users/([^/]+)")
    handler = ours.__new__(ours)
    handler.application = SimpleNamespace(settings={"authenticator": authenticator})

    async def ask() -> None:
        asyncio.get_running_loop().call_soon(done.append, "another")
        await handler.prepare()

    asyncio.run(ask())
    assert done == ["another", "question"]
