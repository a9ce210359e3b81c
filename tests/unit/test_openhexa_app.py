"""The stand-in for the OpenHEXA App: its answers in every situation, its failures, and its calls to the hub."""

import asyncio
import hashlib
import http.client
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import requests
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from tests.openhexa_app import (
    ABSENT,
    Driver,
    Endpoint,
    Failure,
    LaunchRefusedError,
    OpenHexaAppServer,
    Override,
    Role,
    Session,
    State,
    ThreadedServer,
    Workspace,
    csrf,
    notebooks_server_hash,
    run_app,
)
from tests.openhexa_app.__main__ import demo_state
from tests.openhexa_app.pages import notebook_pages

TIMEOUT = 10
"""Seconds after which a call that should be answered at once has failed."""
LOGIN_PROTECTED = [Endpoint.AUTHENTICATE, Endpoint.DEFAULT_CREDENTIALS]
EMAIL = "Foo.O'Bar+x@example.org"
SECRET = "abcdefghijklmnopqrstuvwxyzABCDEF"  # noqa: S105 (of no session)
MASKED_BY_DJANGO = "A78O3PDdu60XEpM9NZP2wv7J1u3MIbPnA8aR7UJkCfa8QC0o3g7lQQt6pTtdaEjS"
"""`SECRET` as Django 5.2.19 masked it."""


@pytest.fixture
def app() -> Iterator[OpenHexaAppServer]:
    """Yield a running stand-in."""
    with run_app() as server:
        yield server


@pytest.fixture
def session(app: OpenHexaAppServer) -> Session:
    """Return a session of a user."""
    return app.state.login(app.state.add_user(EMAIL))


@pytest.fixture
def workspace(app: OpenHexaAppServer, session: Session) -> Workspace:
    """Return a workspace with this user as an editor."""
    workspace = app.state.add_workspace("malaria-2026")
    app.state.grant(session.user, workspace)
    return workspace


def call(
    app: OpenHexaAppServer, path: str, session: Session | None = None, method: str = "POST", **arguments: Any
) -> requests.Response:
    """Call the stand-in as a hub that forwards a session's cookies. Redirects are not followed by default."""
    headers = (session.headers if session else {}) | arguments.pop("headers", {})
    if session and headers["Cookie"] == session.headers["Cookie"]:
        # As the hub does: a header of one's own would be lost at a redirect.
        del headers["Cookie"]
        arguments["cookies"] = session.cookies
    arguments = {"allow_redirects": False, "timeout": TIMEOUT} | arguments
    with requests.Session() as client:
        client.trust_env = False
        return client.request(method, f"{app.url}{path}", headers=headers, **arguments)


def credentials(
    app: OpenHexaAppServer, session: Session | None = None, slug: str = "malaria-2026", **arguments: Any
) -> requests.Response:
    """Request the credentials of a workspace."""
    return call(app, Endpoint.WORKSPACE_CREDENTIALS, session, data={"workspace": slug}, **arguments)


def is_page(response: requests.Response) -> bool:
    """Return whether a response is HTML."""
    return response.headers["Content-Type"].startswith("text/html")


def test_authenticate(app: OpenHexaAppServer, session: Session) -> None:
    """A valid session gives the e-mail address with its case, and nothing else."""
    response = call(app, Endpoint.AUTHENTICATE, session)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    assert response.json() == {"username": EMAIL}


def test_default_credentials(app: OpenHexaAppServer, session: Session) -> None:
    """The default credentials have the feature flag and the plugins' additions."""
    assert call(app, Endpoint.DEFAULT_CREDENTIALS, session).json() == {
        "username": EMAIL,
        "env": {"GIT_EXTENSION_ENABLED": "false"},
        "files": {},
    }
    session.user.git_extension = True
    session.user.env["AWS_S3_BUCKET_NAMES"] = "one,two"
    session.user.files["~/.pgpass"] = "aG9zdA=="
    answer = call(app, Endpoint.DEFAULT_CREDENTIALS, session).json()
    assert answer["env"] == {"GIT_EXTENSION_ENABLED": "true", "AWS_S3_BUCKET_NAMES": "one,two"}
    assert answer["files"] == {"~/.pgpass": "aG9zdA=="}


@pytest.mark.parametrize("path", LOGIN_PROTECTED)
@pytest.mark.parametrize("case", ["none", "unknown", "ended", "inactive", "second factor"])
def test_anonymous_is_sent_to_sign_in(app: OpenHexaAppServer, session: Session, path: str, case: str) -> None:
    """Without a valid session, both endpoints redirect, in the end to the front end's page."""
    headers = {}
    match case:
        case "none":
            headers = {"Cookie": "", "X-CSRFToken": ""}
        case "unknown":
            headers = {"Cookie": "sessionid=unknown", "X-CSRFToken": ""}
        case "ended":
            app.state.end_session(session)
        case "inactive":
            session.user.is_active = False
        case _:
            session.user.two_factor_configured = True
    first = call(app, path, session, headers=headers)
    assert (first.status_code, first.headers["Location"]) == (302, f"/login?next={path}")
    last = call(app, path, session, headers=headers, allow_redirects=True)
    assert (last.status_code, last.url) == (200, f"{app.frontend_url}/login?next={path}")
    assert is_page(last)
    assert [(each.method, each.path, each.frontend) for each in app.state.calls[1:]] == [
        ("POST", path, False),
        ("GET", "/login", False),
        ("GET", "/login", True),
    ]


