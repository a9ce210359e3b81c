"""Ports and answers on loopback, and the hub's traits that contain addresses."""

import http.client
import json
import random
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_PORTS = range(10_000, 32_768)
"""Below what Linux and macOS give to connections, so that a program that was down for a while finds its port free."""

_given: set[int] = set()


def free_port(host: str = "127.0.0.1") -> int:
    """Return a free port of an address, a different one for each call."""
    while True:
        port = random.choice(_PORTS)  # noqa: S311 (no secret)
        if port not in _given and is_free(host, port):
            _given.add(port)
            return port


def is_free(host: str, port: int) -> bool:
    """Return whether a program could listen on a port."""
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return False
    return True


def answers(url: str) -> bool:
    """Return whether a GET of an HTTP URL returns 200 within 5 seconds, without a proxy."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def address_traits(traits: Mapping[str, Mapping[str, Any]], hub_url: str, proxy_api_url: str) -> dict[str, Any]:
    """Return a manifest's traits with hub and proxy addresses, with these addresses instead of a cluster's."""
    services = json.loads(json.dumps(traits["JupyterHub"]["services"]).replace("http://localhost:8081", hub_url))
    return {
        "ConfigurableHTTPProxy": {"api_url": proxy_api_url},
        "JupyterHub": {"hub_bind_url": hub_url, "hub_connect_url": hub_url, "services": services},
    }
