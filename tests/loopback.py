"""Ports and answers on loopback."""

import http.client
import random
import socket
from urllib.parse import urlsplit

_PORTS = range(10_000, 32_768)
"""Below what Linux and macOS give to connections, so that a program that was down for a while finds its port free."""

_given: set[int] = set()


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port of an address that nobody listens on, another one at each call."""
    while True:
        port = random.choice(_PORTS)  # noqa: S311 (no secret)
        if port not in _given and is_free(host, port):
            _given.add(port)
            return port


def is_free(host: str, port: int) -> bool:
    """Return whether a program could listen there."""
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return False
    return True


def answers(url: str) -> bool:
    """Return whether a GET of an http URL is answered with 200 within 5 seconds; no proxy is asked."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