def test_second_factor(app: OpenHexaAppServer, session: Session) -> None:
    """A session that passed the second factor counts; another session of the same user does not."""
    session.user.two_factor_configured = True
    verified = app.state.login(session.user, two_factor_verified=True)
    assert [call(app, Endpoint.AUTHENTICATE, each).status_code for each in (session, verified)] == [302, 200]


@pytest.mark.parametrize("path", LOGIN_PROTECTED)
@pytest.mark.parametrize(
    ("method", "content_type", "status"),
    [
        ("POST", "application/json", 401),
        ("PUT", "application/json", 401),
        ("GET", "application/json", 302),
        ("POST", "application/json; charset=utf-8", 302),
        ("POST", "text/plain", 302),
    ],
)
def test_anonymous_json(app: OpenHexaAppServer, path: str, method: str, content_type: str, status: int) -> None:
    """Exactly one content type gets a 401 without a body instead of a redirect."""
    response = call(app, path, method=method, headers={"Content-Type": content_type}, data="{}")
    assert (response.status_code, response.content) == (status, b"")


@pytest.mark.parametrize("path", LOGIN_PROTECTED)
@pytest.mark.parametrize(
    ("cookie", "header"),
    [
        (None, SECRET),
        (SECRET, None),
        (SECRET, ""),
        ("", SECRET),
        (SECRET, SECRET[::-1]),
        (SECRET, f"{SECRET}x"),
        ("x", "x"),
        (f"{SECRET[:-1]}-", f"{SECRET[:-1]}-"),
        (MASKED_BY_DJANGO, MASKED_BY_DJANGO[::-1]),
    ],
)
def test_csrf_refusal(
    app: OpenHexaAppServer, session: Session, path: str, cookie: str | None, header: str | None
) -> None:
    """A missing, malformed or different token gets a page with status 403."""
    cookies = f"sessionid={session.key}" + ("" if cookie is None else f"; csrftoken={cookie}")
    response = call(app, path, headers={"Cookie": cookies} | ({} if header is None else {"X-CSRFToken": header}))
    assert response.status_code == 403
    assert "CSRF" in response.text
    assert is_page(response)


@pytest.mark.parametrize("cookie", [SECRET, MASKED_BY_DJANGO, csrf.mask(SECRET)], ids=["raw", "by Django", "masked"])
@pytest.mark.parametrize("header", [SECRET, MASKED_BY_DJANGO, csrf.mask(SECRET)], ids=["raw", "by Django", "masked"])
def test_csrf_raw_or_masked(app: OpenHexaAppServer, session: Session, cookie: str, header: str) -> None:
    """Cookie and header match if their secrets match, whichever is masked."""
    headers = {"Cookie": f"sessionid={session.key}; csrftoken={cookie}", "X-CSRFToken": header}
    assert call(app, Endpoint.AUTHENTICATE, headers=headers).status_code == 200


@given(st.text("".join(chr(code) for code in range(128) if chr(code).isalnum()), min_size=32, max_size=32))
def test_mask(secret: str) -> None:
    """Masking is reversible, and differs each time."""
    token = csrf.mask(secret)
    assert len(token) == 64
    assert csrf.unmask(token) == csrf.unmask(secret) == secret
    assert csrf.mask(secret) != token


@pytest.mark.parametrize(
    ("referer", "status"),
    [
        (None, 403),
        ("nonsense", 403),
        ("https://", 403),
        ("http://hub.example.org/", 403),
        ("https://hub.example.net", 403),
        ("https://hub.example.org.evil.example", 403),
        ("https://hub.example.org", 200),
        ("https://trusted.example.com/hub/login", 200),
        ("https://own", 403),
    ],
)
def test_referer_when_https(app: OpenHexaAppServer, session: Session, referer: str | None, status: int) -> None:
    """With HTTPS, the Referer must be HTTPS and have a trusted host or the cookie's domain."""
    app.state.trust_forwarded_proto = True
    app.state.csrf_trusted_origins = {"https://trusted.example.com"}
    app.state.csrf_cookie_domain = ".example.org"
    headers = {"X-Forwarded-Proto": "https"} | ({"Referer": referer} if referer else {})
    assert call(app, Endpoint.AUTHENTICATE, session, headers=headers).status_code == status
    assert call(app, Endpoint.AUTHENTICATE, session).status_code == 200, "by http nobody looks at it"
    app.state.trust_forwarded_proto = False
    assert call(app, Endpoint.AUTHENTICATE, session, headers=headers).status_code == 200, "nobody believes the header"


def test_referer_of_the_own_host(app: OpenHexaAppServer, session: Session) -> None:
    """Without a cookie domain, the App's own host and port are accepted, too."""
    app.state.trust_forwarded_proto = True
    headers = {"X-Forwarded-Proto": "https", "Referer": app.url.replace("http:", "https:")}
    assert call(app, Endpoint.AUTHENTICATE, session, headers=headers).status_code == 200
    headers["Referer"] = "https://127.0.0.1"
    assert call(app, Endpoint.AUTHENTICATE, session, headers=headers).status_code == 403


