"""Server starts on a Kubernetes API that is slow, fails or refuses: the outcome, the log and the page."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any
from unittest.mock import DEFAULT, patch

import pytest
from aiohttp import web
from jupyterhub.log import CoroutineLogFormatter  # type: ignore[import-untyped]
from kubernetes_asyncio import client
from kubespawner import clients  # type: ignore[import-untyped]
from traitlets.config import Config

from hexa_hub.errors import ServerRefused
from hexa_hub.pod import PodSpawner
from tests.hexa_hub.kubernetes_stand_in import NAMESPACE, KubernetesStandIn, in_a_loop, run_stand_in, status

SECRETS = {
    "WORKSPACE_DATABASE_PASSWORD": "pw-b7c1d9e2f3a4 with$dollar 'and' \"quotes\"",
    "HEXA_TOKEN": "token-5f2c8e71aa90",
    "WORKSPACE_STORAGE_GCS_KEY": json.dumps({"private_key": "-----BEGIN KEY-----\nMIIEvgIBADANBg\nkqhkiG9w0BAQEF\n"}),
}
PIECES = ("b7c1d9e2f3a4", "5f2c8e71aa90", "MIIEvgIBADANBg", "kqhkiG9w0BAQEF", "api-token-of-the-server")


class _Lines(logging.Handler):
    """Keeps log lines as JupyterHub formats them."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(CoroutineLogFormatter())
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"


