"""A stand-in for the Docker Engine: the part of its HTTP API that DockerSpawner calls, with processes as containers.

Paths, status codes and fields follow Engine API 1.47. Each container listens on its own address in 127.0.0.0/8 and gets
the environment and arguments of the create request. The stand-in records the rest of the request (image, mounts,
networks, capabilities), but does not apply it.
"""

import asyncio
import itertools
import re
import secrets
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from aiohttp import web

from tests.manifests.synthesis import Object
from tests.processes.loopback import is_free
from tests.processes.pod_server import FakeServer, PodServer, ProcessServer

API_VERSION = "1.47"
_SECONDS = 10
_PORT = 8888
_REFERENCE = re.compile(r"[a-z0-9][a-z0-9._/-]*(:[\w.-]+)?")


@dataclass
class Container:
    """A created container that was not removed."""

    name: str
    ip: str
    created: Object
    """The body of the request that created it."""
    server: PodServer
    id: str = field(default_factory=lambda: secrets.token_hex(32))
    running: bool = False
    executed: list[list[str]] = field(default_factory=list)
    """The commands of `docker exec`, none of which runs."""

    def inspected(self) -> Object:
        """Return the output of `docker inspect`."""
        network = self.created["HostConfig"]["NetworkMode"]
        return {
            "Id": self.id,
            "Name": f"/{self.name}",
            "Config": {key: self.created[key] for key in ("Image", "Env", "Cmd")},
            "State": {"Running": self.running, "ExitCode": 0, "Error": "", "FinishedAt": ""},
            "NetworkSettings": {"Networks": {network: {"IPAddress": self.ip}}},
        }


