"""The hub refuses large bodies from anonymous clients without holding them in memory."""

import http
import json
import socket
from urllib.parse import urlsplit

import pytest
import requests

from tests.integration.large_bodies import ALLOWED_GROWTH, CLIENTS, send_all
from tests.processes.notebooks import Notebooks


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("straight", [False, True], ids=["proxy", "hub"])
def test_large_bodies_are_not_held(notebooks: Notebooks, chunked: bool, straight: bool) -> None:
    """Several are sent at once to all kinds of routes, through the proxy and from user servers."""
    base = notebooks.hub_url if straight else notebooks.url
    growth, found = send_all(base, notebooks.hub.pid, chunked=chunked)
    assert growth < ALLOWED_GROWTH
    assert len(found) == CLIENTS
    assert all(status is None or status >= http.HTTPStatus.BAD_REQUEST for status in found)
    assert requests.get(f"{notebooks.hub_url}/hub/health", timeout=30).ok


def test_refusal_says_how_much_is_allowed(notebooks: Notebooks) -> None:
    """The refusal comes before the body is sent."""
    host, port = urlsplit(notebooks.hub_url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"POST /hub/login HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"the hub accepts at most 65536 bytes." in answer


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_long_list_is_taken_from_whom_the_hub_knows(notebooks: Notebooks, chunked: bool) -> None:
    """A service may send ten thousand addresses, and the hub answers about their content. An invalid token may not."""
    names = [f"somebody.with.a.long.name.{number}@example.org" for number in range(10_000)]
    body = json.dumps({"names": names}).encode()
    answer = notebooks.hub_api("POST", "/users", data=iter([body]) if chunked else body)
    assert answer.status_code == http.HTTPStatus.BAD_REQUEST
    assert answer.json()["message"]
    if not chunked:
        answer = notebooks.hub_api("POST", "/users", data=body, token="0" * 32)
        assert answer.status_code == http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE
