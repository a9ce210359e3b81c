"""An aiohttp server in its own thread with its own event loop, for tests and threads that block."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread

from aiohttp import web

START_SECONDS = 10
STOP_SECONDS = 10


class ThreadedServer:
    """A server that can be stopped and restarted at the same address.

    `make_app` makes a new application for each start. `port` 0, the default, takes a free port at the first start. Each
    response is logged to the `access_log`, if there is one, with its status and the request line.
    """

    def __init__(
        self,
        make_app: Callable[[], web.Application],
        host: str = "127.0.0.1",
        port: int = 0,
        access_log: logging.Logger | None = None,
    ) -> None:
        self._make_app = make_app
        self._host = host
        self._port = port
        self._access_log = access_log
        self._thread: Thread | None = None
        self._stop: Callable[[], object] = lambda: None

    @property
    def url(self) -> str:
        """The address, without a trailing slash; it has no port before the first start."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> None:
        """Start the server, if it is stopped, and return when it listens. Raises OSError if the port is taken."""
        if self._thread:
            return
        listens: Future[None] = Future()
        thread = Thread(target=lambda: asyncio.run(self._serve(listens)), name=f"server of {self.url}", daemon=True)
        thread.start()
        listens.result(START_SECONDS)
        self._thread = thread

    def stop(self) -> None:
        """Stop the server, if it runs: close every connection, answered or not, and end the thread."""
        if self._thread:
            self._stop()
            self._thread.join(STOP_SECONDS)
            assert not self._thread.is_alive(), f"{self.url} has not stopped after {STOP_SECONDS} s"
            self._thread = None

    async def _serve(self, listens: Future[None]) -> None:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        self._stop = lambda: loop.call_soon_threadsafe(stopping.set)
        runner = web.AppRunner(
            self._make_app(),
            access_log=self._access_log,
            access_log_format="%s %r",
            handler_cancellation=True,
            shutdown_timeout=0.01,  # requests that hang on purpose must not delay `stop`
        )
        try:
            await runner.setup()
            await web.TCPSite(runner, self._host, self._port, backlog=1024, reuse_address=True).start()
            self._port = runner.addresses[0][1]
        except BaseException as error:
            listens.set_exception(error)
        else:
            listens.set_result(None)
            await stopping.wait()
        finally:
            await runner.cleanup()
