"""The stand-in's state: users, sessions, workspaces, roles, the App's settings, and the received calls."""

import base64
import hashlib
import hmac
import json
import secrets
import string
import time
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from multidict import CIMultiDict

from tests.openhexa_app import csrf
from tests.openhexa_app.failures import Failure

ABSENT: Final = object()
"""In an `Override`: leave the key out."""


class Endpoint(StrEnum):
    """A path that the hub calls."""

    AUTHENTICATE = "/notebooks/authenticate/"
    DEFAULT_CREDENTIALS = "/notebooks/default-credentials/"
    WORKSPACE_CREDENTIALS = "/workspaces/credentials/"


class Role(StrEnum):
    """A user's role in a workspace; the last is an admin or owner of its organization who is not a member."""

    ADMIN = "ADMIN"
    EDITOR = "EDITOR"
    VIEWER = "VIEWER"
    ORGANIZATION_ADMIN = "ORGANIZATION_ADMIN"


@dataclass
class Override:
    """Changes to the App's usual response: values of any JSON type, or ABSENT."""

    env: dict[str, Any] = field(default_factory=dict)
    """Keys of `env` to add, replace or leave out."""
    answer: dict[str, Any] = field(default_factory=dict)
    """Keys of the answer itself to add, replace or leave out, after `env`."""

    def apply(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return the answer with these changes."""
        if self.env:
            answer = {**answer, "env": _changed(answer.get("env") or {}, self.env)}
        return _changed(answer, self.answer)


def _changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**values, **changes}.items() if value is not ABSENT}


@dataclass(eq=False)
class User:
    """A user of the App."""

    email: str
    """With its case as typed; the App compares without it."""
    is_active: bool = True
    """An inactive user is anonymous, whatever the session."""
    is_superuser: bool = False
    two_factor_configured: bool = False
    """Sessions that were not verified by the second factor count as anonymous, except for a workspace's credentials."""
    git_extension: bool = False
    """The feature flag that the default credentials tell of."""
    env: dict[str, str] = field(default_factory=dict)
    """What the connector plugins (S3, PostgreSQL, DHIS2) add to the default credentials."""
    files: dict[str, str] = field(default_factory=dict)
    """The files of the default credentials: base64 by path."""
    uuid: UUID = field(default_factory=uuid4)


@dataclass(eq=False)
class Session:
    """A browser in which a user signed in to the App."""

    user: User
    key: str
    """The cookie `sessionid`."""
    csrf_secret: str | None = field(default_factory=csrf.new_secret)
    """The cookie `csrftoken`, unmasked. None where a browser has lost it."""
    two_factor_verified: bool = False

    @property
    def cookies(self) -> dict[str, str]:
        """The App's cookies in the browser."""
        return {"sessionid": self.key} | ({"csrftoken": self.csrf_secret} if self.csrf_secret else {})

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a hub that forwards the cookies: `Cookie` and `X-CSRFToken`."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie} | ({"X-CSRFToken": self.csrf_secret} if self.csrf_secret else {})


@dataclass(eq=False)
class Workspace:
    """A workspace, with the settings that the App keeps for it, for its organization or for its storage."""

    slug: str
    bucket: str | None
    """Its bucket; nullable in the App's model."""
    archived: bool = False
    """An archived workspace cannot be launched, but still gives credentials."""
    engine: Literal["gcp", "s3", "azure", "local", "dummy"] = "gcp"
    image: str = ""
    """The image that its admins typed. Empty, the default, takes `State.default_image`."""
    notebook_profile: str | None = None
    """The profile of its organization's subscription, such as "trial"; None, the default, sends no body to the hub."""
    s3_role: bool = False
    """Whether S3 gives temporary credentials, with a session token."""
    s3_endpoint_url: str = ""
    """Empty, the default, for AWS."""
    override: Override = field(default_factory=Override)
    """Changes of this workspace's credentials."""
    uuid: UUID = field(default_factory=uuid4)

    @property
    def database(self) -> str:
        """The name of its database, and of the database's user."""
        return self.slug.replace("-", "_")


@dataclass(frozen=True)
class Call:
    """A received request."""

    method: str
    path: str
    query: str
    headers: CIMultiDict[str]
    body: bytes
    frontend: bool = False
    """Whether it went to the front end's address instead of the backend's."""
    time: float = field(default_factory=time.monotonic)
    """When it was received, in seconds of the monotonic clock."""

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies as Django reads them: one without `=` has an empty name."""
        pairs = [chunk.strip().partition("=") for chunk in ";".join(self.headers.getall("Cookie", [])).split(";")]
        return {name if equals else "": value if equals else name for name, equals, value in pairs if name or value}


@dataclass(eq=False)
class State:
    """The stand-in's whole state. Tests may change it at any time, also while the server runs."""

    default_image: str = "blsq/openhexa-base-environment:latest"
    """DEFAULT_WORKSPACE_IMAGE."""
    database_port: str | None = "5432"
    """The port in workspaces' credentials; None where the App's own variable is unset."""
    allowed_hosts: set[str] = field(default_factory=lambda: {"127.0.0.1", "localhost"})
    """ALLOWED_HOSTS: names without port, `.example.org` for a domain with all below it, `*` for any."""
    tls: bool = False
    """Redirect http to https."""
    trust_forwarded_proto: bool = False
    """TRUST_FORWARDED_PROTO: a request with `X-Forwarded-Proto: https` counts as https."""
    csrf_trusted_origins: set[str] = field(default_factory=set)
    """CSRF_TRUSTED_ORIGINS, such as `https://*.example.org`."""
    csrf_cookie_domain: str | None = None
    """CSRF_COOKIE_DOMAIN, such as `.example.org`."""
    frontend_url: str | None = None
    """Where people sign in, NEW_FRONTEND_DOMAIN. None, the default, takes the running stand-in's own front end."""

    users: list[User] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    """By key."""
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    """By slug."""
    roles: dict[tuple[User, Workspace], Role] = field(default_factory=dict)
    runs: dict[str, tuple[Workspace, UUID]] = field(default_factory=dict)
    """Pipeline runs by access token: the workspace and the run's UUID."""
    overrides: defaultdict[Endpoint, Override] = field(default_factory=lambda: defaultdict(Override))
    """Changes of every answer with status 200 of an endpoint."""
    failures: defaultdict[Endpoint, list[Failure]] = field(default_factory=lambda: defaultdict(list))
    """What goes wrong with an endpoint; see `fail`."""
    calls: list[Call] = field(default_factory=list)
    """The requests so far, the oldest first."""
    _signing_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def add_user(self, email: str, **fields: Any) -> User:
        """Add a user, with fields of `User`. Raises ValueError if the address is taken, whatever its case."""
        if any(user.email.lower() == email.lower() for user in self.users):
            raise ValueError(f"{email} is taken")
        user = User(email, **fields)
        self.users.append(user)
        return user

    def login(self, user: User, *, two_factor_verified: bool = False) -> Session:
        """Return a new session of the user, as in another browser; other sessions stay."""
        key = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(32))
        session = self.sessions[key] = Session(user, key, two_factor_verified=two_factor_verified)
        return session

    def end_session(self, session: Session) -> None:
        """End a session, as expiry and logout do, if it has not ended."""
        self.sessions.pop(session.key, None)

    def add_workspace(self, slug: str, **fields: Any) -> Workspace:
        """Add a workspace, with fields of `Workspace`. By default it has a bucket named after it."""
        workspace = self.workspaces[slug] = Workspace(slug, **{"bucket": f"hexa-{slug}", **fields})
        return workspace

    def grant(self, user: User, workspace: Workspace, role: Role | None = Role.EDITOR) -> None:
        """Set the user's role in the workspace. None removes it."""
        self.roles.pop((user, workspace), None)
        if role:
            self.roles[user, workspace] = role

    def add_run(self, workspace: Workspace) -> str:
        """Return the bearer token of a new pipeline run in the workspace."""
        token = str(uuid4())
        self.runs[token] = (workspace, uuid4())
        return self.sign(token)

    def may_see(self, user: User, workspace: Workspace) -> bool:
        """Return whether the App shows the user this workspace: not if it is archived."""
        return not workspace.archived and (user.is_superuser or (user, workspace) in self.roles)

    def may_launch(self, user: User, workspace: Workspace) -> bool:
        """Return whether the user may launch notebooks in this workspace."""
        return user.is_superuser or self.roles.get((user, workspace), Role.VIEWER) is not Role.VIEWER

    def fail(self, endpoint: Endpoint, failure: Failure) -> Failure:
        """Add a failure to the endpoint, after its existing ones, and return it."""
        self.failures[endpoint].append(failure)
        return failure

    def recover(self, endpoint: Endpoint | None = None) -> None:
        """Clear and forget the failures of one endpoint, or of all."""
        for name in [endpoint] if endpoint else list(Endpoint):
            for failure in self.failures.pop(name, []):
                failure.clear()

    def calls_to(self, endpoint: Endpoint) -> list[Call]:
        """Return the endpoint's calls so far, with any method and outcome."""
        return [call for call in list(self.calls) if call.path == endpoint and not call.frontend]

    def assert_only_app_cookies(self) -> None:
        """Raise AssertionError, with names but no values, if a call had other cookies than the App's two."""
        foreign = {name for call in list(self.calls) for name in call.cookies} - {"sessionid", "csrftoken"}
        assert not foreign, f"the App got other cookies than its own: {sorted(foreign)}"

    def sign(self, value: Any) -> str:
        """Return the JSON value with a signature, in the form of Django's signed objects."""
        payload = base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
        mac = hmac.digest(self._signing_key, payload.encode(), hashlib.sha256)
        return f"{payload}:{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def unsign(self, signed: str) -> Any:
        """Return the value that `sign` got. Raises ValueError if the signature is wrong."""
        payload = signed.partition(":")[0]
        value = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if not hmac.compare_digest(self.sign(value).encode(), signed.encode()):
            raise ValueError("wrong signature")
        return value
