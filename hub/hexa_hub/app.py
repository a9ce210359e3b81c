"""Client of the OpenHEXA App: who a session belongs to, and the credentials for that user's servers.

Endpoints, statuses and bodies follow BLSQ/openhexa-app, backend/hexa/notebooks/views.py and
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
"""Timeout of a connection to the App."""
TOTAL_SECONDS = 10
"""Timeout of a call, including the retry."""
CONCURRENT_REQUESTS = 256
"""The number of concurrent requests. Further ones wait for a free connection, within their timeout."""
CONFIRMED_SECONDS = 60
"""How long the hub caches who a session belongs to."""
FAILURE_SECONDS = 5
"""How long the hub caches a failure of the App, and answers the same call with it."""
REFUSAL_SECONDS = 1
"""How long it caches a refusal. Shorter, because users fix the cause in the App and come straight back."""
_MAX_ANSWER_BYTES = 2**20
_RETRIED_STATUSES = (502, 503, 504)

REQUEST_SECONDS = Histogram("hexa_app_request_seconds", "Duration of requests to the App, in seconds", ["endpoint"])
ERRORS = Counter("hexa_app_errors", "Failed requests to the App", ["endpoint", "kind"])
IN_PROGRESS = Gauge("hexa_app_requests_in_progress", "Requests to the App in progress", ["endpoint"])


@dataclass(frozen=True, slots=True)
class AppSession:
    """An App session: the two cookies that identify a browser to the App. `repr` shows neither."""

    sessionid: str = field(repr=False)
    csrftoken: str = field(repr=False, compare=False)

    @classmethod
    def from_cookies(cls, cookies: Mapping[str, Any]) -> Self | None:
        """Return the session in the cookies of a request (tornado's `handler.cookies`), or None if there is none.

        If `csrftoken` is missing or malformed, generate one. Django only compares the cookie with the header, and the
        hub sends both.
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
    raise ValueError("not a valid name of an environment variable")


def _without_nul(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and "\0" in value:
        raise ValueError("an environment variable cannot contain a NUL character")
    return value


class Credentials(BaseModel):
    """The credentials of a server. Keys that the hub does not know are ignored."""

    env: dict[Annotated[str, AfterValidator(_variable_name)], Annotated[JsonValue, AfterValidator(_without_nul)]] = (
        Field(repr=False)
    )
    """The environment variables, with values of any JSON type."""
    notebooks_server_hash: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,52}[a-z0-9])?$")] | None = None
    """The suffix that makes the pod's name, `jupyter-<hash>`, unique and short."""
    image: str | None = None
    """The workspace's image. None or empty if the workspace has no image of its own."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment as strings. Strings stay as they are, null values are dropped, other values become JSON."""
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in self.env.items()
            if value is not None
        }


_NAME = r"^[^\x00-\x1f\x7f-\x9f/\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$"
"""A name for logs and annotations: no control characters, and none that change the direction of text."""


class _Identity(BaseModel):
    username: Annotated[str, Field(min_length=1, pattern=_NAME)]


Answer = TypeVar("Answer")
Model = TypeVar("Model", bound=BaseModel)
_Question = tuple[str, AppSession, str]
"""The endpoint, the session and the workspace of a call."""


def _endpoint(slug: str) -> str:
    return "workspace-credentials" if slug else "default-credentials"


class App:
    """The App's three endpoints, with their own connection pool.

    A call takes at most `TOTAL_SECONDS`, follows no redirect and is tried at most twice. A failure raises an `AppError`
    and is cached for a few seconds, so that clients that poll a failing App through the hub do not overload it. Equal
    calls at the same time share one request.
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
        """Return the e-mail address of the session's user, as the App writes it.

        `fresh` skips the cached answer, which is up to `CONFIRMED_SECONDS` old.

        Raises:
            AppError: the session is not valid, or the App gives no answer.

        """
        known = None if fresh else self._usernames.get(session)
        return known or str(await self._ask("authenticate", session, "", self._identify))

    async def credentials(self, session: AppSession, slug: str) -> Credentials:
        """Return the credentials of the session's user in a workspace, or outside of workspaces if `slug` is empty.

        Raises:
            AppError: the App gives none.

        """
        credentials: Credentials = await self._ask(_endpoint(slug), session, slug, self._give_credentials)
        return credentials

    def recent_failure(self, session: AppSession, slug: str) -> AppError | None:
        """Return the cached error that a call for these credentials would raise, or None."""
        return self._failures.get((_endpoint(slug), session, slug)) or self._failures.get(("authenticate", session, ""))

    async def close(self) -> None:
        """Close the connections. For tests: the hub keeps them until its process ends."""
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
            # Others may still wait for this call if one of them is cancelled.
            return await asyncio.shield(task)
        except AppError as error:
            raise error.again() from None
        finally:
            # One answer wakes all who share the call. Turns keep them from running one after the other without a pause.
            await self.turns.wait()

    def _forget_call(self, question: _Question, done: "asyncio.Task[Any]") -> None:
        self._calls.pop(question, None)
        if not done.cancelled():
            done.exception()  # mark it as retrieved, or asyncio warns if nobody waits for the call any more

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
            # Name the keys only. A value may be a credential.
            places = {str(problem["loc"][0]) if problem["loc"] else "the whole body" for problem in error.errors()}
            raise AppAnswerInvalid(f"invalid: {', '.join(sorted(places))}", app_url=self.url) from None

    async def _post_twice(self, url: str, session: AppSession, slug: str) -> tuple[int, str, bytes]:
        """Retry once if the first try did not reach the App. This is safe because all three endpoints only read."""
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                try:
                    answer = await self._post(url, session, slug)
                    if answer[0] not in _RETRIED_STATUSES:
                        return answer
                except aiohttp.ClientConnectionError:
                    pass
                # Requests that failed at the same moment would otherwise all retry at the same moment.
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
            # If Django sees the call as https, it requires a Referer with a trusted origin, such as its own.
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
            # The App gives a reason only to a user that it knows.
            return (NotPermitted if b'"error"' in body else NotSignedIn)(app_url=self.url)
        if slug and status == 404 and body.strip() == b"{}":
            return NoSuchWorkspace(app_url=self.url)
        error = AppUnavailable if status >= 500 or status == 429 else AppAnswerInvalid
        return error(f"status {status} from {path}", app_url=self.url)
