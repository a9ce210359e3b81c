"""Checks on every request before any handler: the size of the body, and whether a browser opens a page itself.

JupyterHub puts the XSRF token of its forms into every page, including error pages, and starts and stops servers on a
GET. Users' servers share the hub's origin. So an image in a notebook could log its reader out, and a script in a user's
server could read the token. The header `Sec-Fetch-Mode` says whether a browser opens a page or another page loads it.
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
"""The largest body of a request, which the hub keeps in memory. Forms and browsers' requests are much smaller."""
MAX_KNOWN_BODY_BYTES = 2**20
"""The largest body of a request with a valid token, such as a service's list of all users."""
BODY_SECONDS = 20
"""Timeout for receiving a body."""

_NO_PAGE = re.compile(
    # The API returns JSON to scripts. The three exceptions return pages, although their paths begin with `api`.
    r"api(?!/(oauth2/authorize|metrics|health)$)(/.*)?"
    # Files, which contain no token.
    r"|static/.*|logo"
    # JupyterLab's requests to a stopped server. `stopped.StoppedServerHandler` answers them.
    r"|user/[^/]+(/.*)?"
)


def is_page_load(headers: HTTPHeaders) -> bool:
    """Return whether a browser opens a page. Without `Sec-Fetch-Mode`, as over http or from a script, return True."""
    return headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "prefetch" not in headers.get("Sec-Purpose", "")


def is_asked_for(headers: HTTPHeaders) -> bool:
    """Return whether the user most likely asked for a page that changes something.

    False for a page in a frame, because a notebook or another page of the same site may have put it there, and for a
    page that another site links to. The App shares the hub's domain, so it counts as the same site.
    """
    site = headers.get("Sec-Fetch-Site", "none")
    return site == "none" or (site in ("same-origin", "same-site") and headers.get("Sec-Fetch-Dest") == "document")


class FrontDoor(HTTPServer):
    """Tornado's HTTP server with these checks. `install` makes JupyterHub use it."""

    @classmethod
    def install(cls, hub: Any) -> None:
        """Configure tornado to create a `FrontDoor` wherever `hub` creates an `HTTPServer`."""
        HTTPServer.configure(cls, hub=hub, max_body_size=MAX_BODY_BYTES, body_timeout=BODY_SECONDS)

    def initialize(self, *args: Any, hub: Any, **options: Any) -> None:  # type: ignore[override]
        """Initialize the server. Tornado calls this in place of `__init__`."""
        super().initialize(*args, **options)
        self._hub = hub

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Return the delegate for the next request of a connection."""
        handed_to = super().start_request(server_conn, request_conn)
        return _Request(handed_to, cast(HTTP1Connection, request_conn), self._hub)


class _Request(HTTPMessageDelegate):
    """Passes a request on to JupyterHub, or refuses it."""

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
            self._refuse(413, "Content Too Large", f"The body is too large: the hub accepts at most {allowed} bytes.")
        elif self._is_page(cast(RequestStartLine, start_line).path) and not is_page_load(headers):
            self._refuse(403, "Forbidden", "Other pages cannot load this page. Open it in a browser window.")
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
            # The database is away, so no token can be checked. The handler reports the error.
            self._hub.db.rollback()
            return False

    def _is_page(self, target: str) -> bool:
        path, prefix = target.partition("?")[0], self._hub.hub_prefix
        return f"{path}/" == prefix or (path.startswith(prefix) and not _NO_PAGE.fullmatch(path.removeprefix(prefix)))

    def _refuse(self, status: int, reason: str, text: str) -> None:
        """Answer at once, in plain text: JupyterHub's error pages contain the token too."""
        self._handed_to = None
        body = f"{text}\n".encode()
        headers = HTTPHeaders({"Content-Type": "text/plain", "Content-Length": str(len(body)), "Connection": "close"})
        self._connection.write_headers(ResponseStartLine("HTTP/1.1", status, reason), headers, body)
        self._connection.finish()
