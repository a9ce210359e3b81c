"""The hub's view of pods when the Kubernetes API is away, silent or refuses: it recovers afterwards."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kubespawner.reflector  # type: ignore[import-untyped]
import pytest
from aiohttp import web
from kubernetes_asyncio import client
from kubernetes_asyncio.config import incluster_config
from kubespawner import clients

import hexa_hub.reflector
from hexa_hub.reflector import LastingEventReflector, LastingPodReflector
from tests.hexa_hub.kubernetes_stand_in import (
    KubernetesStandIn,
    error_of_a_watch,
    in_a_loop,
    pod_of,
    run_stand_in,
    status,
)

NAMESPACE = "hexa-notebooks"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for milliseconds instead of seconds, in KubeSpawner's loops and ours."""
    sleep = asyncio.sleep

    async def short(seconds: float) -> None:
        await sleep(seconds / 100 if seconds < 60 else seconds)

    hurried = SimpleNamespace(**{**vars(asyncio), "sleep": short})
    for module in (hexa_hub.reflector, kubespawner.reflector):
        monkeypatch.setattr(module, "asyncio", hurried)


@asynccontextmanager
async def watching(api: KubernetesStandIn, **traits: Any) -> AsyncIterator[LastingPodReflector]:
    """Yield a running pod reflector."""
    client.Configuration.set_default(client.Configuration(host=api.url))
    made = LastingPodReflector(namespace=NAMESPACE, **traits)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
        await made.api.api_client.close()
        clients._client_cache.clear()


async def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition. Raises TimeoutError."""
    for _ in range(600):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(what)


def knows(made: LastingPodReflector, *names: str) -> Callable[[], bool]:
    """Return whether the reflector knows exactly these pods."""
    return lambda: {key.rpartition("/")[2] for key in made.pods} == {*names}


async def replaced(api: KubernetesStandIn, made: LastingPodReflector) -> None:
    """Replace all pods with another one, and wait until the reflector knows it."""
    api.pods = {"after": pod_of("after")}
    await until(knows(made, "after"), "the pod of afterwards")


@in_a_loop
async def test_api_that_is_away_for_ten_minutes() -> None:
    """KubeSpawner alone would have given up after nine tries."""
    async with run_stand_in(pods={"before": pod_of("before")}) as api, watching(api) as made:
        await until(knows(made, "before"), "the first pod")
        await api.stop()
        tries = asyncio.get_running_loop().time() + 6
        await until(lambda: asyncio.get_running_loop().time() > tries, "ten minutes, a hundred times as fast")
        assert knows(made, "before")()
        await api.start()
        await replaced(api, made)


@in_a_loop
@pytest.mark.parametrize(
    ("code", "body"), [(401, None), (403, None), (410, None), (500, None), (502, "<html>bad gateway</html>"), (504, "")]
)
async def test_list_that_fails(code: int, body: str | None) -> None:
    """The status does not matter, nor whether Kubernetes or something in between sends it."""
    failed = 0

    def fault(_: web.Request) -> web.Response:
        nonlocal failed
        failed += 1
        return status(code, "no") if body is None else web.Response(status=code, text=body)

    async with run_stand_in(pods={"before": pod_of("before")}) as api, watching(api) as made:
        await until(knows(made, "before"), "the first pod")
        api.fault = fault
        await until(lambda: failed > 12, "more failures than KubeSpawner takes")
        api.fault = lambda _: None
        await replaced(api, made)


@in_a_loop
async def test_watch_whose_version_is_too_old() -> None:
    """The reflector starts again with a list."""
    async with run_stand_in(watch=error_of_a_watch(410)) as api, watching(api) as made:
        await until(lambda: api.lists > 12, "lists")
        await replaced(api, made)


@in_a_loop
async def test_watch_that_goes_silent() -> None:
    """The request's own timeout ends it, because a half-open connection sends nothing."""
    async with run_stand_in(silent=True) as api, watching(api, request_timeout=1) as made:
        await replaced(api, made)


@in_a_loop
async def test_version_that_kubernetes_has_never_reached() -> None:
    """It may follow a restore from a backup. The reflector asks for any version."""

    def fault(request: web.Request) -> web.Response | None:
        later = request.query.get("resourceVersion", "0") != "0" and "watch" not in request.query
        return status(504, "Too large resource version") if later else None

    async with run_stand_in() as api, watching(api) as made:
        api.fault = fault
        await replaced(api, made)


@in_a_loop
async def test_first_list_that_is_refused_fails_the_start() -> None:
    """The hub does not wait without the permission."""
    async with run_stand_in(fault=lambda _: status(403, "no")) as api:
        client.Configuration.set_default(client.Configuration(host=api.url))
        made = LastingPodReflector(namespace=NAMESPACE)
        with pytest.raises(client.ApiException):
            await made.start()
        await made.api.api_client.close()
        clients._client_cache.clear()


@in_a_loop
async def test_token_that_ends_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kubernetes writes a new token into the file before the old one expires."""
    token, authority = tmp_path / "token", tmp_path / "ca.crt"
    token.write_text("first")
    authority.write_text("none is asked for over plain HTTP")
    monkeypatch.setattr(incluster_config, "TOKEN_REFRESH_PERIOD", datetime.timedelta(seconds=0.2))
    async with run_stand_in(token="first", pods={"before": pod_of("before")}) as api:  # noqa: S106
        loaded = client.Configuration()
        loader = incluster_config.InClusterConfigLoader(
            str(token), str(authority), environ={"KUBERNETES_SERVICE_HOST": api.host, "KUBERNETES_SERVICE_PORT": "1"}
        )
        loader.load_and_set(loaded)
        loaded.host, loaded.ssl_ca_cert = api.url, None
        client.Configuration.set_default(loaded)
        made = LastingPodReflector(namespace=NAMESPACE)
        await made.start()
        try:
            await until(knows(made, "before"), "the first pod")
            api.token = "second"  # noqa: S105
            token.write_text("second")
            await replaced(api, made)
        finally:
            await made.stop()
            await made.api.api_client.close()
            clients._client_cache.clear()


def event(name: str, **fields: Any) -> dict[str, Any]:
    """Return a pod event with only the given times."""
    about = {"metadata": {"name": name, "uid": name}, "involvedObject": {"kind": "Pod"}}
    return about | {"lastTimestamp": None, "eventTime": None} | fields


@in_a_loop
async def test_events_that_lack_what_others_have() -> None:
    """All events are sorted, and have every field that KubeSpawner reads."""
    client.Configuration.set_default(client.Configuration(host="http://127.0.0.1:1"))
    made = LastingEventReflector(namespace=NAMESPACE)
    made.resources = {
        each["metadata"]["name"]: each
        for each in (
            event("second", lastTimestamp="2026-01-02T00:00:00Z"),
            event("none"),
            event(
                "fourth", series={"lastObservedTime": "2026-01-04T00:00:00.000000Z"}, eventTime="2026-01-01T00:00:00Z"
            ),
            event("first", metadata={"name": "first", "uid": "first", "creationTimestamp": "2026-01-01T00:00:00Z"}),
            event("third", eventTime="2026-01-03T00:00:00.123456Z", message="m", type="Warning"),
        )
    }
    events = made.events
    assert [each["metadata"]["name"] for each in events] == ["none", "first", "second", "third", "fourth"]
    assert {each["type"] for each in events} == {"Normal", "Warning"}
    assert all(isinstance(each["message"], str) and isinstance(each["involvedObject"]["name"], str) for each in events)
    await made.api.api_client.close()
    clients._client_cache.clear()
