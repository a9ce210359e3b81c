"""The OpenHEXA App as the hub calls it: whose session it is, and which credentials a server of that user gets.

The endpoints, statuses and bodies are those of BLSQ/openhexa-app, backend/hexa/notebooks/views.py and
backend/hexa/workspaces/views.py.
"""

import asyncio
import json
import random
import re
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlsplit

import aiohttp
from prometheus_client import Counter, Gauge, Histogram
from pydantic import AfterValidator, BaseModel, Field, JsonValue, ValidationError

from hexa_hub.errors import (
    AppAnswerInvalid,
    AppError,
    AppTimeout,
    AppUnavailable,
    AppUnreachable,
    NoSuchWorkspace,
    NotPermitted,
    NotSignedIn,
)
from hexa_hub.expiring import Expiring
from hexa_hub.settings import Settings
from hexa_hub.turns import Turns

CONNECT_SECONDS = 3
"""How long the hub waits for a connection to the App."""
TOTAL_SECONDS = 10
"""How long it waits for a whole answer, the retry included."""
CONCURRENT_REQUESTS = 256
"""How many requests may be under way; further ones wait for their turn within their ten seconds."""
CONFIRMED_SECONDS = 60
"""How long the hub relies on what the App said about a session."""
FAILURE_SECONDS = 5
"""How long a failure of the App answers the same question without another call."""
REFUSAL_SECONDS = 1
"""How long a refusal does: people mend it in the App, and come right back."""
_MAX_ANSWER_BYTES = 2**20
_RETRIED_STATUSES = (502, 503, 504)

REQUEST_SECONDS = Histogram("hexa_app_request_seconds", "Seconds until the App's answer, or its failure", ["endpoint"])
ERRORS = Counter("hexa_app_errors", "Answers of the App that are no success", ["endpoint", "kind"])
IN_PROGRESS = Gauge("hexa_app_requests_in_progress", "Requests to the App that are under way", ["endpoint"])


@dataclass(frozen=True, slots=True)
class AppSession:
    """Somebody's session of the App: the two cookies by which the App knows a browser, never shown."""

    sessionid: str = field(repr=False)
    csrftoken: str = field(repr=False, compare=False)

    @classmethod
    def from_cookies(cls, cookies: Mapping[str, Any]) -> Self | None:
        """Return the session in the cookies of a request (tornado's `handler.cookies`), or None if there is none.

        A browser without a usable `csrftoken` gets a fresh one: Django only compares the cookie with the header, both
        of which the hub sends.
        """
        values = {name: cookies[name].value for name in ("sessionid", "csrftoken") if name in cookies}
        sessionid, csrftoken = values.get("sessionid", ""), values.get("csrftoken", "")
        if not re.fullmatch(r"[-A-Za-z0-9_.:=+/]{1,4096}", sessionid):
            return None
        if not re.fullmatch(r"[A-Za-z0-9]{32}|[A-Za-z0-9]{64}", csrftoken):
            csrftoken = secrets.token_hex(16)
        return cls(sessionid, csrftoken)


def _variable_name(name: str) -> str:
    if re.fullmatch(r"[!-<>-~]+", name):
        return name
    raise ValueError("not a name for an environment variable")


def _without_nul(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and "\0" in value:
        raise ValueError("no environment can hold a NUL")
    return value


class Credentials(BaseModel):
    """What a server gets to work with. Keys that the hub does not know are left out."""

    env: dict[Annotated[str, AfterValidator(_variable_name)], Annotated[JsonValue, AfterValidator(_without_nul)]] = (
        Field(repr=False)
    )
    """The environment, with values of any JSON type."""
    notebooks_server_hash: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,52}[a-z0-9])?$")] | None = None
    """What makes the pod's name unique and short, `jupyter-<hash>`."""
    image: str | None = None
    """The workspace's image; None or empty where it has none of its own."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment as text: strings as they are, null as no variable at all, anything else as JSON."""
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in self.env.items()
            if value is not None
        }


_NAME = r"^[^\x00-\x1f\x7f-\x9f/\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$"
"""No control characters, and none that change the direction of text: names stand in logs and in annotations."""


class _Identity(BaseModel):
    username: Annotated[str, Field(min_length=1, pattern=_NAME)]


Answer = TypeVar("Answer")
Model = TypeVar("Model", bound=BaseModel)
_Question = tuple[str, AppSession, str]
"""An endpoint, who asks, and about which workspace."""


