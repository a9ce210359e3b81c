"""Large, unsolicited request bodies, sent to a hub."""

import threading
from collections.abc import Iterator
from itertools import cycle, islice

import psutil  # type: ignore[import-untyped]
import requests

from hexa_hub.front_door import MAX_BODY_BYTES

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
    """Yield a body in chunks, so that its length is not known in advance."""
    for _ in range(size // 2**16):
        yield b"a" * 2**16


def send(url: str, *, chunked: bool) -> int | None:
    """Send a large body, and return the status, or None if the connection was closed."""
    try:
        with requests.Session() as client:
            client.trust_env = False
            body = chunks(LARGE) if chunked else bytes(LARGE)
            return client.post(url, data=body, timeout=60, allow_redirects=False).status_code
    except requests.RequestException:
        return None


def send_all(base: str, pid: int | None, *, chunked: bool) -> tuple[int, list[int | None]]:
    """Send several bodies at once to all kinds of routes, and return the hub's memory growth and the statuses."""
    memory = psutil.Process(pid).memory_info
    before = peak = memory().rss
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
    return peak - before, found