@pytest.fixture
def log() -> Iterator[_Lines]:
    """Yield everything that is logged, at any level, by any logger."""
    handler, root = _Lines(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@asynccontextmanager
async def spawner(api: KubernetesStandIn, **traits: Any) -> AsyncIterator[Any]:
    """Yield the spawner of a server on the stand-in."""
    client.Configuration.set_default(client.Configuration(host=api.url))
    config = Config()
    config.KubeSpawner.update(
        {
            "namespace": NAMESPACE,
            "environment": {name: value.replace("{", "{{").replace("}", "}}") for name, value in SECRETS.items()},
            "k8s_api_request_timeout": 5,
            "k8s_api_request_retry_timeout": 5,
            "start_timeout": 5,
            **traits,
        }
    )
    with patch.multiple("kubespawner.spawner", load_config=DEFAULT):
        made = PodSpawner(
            _mock=True,
            config=config,
            user=SimpleNamespace(name="anna", id=1, url="/user/anna/", groups=[]),
            orm_spawner=SimpleNamespace(name="", server=None),
            user_options={},
            api_token="api-token-of-the-server",  # noqa: S106
        )
    made.handler = None
    made._spawn_future = None
    try:
        yield made
    finally:
        await PodSpawner._stop_all_reflectors()
        for each in [*clients._client_cache.values()]:
            await each.api_client.close()
        clients._client_cache.clear()


PATIENT = {"k8s_api_request_timeout": 3, "k8s_api_request_retry_timeout": 20, "start_timeout": 20}
"""Traits of a start whose first answer comes too late, and whose next ones have time on a busy machine."""


def posts(answer: Callable[[int], Any]) -> Callable[[web.Request], Any]:
    """Return a fault for create requests, by the number of earlier attempts."""
    asked = 0

    def fault(request: web.Request) -> Any:
        nonlocal asked
        if request.method != "POST":
            return None
        asked += 1
        return answer(asked - 1)

    return fault


async def _start(api: KubernetesStandIn, log: logging.Logger, **traits: Any) -> str:
    """Start a server, and log a failure as JupyterHub does."""
    async with spawner(api, **traits) as made:
        try:
            return str(await made.start())
        except Exception as error:
            log.exception("Unhandled error starting anna's server: %s", error)
            raise


ECHO = f"denied, the environment is {SECRETS}"
"""What a policy says that repeats what it was asked about."""
REFUSALS = {
    "quota": (403, 'pods "jupyter-anna" is forbidden: exceeded quota: small', "exceeded quota: small"),
    "invalid": (422, "spec.containers[0].image: Required value", "Required value"),
    "bad request": (400, "json: cannot unmarshal", "cannot unmarshal"),
    "no namespace": (404, 'namespaces "x" not found', "not found"),
    "policy that repeats": (403, ECHO, "denied, the environment is"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusal_is_told_without_secrets(case: str, log: _Lines) -> None:
    """The page has Kubernetes' message, escaped and shortened. Neither the page nor the log has a secret."""
    code, message, told = REFUSALS[case]

    @in_a_loop
    async def run() -> None:
        async with run_stand_in(fault=posts(lambda _: status(code, f"<b>{message}"))) as api:
            with pytest.raises(ServerRefused) as refused:
                await _start(api, logging.getLogger("JupyterHub"))
            page = refused.value.jupyterhub_html_message
            assert told in page
            assert "<b>" not in page
            assert len(page) < 600
            assert [piece for piece in PIECES if piece in page] == []
            assert api.pods == {}

    run()
    assert told in log.text
    assert [piece for piece in PIECES if piece in log.text] == []


def test_no_failure_tells_the_log_a_secret(log: _Lines) -> None:
    """The failures are temporary errors, invalid responses, broken connections, silence, and an existing pod."""

    def broken(request: web.Request) -> None:
        assert request.transport
        request.transport.close()

    def answers(api: KubernetesStandIn) -> dict[str, Callable[[web.Request], Any]]:
        return {
            "error": posts(lambda _: status(500, f"failed calling webhook: {ECHO}")),
            "no JSON": posts(lambda _: web.Response(status=503, text=f"<html>{ECHO}")),
            "silence": posts(lambda _: api.hang()),
            "broken": lambda request: broken(request) if request.method == "POST" else None,
            "conflict": posts(lambda _: status(409, ECHO, "Conflict")),
            "is in the way": posts(lambda _: status(409, ECHO, "AlreadyExists")),
        }

    @in_a_loop
    async def run() -> None:
        async with run_stand_in() as api:
            for fault in answers(api).values():
                api.fault = fault
                with pytest.raises((ServerRefused, TimeoutError)):
                    await _start(
                        api,
                        logging.getLogger("JupyterHub"),
                        k8s_api_request_timeout=1,
                        k8s_api_request_retry_timeout=1,
                        # KubeSpawner logs the environment that this takes the place of.
                        extra_container_config={"env": [{"name": "A", "value": "b"}]},
                    )

    run()
    assert "failed calling webhook" in log.text
    assert [piece for piece in PIECES if piece in log.text] == []


@in_a_loop
async def test_answer_that_comes_late_makes_no_second_pod() -> None:
    """The hub gave up on the response, but the pod exists. The hub finds it, and neither deletes nor recreates it."""

    async def late(api: KubernetesStandIn, request: web.Request) -> web.Response:
        api.make(await request.json())
        return await api.hang()

    async with run_stand_in() as api:
        asked = 0

        def fault(request: web.Request) -> Awaitable[web.Response] | None:
            nonlocal asked
            if request.method == "POST":
                asked += 1
                return late(api, request) if asked == 1 else None
            return None

        api.fault = fault
        assert await _start(api, logging.getLogger("JupyterHub"), **PATIENT)
        assert asked == 2
        assert api.created == 1


@in_a_loop
async def test_own_pod_is_kept_while_nobody_says_whose_it_is() -> None:
    """The response is late, the pod exists, and Kubernetes fails when the hub asks which start made it."""

    async def late(api: KubernetesStandIn, request: web.Request) -> web.Response:
        api.make(await request.json())
        return await api.hang()

    async with run_stand_in() as api:
        asked = lookups = 0
        deleted: list[str] = []

        def fault(request: web.Request) -> web.Response | Awaitable[web.Response] | None:
            nonlocal asked, lookups
            if request.method == "DELETE":
                deleted.append(request.path)
            if request.method == "POST":
                asked += 1
                return late(api, request) if asked == 1 else None
            if "metadata.name" in request.query.get("fieldSelector", ""):
                lookups += 1
                return status(503, "not ready") if lookups == 1 else None
            return None

        api.fault = fault
        assert await _start(api, logging.getLogger("JupyterHub"), **PATIENT)
        assert deleted == []
        assert api.created == 1


@in_a_loop
async def test_pod_of_an_earlier_start_is_replaced() -> None:
    """It has another token, so nobody could use it."""
    async with run_stand_in() as api:
        async with spawner(api) as made:
            made.api_token = "another"  # noqa: S105
            await made.start()
        (old,) = api.pods.values()
        await _start(api, logging.getLogger("JupyterHub"))
        (new,) = api.pods.values()
        assert new["metadata"]["uid"] != old["metadata"]["uid"]


@in_a_loop
async def test_error_that_passes_is_waited_out() -> None:
    """Examples are a failing webhook, a restarting API server and a token that has just expired."""
    codes = [500, 503, 401, 429]
    async with run_stand_in(fault=posts(lambda n: status(codes[n], "later") if n < len(codes) else None)) as api:
        assert await _start(api, logging.getLogger("JupyterHub"), k8s_api_request_retry_timeout=20)


@in_a_loop
async def test_kubernetes_that_never_answers_is_named() -> None:
    """The page blames Kubernetes, and does not say that the server took too long."""
    async with run_stand_in() as api:
        api.fault = posts(lambda _: api.hang())
        with pytest.raises(ServerRefused, match="did not answer within 1 s"):
            await _start(
                api,
                logging.getLogger("JupyterHub"),
                k8s_api_request_timeout=1,
                k8s_api_request_retry_timeout=1,
            )


@in_a_loop
async def test_reflector_that_never_began_is_made_anew() -> None:
    """A start that fails because pods may not be listed does not break the next one."""
    async with run_stand_in() as api, spawner(api) as made:
        api.fault = lambda request: status(403, "no") if request.method == "GET" else None
        with pytest.raises(client.ApiException):
            await made.start()
        async with asyncio.timeout(10):
            # The start fails by the first of two reflectors, while the other's refusal may still be on its way.
            while made._starting:
                await asyncio.sleep(0.01)
        api.fault = lambda _: None
        assert await made.start()


@in_a_loop
async def test_reflector_that_has_ended_is_replaced() -> None:
    """Without a new one, the next start would not see its pod."""
    async with run_stand_in() as api, spawner(api) as made:
        first = await made._start_watching_pods()
        first.watch_task.cancel()
        with suppress(asyncio.CancelledError):
            await first.watch_task
        second = await made._start_watching_pods()
        assert second is not first
        assert not second.watch_task.done()
        assert await made._start_watching_pods() is second
