"""The servers in the pods of a stand-in kubelet: a real user server, or one that needs almost no resources."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from tests.manifests.synthesis import Object
from tests.paths import ROOT
from tests.processes.container import arguments, environment, image_environment
from tests.processes.process import Process

KILLED = 137
"""The exit code of a container that ends by SIGKILL."""

_OPENHEXA_CONFIG = ROOT / "jupyter" / "config"
"""The configuration of OpenHEXA's image."""


class PodServer(Protocol):
    """The running container of a pod."""

    async def start(self) -> None:
        """Start it, also again after it ended."""

    async def wait(self) -> int:
        """Wait until it ends, and return its exit code."""

    async def stop(self, seconds: float) -> None:
        """End it, if it runs; when it does not end for so many seconds, by force."""


class ProcessServer:
    """A stand-in for a Jupyter image's container: `jupyterhub-singleuser` as a local process.

    It gets the container's arguments and environment, and from the image's environment only PATH, HOME and LANG.
    OpenHEXA's program `singleuser` becomes the same, with the image's configuration: the Content-Security-Policy of its
    variable, and the working folder. Without a network namespace, it listens on the pod's address instead of all
    addresses. Omitted are volumes (`home` replaces one), limits, users, lifecycle hooks and any sandbox.
    """

    def __init__(self, container: Object, ip: str, home: Path, log: Path) -> None:
        variables = environment(container)
        program, *args = arguments(container, variables)
        binaries = Path(sys.executable).parent
        image = image_environment() | {"HOME": str(home)}
        home.mkdir(parents=True, exist_ok=True)
        if program == "singleuser":
            (home / "workspace").mkdir(exist_ok=True)
            image["JUPYTER_CONFIG_PATH"] = str(_OPENHEXA_CONFIG)
            program = "jupyterhub-singleuser"
        if program == "jupyterhub-singleuser":
            program = str(binaries / program)
            args += ["--allow-root"] if os.geteuid() == 0 else []
        if address := variables.get("JUPYTERHUB_SERVICE_URL"):
            url = urlsplit(address)
            variables["JUPYTERHUB_SERVICE_URL"] = url._replace(netloc=f"{ip}:{url.port}").geturl()
        self.process = Process([program, *args], log, env=image | variables, cwd=home)

    async def start(self) -> None:
        """Start the process."""
        self.process.launch()

    async def wait(self) -> int:
        """Wait until the process ends, and return its status as a container's exit code."""
        while (status := self.process.status) is None:
            await asyncio.sleep(0.1)
        return status if status >= 0 else 128 - status

    async def stop(self, seconds: float) -> None:
        """End the process and its kernels."""
        await asyncio.to_thread(self.process.stop, seconds, signal.SIGTERM if seconds else signal.SIGKILL)


class FakeServer:
    """A stand-in for a user's server: it answers any request with 200, like a JupyterHub server of this release.

    It needs no process, so hundreds of them are cheap. It has no kernels, authenticates nobody, and reports no
    activity. It listens once it is not `silent`: Jupyter takes long if many start at once.
    """

    def __init__(self, ip: str, port: int, silent: Callable[[], bool] = lambda: False) -> None:
        self._address, self._silent = (ip, port), silent
        self._ended = asyncio.Event()
        self._runner: web.ServerRunner | None = None
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen on the address of the pod."""
        self._ended.clear()
        self._runner = web.ServerRunner(web.Server(_answer), shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, *self._address, backlog=16)
        if self._silent():
            self._listening = asyncio.create_task(self._listen_later(site))
        else:
            await site.start()

    async def _listen_later(self, site: web.TCPSite) -> None:
        while self._silent():
            await asyncio.sleep(0.1)
        await site.start()

    async def wait(self) -> int:
        """Wait until it is stopped, and return what SIGKILL makes of a container."""
        await self._ended.wait()
        return KILLED

    async def stop(self, seconds: float) -> None:
        """Listen no more."""
        if self._listening:
            self._listening.cancel()
        if self._runner:
            await self._runner.cleanup()
        self._ended.set()


async def _answer(_: web.BaseRequest) -> web.Response:
    return web.json_response({}, headers={"X-JupyterHub-Version": version("jupyterhub")})