class DockerEngine:
    """The stand-in; see `run_docker_engine`."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "docker.sock"
        self.servers: Literal["real", "fake"] = "fake"
        """What a new container runs: `jupyterhub-singleuser`, or a `FakeServer`, which costs nearly nothing."""
        self.images: set[str] = set()
        """Those that need no pull."""
        self.registry: set[str] = set()
        """Those that can be pulled."""
        self.containers: dict[str, Container] = {}
        """By name."""
        self.created: list[Container] = []
        """All that there ever were, the oldest first."""
        self._folder = folder
        self._executions: dict[str, Container] = {}
        candidates = (f"127.8.{number // 250}.{number % 250 + 1}" for number in itertools.count())
        self._addresses = (ip for ip in candidates if is_free(ip, _PORT))

    def application(self) -> web.Application:
        """Return the API."""
        app = web.Application(middlewares=[_errors])
        app.add_routes(
            [
                web.get("/version", self._version),
                web.get("/v{api}/images/{name:.+}/json", self._inspect_image),
                web.post("/v{api}/images/create", self._pull),
                web.post("/v{api}/containers/create", self._create),
                web.get("/v{api}/containers/{name}/json", self._inspect),
                web.post("/v{api}/containers/{name}/start", self._start),
                web.post("/v{api}/containers/{name}/stop", self._stop),
                web.delete("/v{api}/containers/{name}", self._remove),
                web.post("/v{api}/containers/{name}/exec", self._create_execution),
                web.post("/v{api}/exec/{id}/start", self._start_execution),
            ]
        )
        return app

    async def end(self) -> None:
        """End every container."""
        for container in self.created:
            await container.server.stop(0)

    async def _version(self, _: web.Request) -> web.Response:
        return web.json_response({"ApiVersion": API_VERSION, "MinAPIVersion": "1.24"})

    async def _inspect_image(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self.images:
            raise _EngineError(404, f"No such image: {name}")
        return web.json_response({"Id": f"sha256:{secrets.token_hex(32)}", "Config": {"Cmd": ["singleuser"]}})

    async def _pull(self, request: web.Request) -> web.Response:
        name = f"{request.query['fromImage']}:{request.query['tag']}"
        if not _REFERENCE.fullmatch(name):
            raise _EngineError(400, "invalid reference format")
        if name not in self.registry:
            raise _EngineError(404, f"pull access denied for {request.query['fromImage']}, repository does not exist")
        self.images.add(name)
        return web.json_response({"status": f"Downloaded newer image for {name}"})

    async def _create(self, request: web.Request) -> web.Response:
        name, body = request.query["name"], await request.json()
        if body["Image"] not in self.images:
            raise _EngineError(404, f"No such image: {body['Image']}")
        if name in self.containers:
            raise _EngineError(409, f'Conflict. The container name "/{name}" is already in use')
        ip = next(self._addresses)
        container = self.containers[name] = Container(name, ip, body, self._server(name, ip, body))
        self.created.append(container)
        return web.json_response({"Id": container.id, "Warnings": []}, status=201)

    async def _inspect(self, request: web.Request) -> web.Response:
        return web.json_response(self._container(request).inspected())

    async def _start(self, request: web.Request) -> web.Response:
        container = self._container(request)
        if container.running:
            return web.Response(status=304)
        await container.server.start()
        container.running = True
        return web.Response(status=204)

    async def _stop(self, request: web.Request) -> web.Response:
        container = self._container(request)
        if not container.running:
            return web.Response(status=304)
        await container.server.stop(_SECONDS)
        container.running = False
        if container.created["HostConfig"].get("AutoRemove"):
            self.containers.pop(container.name, None)
        return web.Response(status=204)

    async def _remove(self, request: web.Request) -> web.Response:
        container = self._container(request)
        if container.running:
            raise _EngineError(409, "You cannot remove a running container")
        self.containers.pop(container.name, None)
        return web.Response(status=204)

    async def _create_execution(self, request: web.Request) -> web.Response:
        container, body = self._container(request), await request.json()
        container.executed.append(body["Cmd"])
        execution = secrets.token_hex(32)
        self._executions[execution] = container
        return web.json_response({"Id": execution}, status=201)

    async def _start_execution(self, request: web.Request) -> web.Response:
        if request.match_info["id"] not in self._executions:
            raise _EngineError(404, "No such exec instance")
        answer = web.Response(content_type="application/vnd.docker.raw-stream")
        answer.force_close()
        return answer

    def _server(self, name: str, ip: str, body: Object) -> PodServer:
        if self.servers == "fake":
            return FakeServer(ip, _PORT)
        environment = [dict(zip(("name", "value"), _literal(line).split("=", 1), strict=True)) for line in body["Env"]]
        pod = {"args": [_literal(argument) for argument in body["Cmd"]], "env": environment}
        return ProcessServer(pod, ip, self._folder / name, self._folder / f"{name}-{len(self.created)}.log")

    def _container(self, request: web.Request) -> Container:
        name = request.match_info["name"]
        for container in self.containers.values():
            if name in (container.name, container.id):
                return container
        raise _EngineError(404, f"No such container: {name}")


@contextmanager
def run_docker_engine(folder: Path) -> Iterator[DockerEngine]:
    """Serve the API on the socket `docker.sock` of a folder until the block ends, and then end every container."""
    engine = DockerEngine(folder)
    loop, listens = asyncio.new_event_loop(), Future[None]()
    stopping = asyncio.Event()

    async def serve() -> None:
        runner = web.AppRunner(engine.application(), shutdown_timeout=0.01)
        try:
            await runner.setup()
            await web.UnixSite(runner, str(engine.socket)).start()
            listens.set_result(None)
            await stopping.wait()
        finally:
            await runner.cleanup()
            await engine.end()

    thread = Thread(target=loop.run_until_complete, args=(serve(),), name="Docker", daemon=True)
    thread.start()
    try:
        listens.result(_SECONDS)
        yield engine
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(_SECONDS)
        loop.close()


@web.middleware
async def _errors(request: web.Request, handler: Any) -> web.StreamResponse:
    """Return errors as the Engine does, with a JSON message."""
    try:
        answer: web.StreamResponse = await handler(request)
    except web.HTTPNotFound:
        return web.json_response({"message": "page not found"}, status=404)
    except _EngineError as error:
        return web.json_response({"message": error.message}, status=error.status)
    return answer


class _EngineError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def _literal(text: str) -> str:
    """Return a string that Kubernetes' expansion of references leaves unchanged."""
    return text.replace("$", "$$")
