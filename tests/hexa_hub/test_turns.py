"""A crowd takes turns, and whoever is not of it gets in between."""

import asyncio

from hexa_hub.turns import Turns


def test_others_get_in_between() -> None:
    """Of a hundred who may go on together, no two do so without a turn of the loop for everybody else."""

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