class App:
    """The App's three endpoints, with a connection pool of their own.

    A call ends after `TOTAL_SECONDS`, follows no redirect and is tried twice at most. A failure is an `AppError`, and
    for a while the same question gets the same error without a call, so that whoever polls a failing App through the
    hub does not hammer it. Who asks the same at the same time shares one call.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = settings.logout_redirect_url
        self._failures: Expiring[_Question, AppError] = Expiring()
        self._usernames: Expiring[AppSession, str] = Expiring()
        self._calls: dict[_Question, asyncio.Task[Any]] = {}
        self._client: aiohttp.ClientSession | None = None
        self.turns = Turns()

    async def username(self, session: AppSession, *, fresh: bool = False) -> str:
        """Return the e-mail address of the user whose session it is, as the App writes it.

        What the App said no longer than `CONFIRMED_SECONDS` ago will do, unless the answer has to be `fresh`.

        Raises:
            AppError: it is nobody's session, or the App does not say.

        """
        known = None if fresh else self._usernames.get(session)
        return known or str(await self._ask("authenticate", session, "", self._identify))

    async def credentials(self, session: AppSession, slug: str) -> Credentials:
        """Return the credentials of the session's user in a workspace, or outside of workspaces where `slug` is empty.

        Raises:
            AppError: the App gives none.

        """
        endpoint = "workspace-credentials" if slug else "default-credentials"
        credentials: Credentials = await self._ask(endpoint, session, slug, self._give_credentials)
        return credentials

    def recent_failure(self, session: AppSession, slug: str) -> AppError | None:
        """Return the error that a request for these credentials would get at once, or None."""
        endpoint = "workspace-credentials" if slug else "default-credentials"
        return self._failures.get((endpoint, session, slug)) or self._failures.get(("authenticate", session, ""))

    async def close(self) -> None:
        """Close the connections. The hub never does: it ends with its process."""
        if self._client:
            await self._client.close()
            self._client = None

    async def _identify(self, session: AppSession, _: str) -> str:
        answer = await self._answer(self.settings.authentication_url, session, "", _Identity)
        self._usernames.set(session, answer.username, CONFIRMED_SECONDS)
        return answer.username

    async def _give_credentials(self, session: AppSession, slug: str) -> Credentials:
        url = self.settings.workspace_credentials_url if slug else self.settings.default_credentials_url
        return await self._answer(url, session, slug, Credentials)

    async def _ask(
        self, endpoint: str, session: AppSession, slug: str, call: Callable[[AppSession, str], Coroutine[Any, Any, Any]]
    ) -> Any:
        question = (endpoint, session, slug)
        if failure := self._failures.get(question):
            raise failure.again()
        task = self._calls.get(question)
        if task is None:
            task = self._calls[question] = asyncio.ensure_future(self._measured(question, call(session, slug)))
            task.add_done_callback(lambda done: self._forget_call(question, done))
        try:
            # Others may wait for it when one does not any more.
            return await asyncio.shield(task)
        except AppError as error:
            raise error.again() from None
        finally:
            await self.turns.wait()

    def _forget_call(self, question: _Question, done: "asyncio.Task[Any]") -> None:
        self._calls.pop(question, None)
        if not done.cancelled():
            done.exception()  # it is remembered, also if nobody has waited for it

    async def _measured(self, question: _Question, call: Coroutine[Any, Any, Answer]) -> Answer:
        endpoint = question[0]
        try:
            with IN_PROGRESS.labels(endpoint).track_inprogress(), REQUEST_SECONDS.labels(endpoint).time():
                return await call
        except AppError as error:
            ERRORS.labels(endpoint, error.kind).inc()
            self._failures.set(question, error, FAILURE_SECONDS if error.status >= 500 else REFUSAL_SECONDS)
            raise

    async def _answer(self, url: str, session: AppSession, slug: str, model: type[Model]) -> Model:
        status, location, body = await self._post_twice(url, session, slug)
        if status != 200:
            raise self._refusal(status, location, body, url, slug)
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            # Where it is wrong, never what was there: that may be a credential.
            places = {str(problem["loc"][0]) if problem["loc"] else "all of it" for problem in error.errors()}
            raise AppAnswerInvalid(f"not as agreed: {', '.join(sorted(places))}", app_url=self.url) from None

    async def _post_twice(self, url: str, session: AppSession, slug: str) -> tuple[int, str, bytes]:
        """Ask a second time where the first try got no answer of the App itself. All three endpoints only read."""
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                try:
                    answer = await self._post(url, session, slug)
                    if answer[0] not in _RETRIED_STATUSES:
                        return answer
                except aiohttp.ClientConnectionError:
                    pass
                # All that failed together would come back together.
                await asyncio.sleep(random.uniform(0.05, 0.5))  # noqa: S311 (no secret)
                return await self._post(url, session, slug)
        except TimeoutError:
            raise AppTimeout(f"no answer within {TOTAL_SECONDS} s", app_url=self.url) from None
        except aiohttp.ClientError as error:
            raise AppUnreachable(type(error).__name__, app_url=self.url) from None

    async def _post(self, url: str, session: AppSession, slug: str) -> tuple[int, str, bytes]:
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONCURRENT_REQUESTS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
            )
        headers = {
            "Cookie": f"sessionid={session.sessionid}; csrftoken={session.csrftoken}",
            "X-CSRFToken": session.csrftoken,
            # Where Django believes that it is called by https, this must be an origin that it trusts: its own.
            "Referer": self.url,
        }
        data = {"workspace": slug} if slug else None
        async with self._client.post(url, headers=headers, data=data, allow_redirects=False) as response:
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > _MAX_ANSWER_BYTES:
                    raise AppAnswerInvalid(f"more than {_MAX_ANSWER_BYTES} bytes", app_url=self.url)
            return response.status, response.headers.get("Location", ""), bytes(body)

    def _refusal(self, status: int, location: str, body: bytes, url: str, slug: str) -> AppError:
        path = urlsplit(url).path
        if status == 302 and re.search(r"/login/?($|\?)", location):
            return NotSignedIn(app_url=self.url)
        if slug and status == 401 and body.startswith(b"{"):
            # To whom it knows it says why.
            return (NotPermitted if b'"error"' in body else NotSignedIn)(app_url=self.url)
        if slug and status == 404 and body.strip() == b"{}":
            return NoSuchWorkspace(app_url=self.url)
        error = AppUnavailable if status >= 500 or status == 429 else AppAnswerInvalid
        return error(f"status {status} from {path}", app_url=self.url)