def test_origin(app: OpenHexaAppServer, session: Session) -> None:
    """An Origin must be the App's own or a trusted one."""
    app.state.csrf_trusted_origins = {"https://*.example.org"}
    origins = [app.url, "https://hub.example.org", "http://hub.example.org", "https://example.net", "null"]
    answers = [call(app, Endpoint.AUTHENTICATE, session, headers={"Origin": origin}) for origin in origins]
    assert [response.status_code for response in answers] == [200, 200, 403, 403, 403]


@pytest.mark.parametrize("path", Endpoint)
def test_method(app: OpenHexaAppServer, session: Session, path: str) -> None:
    """Only POST is allowed."""
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        response = call(app, path, session, method)
        assert (response.status_code, response.headers["Allow"], response.content) == (405, "POST", b"")


def test_method_after_csrf(app: OpenHexaAppServer, session: Session) -> None:
    """The CSRF check comes before the check of the method."""
    assert call(app, Endpoint.AUTHENTICATE, session, "PUT", headers={"X-CSRFToken": ""}).status_code == 403


@pytest.mark.parametrize("path", Endpoint)
def test_host(app: OpenHexaAppServer, session: Session, path: str) -> None:
    """A host that is not allowed gets a page with status 400, before any other check."""
    hosts = ["evil.example", "app.example.org:8000", "example.org", "LOCALHOST"]
    app.state.allowed_hosts |= {".example.org"}
    answers = [call(app, path, session, "GET", headers={"Host": host}) for host in hosts]
    assert [response.status_code for response in answers] == [400, 405, 405, 405]
    assert is_page(answers[0])
    app.state.allowed_hosts = {"*"}
    assert call(app, path, session, "GET", headers={"Host": "evil.example"}).status_code == 405


@pytest.mark.parametrize("path", Endpoint)
def test_missing_slash(app: OpenHexaAppServer, session: Session, path: str) -> None:
    """A path without its trailing slash is redirected, and a client that follows uses GET."""
    response = call(app, f"{path.removesuffix('/')}?a=b", session)
    assert (response.status_code, response.headers["Location"]) == (301, f"{path}?a=b")
    assert call(app, path.removesuffix("/"), session, allow_redirects=True).status_code == 405


@pytest.mark.parametrize("path", Endpoint)
def test_tls(app: OpenHexaAppServer, session: Session, path: str) -> None:
    """With TLS, HTTP is redirected unless a trusted proxy reports HTTPS."""
    app.state.tls = app.state.trust_forwarded_proto = True
    response = call(app, path, session)
    assert response.status_code == 301
    assert response.headers["Location"] == f"{app.url.replace('http:', 'https:')}{path}"
    assert call(app, path, session, "GET", headers={"X-Forwarded-Proto": "https"}).status_code == 405


def test_other_paths(app: OpenHexaAppServer) -> None:
    """The App reports readiness, redirects browsers to the front end, and knows no other path."""
    assert call(app, "/ready", method="GET").text == "ok"
    assert call(app, "/login", method="GET").headers["Location"] == f"{app.frontend_url}/login"
    assert call(app, "/nowhere/", method="GET").status_code == 404
    app.state.frontend_url = "https://app.example.org"
    assert call(app, "/login?next=/", method="GET").headers["Location"] == "https://app.example.org/login?next=/"


