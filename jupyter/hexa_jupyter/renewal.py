"""Renewal of the storage's credentials, which expire after about an hour."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from hexa_jupyter.log import say

_TIMEOUT_SECONDS = 30
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 10.0, 300.0

Environment = dict[str, str]


class RenewalError(Exception):
    """The credentials could not be renewed. The message says who was asked and what came back, without any secret."""


def source(environ: Mapping[str, str]) -> Callable[[], Environment] | None:
    """Return a function that fetches the storage's current variables, or None if there is no hub and no App.

    It asks the hub if that started the server, and otherwise the App. The function raises RenewalError.
    """
    try:
        return from_hub(environ)
    except KeyError:
        pass
    try:
        return from_app(environ)
    except KeyError:
        return None


def from_hub(environ: Mapping[str, str], of: str = "storage") -> Callable[[], Environment]:
    """Return a function that asks the hub for the variables of the storage, or of the database.

    Raises KeyError if no hub started this server.
    """
    user, server = (
        urllib.parse.quote(environ[name], safe="") for name in ("JUPYTERHUB_USER", "JUPYTERHUB_SERVER_NAME")
    )
    url = f"{environ['JUPYTERHUB_API_URL'].rstrip('/')}/users/{user}/servers/{server}/credentials"
    url += "" if of == "storage" else f"?of={of}"
    headers = {"Authorization": f"token {environ['JUPYTERHUB_API_TOKEN']}"}
    # No proxy, because it would see the server's token. Jupyter calls the hub without a proxy, too.
    return lambda: _post("the hub", url, headers, b"", urllib.request.ProxyHandler({}))


def from_app(environ: Mapping[str, str]) -> Callable[[], Environment]:
    """Return a function that asks the App for all variables of a pipeline's workspace.

    Raises KeyError if a variable that it needs is not set.
    """
    url = f"{environ['HEXA_SERVER_URL'].rstrip('/')}/workspaces/credentials/"
    headers = {"Authorization": f"Bearer {environ['HEXA_TOKEN']}"}
    body = urllib.parse.urlencode({"workspace": environ["HEXA_WORKSPACE"]}).encode()
    return lambda: _post("the App", url, headers, body)


class Credentials:
    """The storage's current variables.

    They are renewed when they are read `seconds` or more after the last renewal, so never while the files are unused. A
    failed renewal is logged in one line. The old variables then stay, and the next try follows after a pause that
    doubles up to five minutes. Without `fetch` the variables are never renewed.
    """

    def __init__(self, variables: Mapping[str, str], fetch: Callable[[], Environment] | None, seconds: float) -> None:
        self.held: tuple[Environment, ...] = (dict(variables),)
        """The current variables last, after those before them, which may still be in use."""
        self.renewable = fetch is not None
        """Whether the variables can be renewed."""
        self._fetch, self._seconds = fetch, seconds
        self._lock = threading.Lock()
        self._due = time.monotonic() + seconds
        self._pause = _FIRST_PAUSE_SECONDS

    def now(self) -> Environment:
        """Return the variables. Renew them first if that is due."""
        with self._lock:
            if self._fetch and time.monotonic() >= self._due:
                self._renew(self._fetch)
            return self.held[-1]

    def seconds_left(self) -> float:
        """Return the seconds until the next renewal."""
        return max(1.0, self._due - time.monotonic()) if self._fetch else self._seconds

    def _renew(self, fetch: Callable[[], Environment]) -> None:
        try:
            # Replace all variables at once: the storage refuses a key with the token of another session.
            self.held = (self.held[-1], fetch())
            pause, self._pause = self._seconds, _FIRST_PAUSE_SECONDS
        except RenewalError as error:
            pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
            say(f"the workspace's credentials are not renewed: {error}; trying again in {pause:.0f} s")
        self._due = time.monotonic() + pause


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses redirects, which could send the token to another host or turn the POST into a GET."""

    def redirect_request(self, *_: Any) -> None:
        """Return no request to follow."""


def _post(
    who: str, url: str, headers: Mapping[str, str], body: bytes, *handlers: urllib.request.BaseHandler
) -> Environment:
    request = urllib.request.Request(url, body, dict(headers), method="POST")  # noqa: S310 (the hub or the App)
    try:
        with urllib.request.build_opener(_NoRedirect, *handlers).open(request, timeout=_TIMEOUT_SECONDS) as reply:
            env: dict[str, Any] = json.load(reply)["env"]
            return {name: str(value) for name, value in env.items() if value is not None}
    except urllib.error.HTTPError as error:
        phrase = http.client.responses.get(error.code, "an unknown status")
        raise RenewalError(f"{who} answered {error.code} ({_message(error) or phrase})") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise RenewalError(f"{who} does not answer ({type(reason).__name__}: {reason})") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RenewalError(f"{who} did not answer with the expected JSON") from None


def _message(error: urllib.error.HTTPError) -> str:
    try:
        answer = json.load(error)
        return str(answer.get("message") or answer.get("error") or "")
    except (OSError, ValueError, AttributeError):
        return ""
