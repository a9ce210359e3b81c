"""What the hub's server refuses before it looks at anything else: large bodies, and pages that no person opens.

JupyterHub puts the token that protects its forms into every page, those of errors too, and starts and stops servers for
mere GETs. So an image in a notebook could log its reader out, and a script of a user's server read the token, as both
have the hub's origin. A browser says in `Sec-Fetch-Mode` whether it opens a page or only loads something for another.
"""

import re
from collections.abc import Awaitable
from typing import Any, cast

from jupyterhub import orm  # type: ignore[import-untyped]
from jupyterhub.handlers.base import auth_header_pat  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError
from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

MAX_BODY_BYTES = 2**16
"""The longest body of a request: the hub holds it as a whole. A form or a browser's request is much shorter."""
MAX_KNOWN_BODY_BYTES = 2**20
"""The longest one with a token that the hub knows, such as a service's list of all users."""
BODY_SECONDS = 20
"""How long a body may take."""

_NO_PAGE = re.compile(
    # The API answers scripts, with JSON. What is among it and no part of it answers with pages.
    r"api(?!/(oauth2/authorize|metrics|health)$)(/.*)?"
    # Files without a token.
    r"|static/.*|logo"
    # What JupyterLab asks a server that has stopped: `stopped.StoppedServerHandler` answers.
    r"|user/[^/]+(/.*)?"
)


def is_page_load(headers: HTTPHeaders) -> bool:
    """Return whether a browser opens a page, or does not say what it does, as over http and as no browser does."""
    return headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "prefetch" not in headers.get("Sec-Purpose", "")


def is_asked_for(headers: HTTPHeaders) -> bool:
    """Return whether a person has most likely asked for a page that changes something.

    Not so in a frame, which a notebook or a page of the App's site can hold, and where another site leads to it. The
    App's site is the same as the hub's, since they share a domain.
    """
    site = headers.get("Sec-Fetch-Site", "none")
    return site == "none" or (site in ("same-origin", "same-site") and headers.get("Sec-Fetch-Dest") == "document")


class FrontDoor(HTTPServer):
    """Tornado's server with these limits. `install` has JupyterHub make it in place of tornado's own."""

    @classmethod
    def install(cls, hub: Any) -> None:
        """Let the server that `hub`, JupyterHub itself, makes be one of this kind."""
        HTTPServer.configure(cls, hub=hub, max_body_size=MAX_BODY_BYTES, body_timeout=BODY_SECONDS)

    def initialize(self, *args: Any, hub: Any, **options: Any) -> None:  # type: ignore[override]
        """Make the server, as tornado asks in place of `__init__`."""
        super().initialize(*args, **options)
        self._hub = hub

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Return what takes the next request of a connection."""
        handed_to = super().start_request(server_conn, request_conn)
        return _Request(handed_to, cast(HTTP1Connection, request_conn), self._hub)


class _Request(HTTPMessageDelegate):
    """Hands a request on, or answers it."""

    def __init__(self, handed_to: HTTPMessageDelegate, connection: HTTP1Connection, hub: Any) -> None:
        self._handed_to: HTTPMessageDelegate | None = handed_to
        self._connection = connection
        self._hub = hub

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        length = headers.get("Content-Length", "")
        size = int(length) if length.isdecimal() else 0
        allowed = MAX_BODY_BYTES
        if (size > allowed or "Transfer-Encoding" in headers) and self._has_known_token(headers):
            allowed = MAX_KNOWN_BODY_BYTES
            self._connection.set_max_body_size(allowed)
        if size > allowed:
            self._refuse(413, "Content Too Large", f"The hub takes bodies of {allowed} bytes at most.")
        elif self._is_page(cast(RequestStartLine, start_line).path) and not is_page_load(headers):
            self._refuse(403, "Forbidden", "Open this page in a window of the browser: no other page gets it.")
        return self._handed_to.headers_received(start_line, headers) if self._handed_to else None

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._handed_to.data_received(chunk) if self._handed_to else None

    def finish(self) -> None:
        if self._handed_to:
            self._handed_to.finish()

    def on_connection_close(self) -> None:
        if self._handed_to:
            self._handed_to.on_connection_close()

    def _has_known_token(self, headers: HTTPHeaders) -> bool:
        found = auth_header_pat.match(headers.get("Authorization", ""))
        try:
            return bool(found and orm.APIToken.find(self._hub.db, found[1]))
        except SQLAlchemyError:
            # Without its database the hub knows nobody; the handler says so.
            self._hub.db.rollback()
            return False

    def _is_page(self, target: str) -> bool:
        path, prefix = target.partition("?")[0], self._hub.hub_prefix
        return f"{path}/" == prefix or (path.startswith(prefix) and not _NO_PAGE.fullmatch(path.removeprefix(prefix)))

    def _refuse(self, status: int, reason: str, text: str) -> None:
        """Answer at once. No page of JupyterHub's: those have the token too."""
        self._handed_to = None
        body = f"{text}\n".encode()
        headers = HTTPHeaders({"Content-Type": "text/plain", "Content-Length": str(len(body)), "Connection": "close"})
        self._connection.write_headers(ResponseStartLine("HTTP/1.1", status, reason), headers, body)
        self._connection.finish()