def test_credentials(app: OpenHexaAppServer, session: Session, workspace: Workspace) -> None:
    """An editor gets exactly these three keys, even without a CSRF token and a second factor."""
    session.user.two_factor_configured = True
    response = credentials(app, headers={"Cookie": f"sessionid={session.key}"})
    assert response.status_code == 200
    answer = response.json()
    hashed = hashlib.blake2s(f"{workspace.uuid}_{session.user.uuid}".encode(), digest_size=16).hexdigest()
    assert answer.pop("notebooks_server_hash") == hashed == notebooks_server_hash(workspace, session.user)
    env = answer.pop("env")
    assert answer == {"image": "blsq/openhexa-base-environment:latest"}
    assert {key: value for key, value in env.items() if "GCP" not in key and "TOKEN" not in key} == {
        "WORKSPACE_BUCKET_NAME": "hexa-malaria-2026",
        "WORKSPACE_DATABASE_DB_NAME": "malaria_2026",
        "WORKSPACE_DATABASE_HOST": "malaria-2026.db.example.org",
        "WORKSPACE_DATABASE_PORT": "5432",
        "WORKSPACE_DATABASE_USERNAME": "malaria_2026",
        "WORKSPACE_DATABASE_PASSWORD": "malaria_2026-database-key",
        "WORKSPACE_DATABASE_URL": "postgresql://malaria_2026:malaria_2026-database-key@malaria-2026.db.example.org:5432"
        "/malaria_2026?application_name=notebook%20/user/Foo.O%27Bar%2Bx%40example.org/malaria-2026",
        "WORKSPACE_STORAGE_ENGINE": "gcp",
    }


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"engine": "gcp"}, {"ENGINE_GCP_BUCKET_NAME", "ENGINE_GCP_ACCESS_TOKEN"}),
        (
            {"engine": "s3"},
            {f"ENGINE_S3_{name}" for name in ("BUCKET_NAME", "REGION_NAME", "ENDPOINT_URL")}
            | {"ENGINE_S3_ACCESS_KEY_ID", "ENGINE_S3_SECRET_ACCESS_KEY"},
        ),
        (
            {"engine": "s3", "s3_role": True},
            {f"ENGINE_S3_{name}" for name in ("BUCKET_NAME", "REGION_NAME", "ENDPOINT_URL", "SESSION_TOKEN")}
            | {"ENGINE_S3_ACCESS_KEY_ID", "ENGINE_S3_SECRET_ACCESS_KEY"},
        ),
        ({"engine": "azure"}, {"ENGINE_AZURE_ACCOUNT_NAME", "ENGINE_AZURE_STORAGE_SAS_TOKEN"}),
        ({"engine": "local"}, {"MOUNT_PATH"}),
        ({"engine": "dummy"}, set()),
    ],
)
def test_storage(app: OpenHexaAppServer, session: Session, fields: dict[str, Any], names: set[str]) -> None:
    """Each storage engine has its own variables, and all values are strings."""
    app.state.grant(session.user, app.state.add_workspace("w", **fields))
    env = credentials(app, session, "w").json()["env"]
    prefix = "WORKSPACE_STORAGE_"
    assert {key.removeprefix(prefix) for key in env if key.startswith(prefix)} == {"ENGINE"} | names
    assert env["WORKSPACE_STORAGE_ENGINE"] == fields["engine"]
    assert all(isinstance(value, str) for value in env.values())
    assert env.get("WORKSPACE_STORAGE_ENGINE_S3_ENDPOINT_URL", "") == ""


def test_nullable_values(app: OpenHexaAppServer, session: Session) -> None:
    """A workspace without a bucket or an App without a port gives null. A workspace may have its own image."""
    app.state.grant(session.user, app.state.add_workspace("w", bucket=None, engine="dummy", image="registry/image:1"))
    app.state.database_port = None
    answer = credentials(app, session, "w").json()
    assert answer["env"]["WORKSPACE_BUCKET_NAME"] is answer["env"]["WORKSPACE_DATABASE_PORT"] is None
    assert answer["image"] == "registry/image:1"


@pytest.mark.parametrize(
    ("role", "superuser", "status"),
    [(role, False, 401 if role is Role.VIEWER else 200) for role in Role] + [(None, False, 401), (None, True, 200)],
)
def test_permission(
    app: OpenHexaAppServer, session: Session, workspace: Workspace, role: Role | None, superuser: bool, status: int
) -> None:
    """Editors, both kinds of admins and superusers may launch notebooks, also in an archived workspace."""
    app.state.grant(session.user, workspace, role)
    session.user.is_superuser = superuser
    workspace.archived = True
    response = credentials(app, session)
    assert response.status_code == status
    if status == 401:
        assert response.json() == {"error": "User does not have permission to launch notebooks"}


def test_hexa_token(app: OpenHexaAppServer, session: Session, workspace: Workspace) -> None:
    """A member's token is stable. A non-member gets a new one each time."""

    def tokens() -> set[str]:
        return {credentials(app, session).json()["env"]["HEXA_TOKEN"] for _ in range(2)}

    assert len(tokens()) == 1
    app.state.grant(session.user, workspace, Role.ORGANIZATION_ADMIN)
    assert len(tokens()) == 2


def test_credentials_errors(app: OpenHexaAppServer, session: Session, workspace: Workspace) -> None:
    """Errors are checked in this order: form, workspace, bearer token, user."""
    other = app.state.add_workspace("other")
    token = app.state.add_run(workspace)

    def told(slug: str, authorization: str = "", signed_in: Session | None = None) -> tuple[int, Any]:
        response = credentials(app, signed_in, slug, headers={"Authorization": authorization} if authorization else {})
        return response.status_code, response.json() if not is_page(response) else None

    assert told("", "Basic x") == (400, {"error": "No workspace given"})
    assert call(app, Endpoint.WORKSPACE_CREDENTIALS, session, json={"workspace": "other"}).status_code == 400
    assert told("unknown", "Basic x") == (404, {})
    assert told(other.slug, "Basic x", session) == (401, {"error": "Authorization header should start with 'bearer'"})
    assert told(other.slug, "Basic") == (500, None)
    for forged in ("x", f"{token}x", "é:x"):
        assert told(other.slug, f"Bearer {forged}") == (401, {"error": "Token signature is invalid"})
    assert told(other.slug, f"Bearer {token}", session) == (404, {})
    assert told(other.slug, f"Bearer {app.state.sign('no run')}") == (404, {})
    assert told(other.slug, "", session)[0] == 401
    assert told(other.slug) == (401, {})
    status, answer = told(workspace.slug, f"bearer {token}")
    assert (status, answer["env"]["HEXA_TOKEN"]) == (200, token)
    assert answer["notebooks_server_hash"] in {str(run) for _, run in app.state.runs.values()}


