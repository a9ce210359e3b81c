"""Large bodies from nobody: the hub refuses them without holding them in memory."""

import http
import json
import socket
import threading
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
import pytest
import requests

from hexa_hub.front_door import MAX_BODY_BYTES
from tests.notebooks import Notebooks

LARGE = 100 * 2**20
CLIENTS = 8
ALLOWED_GROWTH = CLIENTS * MAX_BODY_BYTES + 32 * 2**20
"""Bytes by which the hub may grow: as much as it may hold of each body, and what it grows by on its own."""
ROUTES = [
    "/hub/login",
    "/hub/api/users",
    "/hub/api/oauth2/token",
    "/hub/security/csp-report",
    "/hub/nowhere",
    "/user/x/y",
]


def chunks(size: int) -> Iterator[bytes]:
    """Yield a body piece by piece, so that it is sent in chunks and its length is not known before."""
    for _ in range(size // 2**16):
        yield b"a" * 2**16


def send(url: str, *, chunked: bool) -> int | None:
    """Send a large body, and return the status, or None where the connection was closed."""
    try:
        with requests.Session() as client:
            client.trust_env = False
            body = chunks(LARGE) if chunked else bytes(LARGE)
            return client.post(url, data=body, timeout=60, allow_redirects=False).status_code
    except requests.RequestException:
        return None


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("straight", [False, True], ids=["proxy", "hub"])
def test_large_bodies_are_not_held(notebooks: Notebooks, chunked: bool, straight: bool) -> None:
    """Several at a time, to all kinds of routes, through the proxy and from users' servers."""
    memory = psutil.Process(notebooks.hub.pid).memory_info
    before = peak = memory().rss
    base = notebooks.hub_url if straight else notebooks.url
    found: list[int | None] = []
    threads = [
        threading.Thread(target=lambda route=route: found.append(send(base + route, chunked=chunked)))
        for route in islice(cycle(ROUTES), CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.05)
            peak = max(peak, memory().rss)
    assert peak - before < ALLOWED_GROWTH
    assert len(found) == CLIENTS
    assert all(status is None or status >= http.HTTPStatus.BAD_REQUEST for status in found)
    assert requests.get(f"{notebooks.hub_url}/hub/health", timeout=30).ok


def test_refusal_says_how_much_is_allowed(notebooks: Notebooks) -> None:
    """At once, before the body is sent."""
    host, port = urlsplit(notebooks.hub_url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"POST /hub/login HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"The hub takes bodies of 65536 bytes at most." in answer


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_long_list_is_taken_from_whom_the_hub_knows(notebooks: Notebooks, chunked: bool) -> None:
    """A service's, of ten thousand addresses: what the hub says is of its content. A made-up token changes nothing."""
    names = [f"somebody.with.a.long.name.{number}@example.org" for number in range(10_000)]
    body = json.dumps({"names": names}).encode()
    answer = notebooks.hub_api("POST", "/users", data=iter([body]) if chunked else body)
    assert answer.status_code == http.HTTPStatus.BAD_REQUEST
    assert answer.json()["message"]
    if not chunked:
        answer = notebooks.hub_api("POST", "/users", data=body, token="0" * 32)
        assert answer.status_code == http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE
