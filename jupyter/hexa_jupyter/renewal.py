"""Credentials that outlive their first hour: who gives new ones, and when they are asked."""

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
    """No new credentials. The text says who was asked and what came back, and holds no secret."""


def source(environ: Mapping[str, str]) -> Callable[[], Environment] | None:
    """Return what fetches new variables of the storage: from the hub, else from the App, or None if there is neither.

    What it returns raises RenewalError.
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
    """Return what asks the hub that has started this server, for variables of the storage or of the database.

    Raises KeyError if a hub has not.
    """
    user, server = (
        urllib.parse.quote(environ[name], safe="") for name in ("JUPYTERHUB_USER", "JUPYTERHUB_SERVER_NAME")
    )
    url = f"{environ['JUPYTERHUB_API_URL'].rstrip('/')}/users/{user}/servers/{server}/credentials"
    url += "" if of == "storage" else f"?of={of}"
    headers = {"Authorization": f"token {environ['JUPYTERHUB_API_TOKEN']}"}
    # Jupyter asks the hub without a proxy, too, whose owner would else see the server's token.
    return lambda: _post("the hub", url, headers, b"", urllib.request.ProxyHandler({}))


def from_app(environ: Mapping[str, str]) -> Callable[[], Environment]:
    """Return what asks the App for all variables of a pipeline's workspace. Raises KeyError if one is not set."""
    url = f"{environ['HEXA_SERVER_URL'].rstrip('/')}/workspaces/credentials/"
    headers = {"Authorization": f"Bearer {environ['HEXA_TOKEN']}"}
    body = urllib.parse.urlencode({"workspace": environ["HEXA_WORKSPACE"]}).encode()
    return lambda: _post("the App", url, headers, body)


class Credentials:
    """The storage's variables as of now.

    They are fetched anew when somebody asks for them `seconds` after the last time; nobody is asked while the files are
    not used. When that fails, one line says so, the old ones stay, and the next try is after a pause that doubles up to
    five minutes. Without a `fetch` they stay what they are.
    """

    def __init__(self, variables: Mapping[str, str], fetch: Callable[[], Environment] | None, seconds: float) -> None:
        self.held: tuple[Environment, ...] = (dict(variables),)
        """The variables of now, and before them those that may still be in use."""
        self.renewable = fetch is not None
        """Whether there is somebody to ask."""
        self._fetch, self._seconds = fetch, seconds
        self._lock = threading.Lock()
        self._due = time.monotonic() + seconds
        self._pause = _FIRST_PAUSE_SECONDS

    def now(self) -> Environment:
        """Return the variables, renewed if that is due."""
        with self._lock:
            if self._fetch and time.monotonic() >= self._due:
                self._renew(self._fetch)
            return self.held[-1]

    def seconds_left(self) -> float:
        """Return for how long they may be used before they are asked for again."""
        return max(1.0, self._due - time.monotonic()) if self._fetch else self._seconds

    def _renew(self, fetch: Callable[[], Environment]) -> None:
        try:
            # Never a mix: keys of a session with a session of other keys are refused.
            self.held = (self.held[-1], fetch())
            pause, self._pause = self._seconds, _FIRST_PAUSE_SECONDS
        except RenewalError as error:
            pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
            say(f"the workspace's credentials are not renewed: {error}; the next try is in {pause:.0f} s")
        self._due = time.monotonic() + pause


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to somebody else, or turn the POST into a GET."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none."""


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
        raise RenewalError(f"{who} did not answer with the JSON that is agreed on") from None


def _message(error: urllib.error.HTTPError) -> str:
    try:
        answer = json.load(error)
        return str(answer.get("message") or answer.get("error") or "")
    except (OSError, ValueError, AttributeError):
        return ""