def test_older_address(app: OpenHexaAppServer, session: Session, workspace: Workspace) -> None:
    """The address with the slug in its path requires a login, and no CSRF token."""
    path = f"/workspaces/{workspace.slug}/credentials/"
    response = call(app, path)
    assert (response.status_code, response.headers["Location"]) == (302, f"/login?next={path}")
    answer = call(app, path, headers={"Cookie": f"sessionid={session.key}"}).json()
    assert answer["notebooks_server_hash"] == notebooks_server_hash(workspace, session.user)
    assert call(app, path.removesuffix("/")).status_code == 301


def test_overrides(app: OpenHexaAppServer, session: Session, workspace: Workspace) -> None:
    """A response may have different keys and values, for one workspace or for an endpoint."""
    odd = '{a} %s $HOME "\n'
    workspace.override = Override(
        env={"ODD": odd, "NUMBER": 1, "NOTHING": None, "HEXA_TOKEN": ABSENT},
        answer={"image": None, "notebooks_server_hash": ABSENT, "more": []},
    )
    answer = credentials(app, session).json()
    env = answer["env"]
    assert (env["ODD"], env["NUMBER"], env["NOTHING"], "HEXA_TOKEN" in env) == (odd, 1, None, False)
    assert (answer["image"], answer["more"], "notebooks_server_hash" in answer) == (None, [], False)
    app.state.overrides[Endpoint.WORKSPACE_CREDENTIALS] = Override(answer={"image": "", "env": None})
    answer = credentials(app, session).json()
    assert (answer["image"], answer["env"]) == ("", None)
    app.state.overrides[Endpoint.AUTHENTICATE].answer["username"] = 7
    assert call(app, Endpoint.AUTHENTICATE, session).json() == {"username": 7}


