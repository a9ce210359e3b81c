"""The OpenHEXA App as the hub calls it: whose session it is, and which credentials a server of that user gets.

The endpoints, statuses and bodies are those of BLSQ/openhexa-app, backend/hexa/notebooks/views.py and
backend/hexa/workspaces/views.py.
"""

import asyncio
import json
import random
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

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

CONNECT_SECONDS = 3
"""How long the hub waits for a connection to the App."""
TOTAL_SECONDS = 10
"""How long it waits for a whole answer, the retry included."""
CONCURRENT_REQUESTS = 256
"""How many requests may be under way; further ones wait for their turn within their ten seconds."""
FAILURE_SECONDS = 5
"""How long a failure answers the same question without asking the App again."""
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


class _Identity(BaseModel):
    username: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f/]+$")]


Answer = TypeVar("Answer", bound=BaseModel)


class App:
    """The App's three endpoints, with a connection pool of their own.

    A call ends after `TOTAL_SECONDS`, follows no redirect and is tried twice at most. A failure is an `AppError`, and
    for `FAILURE_SECONDS` the same question gets the same error without a call, so that whoever polls a failing App
    through the hub does not hammer it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = settings.logout_redirect_url
        self._failures: Expiring[tuple[str, AppSession, str], AppError] = Expiring(FAILURE_SECONDS)
        self._client: aiohttp.ClientSession | None = None

    async def username(self, session: AppSession) -> str:
        """Return the e-mail address of the user whose session it is, as the App writes it.

        Raises:
            AppError: it is nobody's session, or the App does not say.

        """
        return (await self._ask("authenticate", self.settings.authentication_url, session, _Identity)).username

    async def credentials(self, session: AppSession, slug: str) -> Credentials:
        """Return the credentials of the session's user in a workspace, or outside of workspaces where `slug` is empty.

        Raises:
            AppError: the App gives none.

        """
        if slug:
            url = self.settings.workspace_credentials_url
            return await self._ask("workspace-credentials", url, session, Credentials, slug)
        return await self._ask("default-credentials", self.settings.default_credentials_url, session, Credentials)

    def recent_failure(self, session: AppSession, slug: str) -> AppError | None:
        """Return the error that a request for these credentials would get at once, or None."""
        endpoint = "workspace-credentials" if slug else "default-credentials"
        return self._failures.get((endpoint, session, slug)) or self._failures.get(("authenticate", session, ""))

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._client:
            await self._client.close()
            self._client = None

    async def _ask(self, endpoint: str, url: str, session: AppSession, model: type[Answer], slug: str = "") -> Answer:
        question = (endpoint, session, slug)
        if failure := self._failures.get(question):
            raise failure.again()
        try:
            with IN_PROGRESS.labels(endpoint).track_inprogress(), REQUEST_SECONDS.labels(endpoint).time():
                status, location, body = await self._post_twice(url, session, slug)
            if status != 200:
                raise self._refusal(status, location, body, url)
            return self._parsed(body, model)
        except AppError as error:
            ERRORS.labels(endpoint, error.kind).inc()
            self._failures.set(question, error)
            raise error.again() from None

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

    def _refusal(self, status: int, location: str, body: bytes, url: str) -> AppError:
        path = urlsplit(url).path
        if status in (302, 303) and urlsplit(urljoin(url, location)).path != path:
            return NotSignedIn(app_url=self.url)
        if status == 401:
            # The endpoint of workspaces says so too to whom it knows; then it says why.
            return (NotPermitted if b'"error"' in body else NotSignedIn)(app_url=self.url)
        if status == 404 and body.strip() == b"{}":
            return NoSuchWorkspace(app_url=self.url)
        error = AppUnavailable if status >= 500 or status == 429 else AppAnswerInvalid
        return error(f"status {status} from {path}", app_url=self.url)

    def _parsed(self, answer: bytes, model: type[Answer]) -> Answer:
        try:
            return model.model_validate_json(answer)
        except ValidationError as error:
            # Where it is wrong, never what was there: that may be a credential.
            places = {str(problem["loc"][0]) if problem["loc"] else "all of it" for problem in error.errors()}
            raise AppAnswerInvalid(f"not as agreed: {', '.join(sorted(places))}", app_url=self.url) from None
