"""A stand-in for the API server with a namespace of pods. It can fail in ways that a real one rarely does."""

import asyncio
import functools
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.manifests.synthesis import Object
from tests.processes.loopback import free_port

NAMESPACE = "hexa-notebooks"
Fault = Callable[[web.Request], web.Response | Awaitable[web.Response | None] | None]


def status(code: int, message: str, reason: str = "") -> web.Response:
    """Return a response in the form of Kubernetes."""
    return web.json_response({"kind": "Status", "code": code, "reason": reason, "message": message}, status=code)


@dataclass
class KubernetesStandIn:
    """Lists, watches and creates pods, and allows every permission that is asked for."""

    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    tls: ssl.SSLContext | None = None
    token: str = ""
    """The token that it asks for. None by default."""
    pods: dict[str, Object] = field(default_factory=dict)
    created: int = 0
    """How many pods it has made."""
    lists: int = 0
    """How often it was asked for a list."""
    fault: Fault = lambda _: None
    """What answers in its place, if it does."""
    watch: str = ""
    """What a watch sends before it ends. Nothing by default, after a tenth of a second."""
    silent: bool = False
    """Whether a watch neither sends anything nor ends."""
    _runner: web.AppRunner | None = None
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    async def start(self) -> None:
        """Listen."""
        self._stopped.clear()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=self.tls, reuse_address=True).start()

    async def stop(self) -> None:
        """Close every connection, and stop listening."""
        self._stopped.set()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def hang(self) -> web.Response:
        """Answer nothing until it stops."""
        await self._stopped.wait()
        return status(503, "stopped")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return status(401, "Unauthorized", "Unauthorized")
        answer = self.fault(request)
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer is not None:
            return answer
        if request.path.endswith("selfsubjectaccessreviews"):
            return web.json_response({**await request.json(), "status": {"allowed": True}})
        if request.method == "POST":
            return self.make(await request.json())
        if request.method == "DELETE":
            gone = self.pods.pop(request.path.rpartition("/")[2], None)
            return web.json_response(gone) if gone else status(404, "not found", "NotFound")
        if "watch" in request.query:
            return await self._watched(request)
        self.lists += 1
        kind = request.path.rpartition("/")[2]
        items = [*self.pods.values()] if kind == "pods" else []
        if selector := request.query.get("fieldSelector", ""):
            items = [pod for pod in items if pod["metadata"]["name"] == selector.rpartition("=")[2]]
        return web.json_response({"kind": "PodList", "items": items, "metadata": {"resourceVersion": "5"}})

    def make(self, pod: Object) -> web.Response:
        """Create a pod, which runs immediately."""
        name = pod["metadata"]["name"]
        if name in self.pods:
            return status(409, f'pods "{name}" already exists', "AlreadyExists")
        self.created += 1
        pod["metadata"] |= {"namespace": NAMESPACE, "uid": f"{name}-{self.created}", "resourceVersion": "1"}
        running = {"name": "notebook", "ready": True, "state": {}, "image": "", "imageID": "", "restartCount": 0}
        pod["status"] = {"phase": "Running", "podIP": "127.0.0.1", "containerStatuses": [running]}
        self.pods[name] = pod
        return web.json_response(pod)

    async def _watched(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(self.watch.encode())
        await (self.hang() if self.silent else asyncio.sleep(0.1))
        return response


@asynccontextmanager
async def run_stand_in(**options: Any) -> AsyncIterator[KubernetesStandIn]:
    """Run the stand-in until the block ends."""
    made = KubernetesStandIn(**options)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a coroutine test in its own event loop."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


def pod_of(name: str, namespace: str = NAMESPACE) -> Object:
    """Return a pod as in a list."""
    return {"metadata": {"name": name, "namespace": namespace, "uid": name, "resourceVersion": "1"}, "spec": {}}


def error_of_a_watch(code: int) -> str:
    """Return the event of a watch that cannot go on."""
    gone = {"kind": "Status", "code": code, "reason": "Expired", "message": "too old resource version"}
    return json.dumps({"type": "ERROR", "object": gone}) + "\n"