@pytest.mark.parametrize("path", Endpoint)
@pytest.mark.parametrize("status", [500, 502, 503])
def test_failing_with_a_status(app: OpenHexaAppServer, session: Session, path: Endpoint, status: int) -> None:
    """One endpoint can return an error page while the others work."""
    app.state.fail(path, Failure(status=status, headers={"Retry-After": "7"}))
    response = call(app, path, session)
    assert (response.status_code, response.headers["Retry-After"]) == (status, "7")
    assert is_page(response)
    assert all(call(app, other, session).status_code != status for other in Endpoint if other is not path)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"<html>Welcome</html>", "text/html"), (b'["a"]', "application/json"), (b"", "application/json")],
)
def test_failing_with_a_body(app: OpenHexaAppServer, session: Session, body: bytes, content_type: str) -> None:
    """An endpoint can return 200 with any body."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(body=body, content_type=content_type))
    response = call(app, Endpoint.AUTHENTICATE, session)
    assert (response.status_code, response.content, response.headers["Content-Type"]) == (200, body, content_type)


def test_failing_with_a_reset(app: OpenHexaAppServer, session: Session) -> None:
    """An endpoint can reset the connection, and the client sees a reset."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(reset=True))
    host, port = urlsplit(app.url).hostname, urlsplit(app.url).port
    with socket.create_connection((str(host), int(port or 0)), timeout=TIMEOUT) as connection:
        connection.sendall(f"POST {Endpoint.AUTHENTICATE} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    with pytest.raises(requests.ConnectionError):
        call(app, Endpoint.AUTHENTICATE, session)


def test_failing_with_a_truncated_answer(app: OpenHexaAppServer, session: Session) -> None:
    """An endpoint can close the connection in the middle of its response."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(truncated=True))
    connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=TIMEOUT)
    connection.request("POST", Endpoint.AUTHENTICATE, headers=session.headers)
    with pytest.raises(http.client.IncompleteRead) as read:
        connection.getresponse().read()
    connection.close()
    whole = json.dumps({"username": EMAIL}).encode()
    assert read.value.partial == whole[: len(whole) // 2]


def test_failing_with_a_huge_answer(app: OpenHexaAppServer, session: Session) -> None:
    """An endpoint can return megabytes of valid JSON, and the client can disconnect."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(padding=20_000_000))
    response = call(app, Endpoint.AUTHENTICATE, session)
    assert len(response.content) == int(response.headers["Content-Length"]) > 20_000_000
    assert response.json() == {"username": EMAIL}
    call(app, Endpoint.AUTHENTICATE, session, stream=True).close()


def test_hanging(app: OpenHexaAppServer, session: Session) -> None:
    """An endpoint can hang until it recovers. A client that disconnects does not release the others."""
    hanging = app.state.fail(Endpoint.AUTHENTICATE, Failure(hang=True))

    async def clients() -> list[int]:
        async with aiohttp.ClientSession(headers=session.headers) as client:

            async def status(seconds: float) -> int:
                timeout = aiohttp.ClientTimeout(seconds)
                async with client.post(f"{app.url}{Endpoint.AUTHENTICATE}", timeout=timeout) as response:
                    return response.status

            waiting = [asyncio.create_task(status(TIMEOUT)) for _ in range(3)]
            with pytest.raises(TimeoutError):
                await status(0.2)
            assert not any(task.done() for task in waiting)
            app.state.recover()
            return await asyncio.gather(*waiting)

    assert asyncio.run(clients()) == [200, 200, 200]
    assert hanging not in app.state.failures[Endpoint.AUTHENTICATE]


def test_stop_ends_what_hangs(app: OpenHexaAppServer, session: Session, caplog: pytest.LogCaptureFixture) -> None:
    """Stopping the server soon closes hanging connections. Recovering afterwards is harmless."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(hang=True))
    connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=TIMEOUT)
    connection.request("POST", Endpoint.AUTHENTICATE, headers=session.headers)
    deadline = time.monotonic() + TIMEOUT
    while not app.state.calls and time.monotonic() < deadline:
        time.sleep(0.01)
    started = time.monotonic()
    app.stop()
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    connection.close()
    assert time.monotonic() - started < 3
    app.state.recover()
    assert not caplog.records


def test_which_calls_fail(app: OpenHexaAppServer, session: Session) -> None:
    """A failure applies to the next calls, to each n-th call or to one session. The first match wins."""

    def statuses(count: int, who: Session = session) -> list[int]:
        return [call(app, Endpoint.AUTHENTICATE, who).status_code for _ in range(count)]

    app.state.fail(Endpoint.AUTHENTICATE, Failure(status=500, calls=2))
    assert statuses(3) == [500, 500, 200]
    app.state.fail(Endpoint.AUTHENTICATE, Failure(status=502, every=3))
    app.state.fail(Endpoint.AUTHENTICATE, Failure(status=503, every=2))
    assert statuses(6) == [200, 503, 502, 200, 503, 502]
    app.state.recover(Endpoint.AUTHENTICATE)
    other = app.state.login(session.user)
    app.state.fail(Endpoint.AUTHENTICATE, Failure(status=500, session=other.key, every=2, calls=1))
    assert statuses(2) == [200, 200]
    assert statuses(4, other) == [200, 500, 200, 200]


def test_slow_calls_do_not_wait_for_each_other(app: OpenHexaAppServer, session: Session) -> None:
    """200 clients that each wait 0.2 s are served concurrently."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(delay=0.2))

    async def clients() -> list[dict[str, str]]:
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(30)
        async with aiohttp.ClientSession(headers=session.headers, connector=connector, timeout=timeout) as client:

            async def answer() -> dict[str, str]:
                async with client.post(f"{app.url}{Endpoint.AUTHENTICATE}") as response:
                    value: dict[str, str] = await response.json()
                    return value

            return await asyncio.gather(*(answer() for _ in range(200)))

    started = time.monotonic()
    assert asyncio.run(clients()) == [{"username": EMAIL}] * 200
    assert 0.2 <= time.monotonic() - started < 10, "one after the other they would take 40 s"


def test_records_calls(app: OpenHexaAppServer, session: Session, workspace: Workspace) -> None:
    """Every request is recorded, and foreign cookies in it are found."""
    before = time.monotonic()
    credentials(app, session, workspace.slug, headers={"Referer": "http://hub"})
    [kept] = app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS)
    assert (kept.method, kept.body, kept.headers["referer"]) == ("POST", b"workspace=malaria-2026", "http://hub")
    assert kept.cookies == session.cookies == {"sessionid": session.key, "csrftoken": session.csrf_secret}
    assert before <= kept.time <= time.monotonic()
    app.state.assert_only_app_cookies()
    for foreign in ("jupyterhub-session-id=secret", "valueless"):
        app.state.calls.clear()
        call(app, "/ready", headers={"Cookie": f"sessionid=x; {foreign}"})
        with pytest.raises(AssertionError) as found:
            app.state.assert_only_app_cookies()
        assert "secret" not in str(found.value)


def test_restart(app: OpenHexaAppServer, session: Session) -> None:
    """The stand-in returns at its address with its state. Meanwhile nobody else can listen there."""
    url = app.url
    port = int(urlsplit(url).port or 0)
    with pytest.raises(OSError, match="in use"), run_app(port=port):
        pass
    app.stop()
    with pytest.raises(requests.ConnectionError):
        call(app, Endpoint.AUTHENTICATE, session)
    app.stop()
    app.start()
    app.start()
    assert app.url == url
    assert call(app, Endpoint.AUTHENTICATE, session).status_code == 200
    app.stop()
    with run_app(app.state, port=port) as again:
        assert again.url == url
        assert call(again, Endpoint.AUTHENTICATE, session).status_code == 200


def test_refuses_an_address_twice(app: OpenHexaAppServer, session: Session) -> None:
    """The App compares e-mail addresses without case."""
    with pytest.raises(ValueError, match="is taken"):
        app.state.add_user(session.user.email.upper())


