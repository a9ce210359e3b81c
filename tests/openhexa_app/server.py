"""The stand-in as a server: it records each request, and answers as the App does or with a configured failure."""

import asyncio
import logging
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from aiohttp import web

from tests.openhexa_app.failures import Failure
from tests.openhexa_app.state import Call, Endpoint, State
from tests.openhexa_app.threaded_server import ThreadedServer
from tests.openhexa_app.views import answer, page

_CHUNK = b" " * 65536


class OpenHexaAppServer:
    """The running stand-in; see `run_app`.

    Its responses depend on `state`, which may be changed at runtime. The addresses stay the same across `stop` and
    `start`.
    """

    def __init__(
        self,
        state: State,
        host: str = "127.0.0.1",
        port: int = 0,
        frontend_port: int = 0,
        pages: Sequence[web.RouteDef] = (),
        access_log: logging.Logger | None = None,
    ) -> None:
        self.state = state
        self._pages = pages
        self._backend = ThreadedServer(self._backend_app, host, port, access_log)
        self._frontend = ThreadedServer(self._frontend_app, host, frontend_port, access_log)

    @property
    def url(self) -> str:
        """The address of the Django backend, which the hub calls, without a trailing slash."""
        return self._backend.url

    @property
    def frontend_url(self) -> str:
        """The address of the front end, to which the backend sends anonymous users."""
        return self.state.frontend_url or self._frontend.url

    def start(self) -> None:
        """Start the stopped servers. Raises OSError if a port is taken."""
        self._frontend.start()
        try:
            self._backend.start()
        except OSError:
            self._frontend.stop()
            raise

    def stop(self) -> None:
        """Stop the running servers; hanging requests get no response."""
        self._backend.stop()
        self._frontend.stop()

    def _backend_app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    def _frontend_app(self) -> web.Application:
        app = web.Application()
        app.router.add_routes([*self._pages, web.get("/login", self._sign_in)])
        return app

    async def _sign_in(self, request: web.Request) -> web.Response:
        await self._record(request, frontend=True)
        return page(200, "Sign in to OpenHEXA")

    async def _record(self, request: web.Request, *, frontend: bool = False) -> Call:
        path, _, query = request.raw_path.partition("?")
        call = Call(request.method, path, query, request.headers.copy(), await request.read(), frontend)
        self.state.calls.append(call)
        return call

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call = await self._record(request)
        failure = self._failure(call)
        if failure is None:
            return answer(self.state, call, self.frontend_url)
        await asyncio.sleep(failure.delay)
        if failure.hang:
            await failure.until_cleared()
        if failure.reset:
            _reset(request)
            return web.Response()
        if failure.status or failure.body is not None:
            status = failure.status or 200
            response = page(status, None if status >= 400 else "")
            response.headers.update(failure.headers)
            if failure.body is not None:
                response.headers["Content-Type"] = failure.content_type
                response.body = failure.body
        else:
            response = answer(self.state, call, self.frontend_url)
        if failure.padding or failure.truncated:
            return await _send_in_parts(request, response, failure)
        return response

    def _failure(self, call: Call) -> Failure | None:
        session = call.cookies.get("sessionid")
        if call.path not in list(Endpoint):
            return None
        failures = self.state.failures[Endpoint(call.path)]
        return next((failure for failure in tuple(failures) if failure.applies(session)), None)


def _reset(request: web.Request) -> None:
    if request.transport:
        # To close a socket that lingers for 0 s is to reset its connection.
        linger = struct.pack("ii", 1, 0)
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        request.transport.abort()


async def _send_in_parts(request: web.Request, whole: web.Response, failure: Failure) -> web.StreamResponse:
    body = whole.body
    assert isinstance(body, bytes), "every answer of the stand-in is made of bytes"
    length = len(body) + failure.padding
    headers = {name: value for name, value in whole.headers.items() if name != "Content-Length"}
    response = web.StreamResponse(status=whole.status, headers=headers)
    response.content_length = length
    left = length // 2 if failure.truncated else length
    with suppress(ConnectionError):  # the client has seen enough
        await response.prepare(request)
        part = body[:left]
        while part:
            await response.write(part)
            left -= len(part)
            part = _CHUNK[:left]
    if failure.truncated and request.transport:
        request.transport.close()
    return response


@contextmanager
def run_app(
    state: State | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    frontend_port: int = 0,
    pages: Sequence[web.RouteDef] = (),
    access_log: logging.Logger | None = None,
) -> Iterator[OpenHexaAppServer]:
    """Run the stand-in, by default with a new state and on free loopback ports, and finally stop it.

    `pages` are additional routes of the front end. Responses are logged to the `access_log`. Raises OSError if a port
    is taken.
    """
    server = OpenHexaAppServer(State() if state is None else state, host, port, frontend_port, pages, access_log)
    server.start()
    try:
        yield server
    finally:
        server.stop()
