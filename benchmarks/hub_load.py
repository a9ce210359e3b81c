"""The clients in the hub's benchmark, in a separate process."""

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from benchmarks.connection import Answer, Connection
from benchmarks.worker import serve

POLL_SECONDS = 1
"""How often a tab of the App polls whether its server is ready."""


def ask_again(
    url: str, method: str, path: str, headers: list[dict[str, str]], rise_seconds: float, seconds: float
) -> dict[str, list[float]]:
    """Run a client for each of the `headers`, which sends the next request as soon as it has an answer.

    The clients start one after the other within `rise_seconds`, which do not count, and end `seconds` later. A client
    obeys `Retry-After`. Return the response times in seconds by status, or by "none" without an answer.
    """
    taken: dict[str, list[float]] = {}

    async def client(headers: Mapping[str, str], begin: float, counted_from: float) -> None:
        await asyncio.sleep(begin - time.perf_counter())
        connection = Connection(url)
        while True:
            start = time.perf_counter()
            answer = None
            with suppress(OSError, TimeoutError):
                answer = await connection.request(method, path, headers)
            end = time.perf_counter()
            if end >= counted_from:
                taken.setdefault(str(answer.status) if answer else "none", []).append(end - start)
            pause = answer.number("Retry-After") if answer else 1
            if pause:
                connection.close()  # before the server closes the idle connection
                await asyncio.sleep(pause)

    async def clients() -> None:
        now, step = time.perf_counter(), rise_seconds / len(headers)
        tasks = [
            asyncio.create_task(client(each, now + number * step, now + rise_seconds))
            for number, each in enumerate(headers)
        ]
        done, pending = await asyncio.wait(tasks, timeout=rise_seconds + seconds, return_when=asyncio.FIRST_EXCEPTION)
        for task in pending:
            task.cancel()
        await asyncio.gather(*done)

    asyncio.run(clients())
    return taken


def launch_all(url: str, token: str, people: list[dict[str, Any]], together: int, seconds: float) -> dict[str, Any]:
    """Launch a server for each of the people, `together` at a time, as the App and its tabs do (see `Driver.poll`).

    A launch fails after `seconds`. Return the seconds until each server was `ready`, the `seconds` until the last one
    was, how often the hub `refused` a start because too many were starting (then retried), and why others `failed`.
    """
    ready: list[float] = []
    failed: list[str] = []
    refused = 0

    async def launch(person: Mapping[str, Any], turns: asyncio.Semaphore) -> None:
        nonlocal refused
        async with turns:
            start = time.perf_counter()
            tab = _Tab(url, token, person)
            try:
                async with asyncio.timeout(seconds):
                    while not await tab.ask():
                        await asyncio.sleep(POLL_SECONDS)
                ready.append(time.perf_counter() - start)
            except (OSError, TimeoutError, RuntimeError) as error:
                failed.append(f"{type(error).__name__} {error}")
            refused += tab.refused

    async def launches() -> None:
        turns = asyncio.Semaphore(together)
        await asyncio.gather(*(launch(person, turns) for person in people))

    start = time.perf_counter()
    asyncio.run(launches())
    return {"ready": ready, "seconds": time.perf_counter() - start, "refused": refused, "failed": failed}


class _Tab:
    """A tab of the App that waits for one user's server."""

    def __init__(self, url: str, token: str, person: Mapping[str, Any]) -> None:
        self.refused = 0
        self._started = False
        self._connection, self._person = Connection(url), person
        self._headers = {"Authorization": f"token {token}"}
        self._path = f"/hub/api/users/{person['name']}"

    async def ask(self) -> bool:
        """Do what the App does for each poll of the tab, and return whether the server is ready.

        Raises RuntimeError if the start has failed, or if the hub refuses it for a reason other than too many starts.
        """
        slug = self._person["slug"]
        try:
            answer = await self._request("GET")
            if answer.status == 404:
                _check(await self._request("POST"))
                answer = await self._request("GET")
            if slug not in _servers(answer):
                if self._started:
                    raise RuntimeError("the start has failed")
                answer = await self._request("POST", f"/servers/{slug}", Cookie=self._person["headers"]["Cookie"])
                if answer.status == 429:
                    self.refused += 1
                    return False
                _check(answer)
                self._started = True
            server = _servers(await self._request("GET")).get(slug)
            return bool(server and server["ready"])
        finally:
            self._connection.close()

    async def _request(self, method: str, path: str = "", **headers: str) -> Answer:
        return await self._connection.request(method, self._path + path, self._headers | headers)


def _servers(answer: Answer) -> dict[str, Any]:
    _check(answer)
    servers: dict[str, Any] = json.loads(answer.body)["servers"]
    return servers


def _check(answer: Answer) -> None:
    if answer.status >= 400:
        raise RuntimeError(f"{answer.status} {answer.body[:200]!r}")


if __name__ == "__main__":
    serve({"ask_again": ask_again, "launch_all": launch_all})