class FakeHub:
    """A hub that knows users, makes servers ready after a number of polls, and records each request."""

    def __init__(self) -> None:
        self.servers: dict[str, dict[str, int]] = {}
        """By user and name, how many looks from ready."""
        self.looks = 1
        self.failing_spawns = False
        self.status: int | None = None
        self.app: OpenHexaAppServer | None = None
        """The App that it asks at logout."""
        self.nested: requests.Response | None = None
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []
        """Method, path as sent, headers and body."""

    def web_app(self) -> web.Application:
        """Return the hub's API and its logout URL."""
        app = web.Application()
        app.router.add_route("*", "/hub/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        self.got.append((request.method, request.raw_path, dict(request.headers), await request.read()))
        if self.status:
            return web.json_response({}, status=self.status)
        if request.path == "/hub/logout":
            assert self.app is not None
            headers = {"Cookie": request.headers["Cookie"], "X-CSRFToken": request.cookies["csrftoken"]}
            self.nested = await asyncio.to_thread(call, self.app, Endpoint.AUTHENTICATE, headers=headers)
            return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"})
        name, _, server = request.path.removeprefix("/hub/api/users/").partition("/servers/")
        if request.method == "POST" and server:
            if not self.failing_spawns:
                self.servers[name][server] = self.looks
            return web.json_response({}, status=202)
        if request.method == "DELETE":
            del self.servers[name][server]
            return web.Response(status=204)
        if request.method == "POST":
            self.servers[name] = {}
            return web.json_response({}, status=201)
        if name not in self.servers:
            return web.json_response({}, status=404)
        shown = {each: {"ready": looks <= 0} for each, looks in self.servers[name].items()}
        self.servers[name] = {each: looks - 1 for each, looks in self.servers[name].items()}
        return web.json_response({"name": name, "servers": shown})

    def calls(self) -> list[str]:
        """Return the method and path of each request."""
        return [f"{method} {path}" for method, path, _, _ in self.got]


@pytest.fixture
def hub(app: OpenHexaAppServer) -> FakeHub:
    """Return a hub for the driver."""
    hub = FakeHub()
    hub.app = app
    return hub


@pytest.fixture
def driver(app: OpenHexaAppServer, hub: FakeHub) -> Iterator[Driver]:
    """Yield a driver of the running hub."""
    server = ThreadedServer(hub.web_app)
    server.start()
    try:
        yield Driver(app.state, f"{server.url}/hub", "api-token", timeout=TIMEOUT)
    finally:
        server.stop()


def test_launch(driver: Driver, hub: FakeHub, session: Session, workspace: Workspace) -> None:
    """The first launch creates user and server in the App's order, with its token and, on one call, both cookies."""
    told = driver.launch(session, workspace.slug)
    user = "/hub/api/users/Foo.O'Bar+x@example.org"
    quoted = "/hub/api/users/Foo.O%27Bar%2Bx@example.org"
    assert hub.calls() == [
        f"GET {user}",
        f"POST {user}",
        f"GET {user}",
        f"POST {user}/servers/malaria-2026",
        f"GET {quoted}",
    ]
    assert all(headers["Authorization"] == "token api-token" for _, _, headers, _ in hub.got)
    cookies = [headers.get("Cookie") for _, _, headers, _ in hub.got]
    assert [bool(each) for each in cookies] == [False, False, False, True, False]
    assert set(str(cookies[3]).split("; ")) == {f"{name}={value}" for name, value in session.cookies.items()}
    assert [body for _, _, _, body in hub.got] == [b""] * 5
    assert "Content-Type" not in hub.got[3][2]
    address = driver.hub_url.removesuffix("/hub")
    assert (told.name, told.ready) == ("malaria-2026", False)
    assert told.url == f"{address}/user/Foo.O%27Bar%2Bx@example.org/malaria-2026/"


def test_launch_of_what_runs(driver: Driver, hub: FakeHub, session: Session, workspace: Workspace) -> None:
    """A listed server, pending or not, is only polled."""
    hub.servers[EMAIL] = {workspace.slug: 2}
    assert [driver.launch(session, workspace.slug).ready for _ in range(2)] == [False, True]
    assert {method for method, _, _, _ in hub.got} == {"GET"}
    assert len(hub.got) == 4


def test_launch_with_a_profile(driver: Driver, hub: FakeHub, session: Session, workspace: Workspace) -> None:
    """Only a profile adds a body."""
    hub.servers[EMAIL] = {}
    workspace.notebook_profile = "trial"
    driver.launch(session, workspace.slug)
    _, _, headers, body = hub.got[1]
    assert (headers["Content-Type"], json.loads(body)) == ("application/json", {"profile": "trial"})


def test_launch_without_csrf_cookie(driver: Driver, hub: FakeHub, session: Session, workspace: Workspace) -> None:
    """If the browser has lost a cookie, the App sends its name without a value."""
    session.csrf_secret = None
    driver.launch(session, workspace.slug)
    assert set(hub.got[3][2]["Cookie"].split("; ")) == {f"sessionid={session.key}", "csrftoken"}


def test_launch_refusal(driver: Driver, hub: FakeHub, session: Session, workspace: Workspace) -> None:
    """Without permission, or in an archived workspace, the App does not call the hub."""

    def code(slug: str = workspace.slug) -> str:
        with pytest.raises(LaunchRefusedError) as refused:
            driver.launch(session, slug)
        return refused.value.code

    state = driver.state
    assert code("unknown") == "NOT_FOUND"
    state.grant(session.user, workspace, Role.VIEWER)
    assert code() == "PERMISSION_DENIED"
    state.grant(session.user, workspace, None)
    assert code() == "NOT_FOUND"
    state.grant(session.user, workspace, Role.ADMIN)
    workspace.archived = True
    assert code() == "NOT_FOUND"
    assert not hub.got


def test_launch_when_the_hub_fails(driver: Driver, hub: FakeHub, session: Session, workspace: Workspace) -> None:
    """An error of the hub ends the launch and the tab's polling."""
    hub.status = 503
    with pytest.raises(requests.HTTPError):
        driver.poll(session, workspace.slug, rounds=5)
    assert len(hub.got) == 1


def test_poll(driver: Driver, hub: FakeHub, session: Session, workspace: Workspace) -> None:
    """A tab polls until the server is ready."""
    hub.looks = 5
    told = driver.poll(session, workspace.slug, interval=0.01, seconds=TIMEOUT)
    assert [each.ready for each in told] == [False, False, False, True]
    assert hub.calls().count(f"POST /hub/api/users/{EMAIL}/servers/malaria-2026") == 1


def test_poll_starts_again_what_fails(driver: Driver, hub: FakeHub, session: Session, workspace: Workspace) -> None:
    """The hub does not list a failed server, so each round starts it again, up to the limit."""
    hub.failing_spawns = True
    assert [each.ready for each in driver.poll(session, workspace.slug, interval=0.01, rounds=4)] == [False] * 4
    assert hub.calls().count(f"POST /hub/api/users/{EMAIL}/servers/malaria-2026") == 4
    assert len(driver.poll(session, workspace.slug, interval=60, seconds=1)) == 1
    with pytest.raises(ValueError, match="a limit is needed"):
        driver.poll(session, workspace.slug)


def test_logout(driver: Driver, hub: FakeHub, session: Session) -> None:
    """The hub calls the App back with its cookies. The session ends only afterwards."""
    assert driver.logout(session) == 302, "not followed"
    [(method, path, headers, _)] = hub.got
    assert (method, path, "Authorization" in headers) == ("GET", "/hub/logout", False)
    token = headers["Cookie"].partition("csrftoken=")[2].partition(";")[0]
    assert (len(token), csrf.unmask(token)) == (64, session.csrf_secret)
    assert hub.nested is not None
    assert hub.nested.json() == {"username": EMAIL}
    assert not driver.state.sessions


def test_logout_when_the_hub_fails(driver: Driver, hub: FakeHub, session: Session) -> None:
    """A failing hub does not prevent a logout from the App."""
    hub.status = 500
    assert driver.logout(session) == 500
    other = driver.state.login(session.user)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert Driver(driver.state, f"http://127.0.0.1:{port}/hub", "api-token").logout(other) is None
    assert not driver.state.sessions


def test_pages(hub: FakeHub) -> None:
    """A user can sign in, open a workspace, launch its server, stop it and log out."""
    state = demo_state()
    hub_server = ThreadedServer(hub.web_app)
    hub_server.start()
    try:
        driver = Driver(state, f"{hub_server.url}/hub", "api-token")
        with run_app(state, pages=notebook_pages(driver)) as app, requests.Session() as browser:
            browser.trust_env = False
            url, hub.app = app.frontend_url, app
            assert "Sign in" in browser.get(url, timeout=TIMEOUT).text
            elsewhere = url.replace("127.0.0.1", "localhost")
            assert browser.get(elsewhere, timeout=TIMEOUT).url == f"{url}/login", "where the hub sees the App's cookies"
            with requests.Session() as stranger:
                stranger.trust_env = False
                stranger.post(f"{elsewhere}/login", {"email": "editor@example.org"}, timeout=TIMEOUT)
                assert not stranger.cookies, "nobody is signed in under another name"
            home = browser.post(f"{url}/login", {"email": "editor@example.org"}, timeout=TIMEOUT).text
            assert "/workspaces/demo/notebooks/" in home
            assert set(browser.cookies.keys()) == {"sessionid", "csrftoken"}
            page = f"{url}/workspaces/demo/notebooks/"
            assert "iframe" in browser.get(page, timeout=TIMEOUT).text
            told = browser.post(f"{page}launch", timeout=TIMEOUT).json()
            assert (told["name"], told["ready"]) == ("demo", False)
            assert "server runs" in browser.get(url, timeout=TIMEOUT).text
            assert "server runs" not in browser.post(f"{page}stop", timeout=TIMEOUT).text
            browser.post(f"{url}/login", {"email": "viewer@example.org"}, timeout=TIMEOUT)
            assert browser.post(f"{page}launch", timeout=TIMEOUT).json() == {
                "error": "The App refuses: PERMISSION_DENIED"
            }
            assert browser.post(f"{url}/auth/logout/", timeout=TIMEOUT).url == f"{url}/login"
            assert not [session for session in state.sessions.values() if session.user.email == "viewer@example.org"]
    finally:
        hub_server.stop()


def test_state_alone() -> None:
    """Roles and sessions need no server."""
    state = State()
    user, workspace = state.add_user("jane@example.org"), state.add_workspace("w")
    first, second = state.login(user), state.login(user)
    assert first.key != second.key
    assert first.csrf_secret != second.csrf_secret
    state.end_session(first)
    state.end_session(first)
    assert list(state.sessions) == [second.key]
    assert (state.may_see(user, workspace), state.may_launch(user, workspace)) == (False, False)
