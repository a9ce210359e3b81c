"""Polls the hub's health, in a separate process, so that no other client delays it."""

import http.client
import threading
import time
from contextlib import closing
from urllib.parse import urlsplit

from benchmarks.worker import serve

EVERY_SECONDS = 0.05

_stopping = threading.Event()
_taken: list[float] = []
_thread = threading.Thread()


def start(url: str) -> None:
    """Poll every EVERY_SECONDS until `stop`."""
    global _thread
    _stopping.clear()
    _taken.clear()
    _thread = threading.Thread(target=_ask, args=(url,), daemon=True)
    _thread.start()


def stop() -> list[float]:
    """Stop, and return the seconds between the time each request was due and its answer.

    A request that is due while another has no answer yet is not sent. It counts as answered together with that one, so
    that a slow answer counts as often as it would with independent clients.
    """
    _stopping.set()
    _thread.join()
    return _taken


def _ask(url: str) -> None:
    address = urlsplit(url)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)) as connection:
        due = time.perf_counter()
        while not _stopping.wait(max(0, due - time.perf_counter())):
            connection.request("GET", "/hub/health")
            response = connection.getresponse()
            response.read()
            if response.status != http.HTTPStatus.OK:
                raise RuntimeError(f"/hub/health answers with status {response.status}")
            answered = time.perf_counter()
            while due < answered:
                _taken.append(answered - due)
                due += EVERY_SECONDS


if __name__ == "__main__":
    serve({"start": start, "stop": stop})
