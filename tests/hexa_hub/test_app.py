"""The hub's App client: how it handles each answer, and no answer."""

import asyncio
import contextlib
import gc
import json
import socket
from collections.abc import Iterator
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hexa_hub import app as client
from hexa_hub.app import App, AppSession, Credentials
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
from hexa_hub.settings import Settings
from tests.hexa_hub.app_under_test import app_session, ask, refused
from tests.hexa_hub.workspace_pod import EMAIL, SLUG
from tests.openhexa_app import ABSENT, Endpoint, Failure, OpenHexaAppServer, Role, Session, State, run_app

UNPRINTED = "s3cr3t-v4lue"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls time out after half a second, because tests cannot wait for ten."""
    monkeypatch.setattr(client, "TOTAL_SECONDS", 0.5)


def username(app: OpenHexaAppServer, session: Session) -> str:
    """Ask for the session's user name."""
    return ask(app, lambda asked: asked.username(app_session(session)))


def credentials(app: OpenHexaAppServer, session: Session, slug: str = SLUG) -> Credentials:
    """Ask for credentials."""
    return ask(app, lambda asked: asked.credentials(app_session(session), slug))


def test_username_is_the_address_as_the_app_writes_it(app: OpenHexaAppServer, session: Session) -> None:
    """Letter case and special characters are unchanged."""
    assert username(app, session) == EMAIL


def test_nothing_but_the_two_cookies_is_forwarded(app: OpenHexaAppServer, session: Session) -> None:
    """The App gets its own cookies, the token as a header, and its own address as referrer."""
    username(app, session)
    (call,) = app.state.calls
    assert call.cookies == session.cookies
    assert call.headers["X-CSRFToken"] == session.cookies["csrftoken"]
    assert call.headers["Referer"] == f"{app.frontend_url}/"
    assert "Authorization" not in call.headers
    assert call.body == b""


def test_workspace_is_named_in_the_form(app: OpenHexaAppServer, session: Session) -> None:
    """A workspace's credentials come with its image and the hash for the pod's name."""
    found = credentials(app, session)
    assert app.state.calls[-1].body == f"workspace={SLUG}".encode()
    assert found.environment["WORKSPACE_BUCKET_NAME"] == f"hexa-{SLUG}"
    assert found.image == app.state.default_image
    assert len(found.notebooks_server_hash or "") == 32


def test_server_without_a_workspace_gets_the_users_own_credentials(app: OpenHexaAppServer, session: Session) -> None:
    """The legacy endpoint sets no image and no hash."""
    found = credentials(app, session, "")
    assert found.environment["GIT_EXTENSION_ENABLED"] == "false"
    assert (found.image, found.notebooks_server_hash) == (None, None)


@pytest.mark.parametrize("csrftoken", [None, "", "x", "é" * 32, "a" * 65])
def test_session_without_a_usable_csrf_cookie_is_still_known(
    app: OpenHexaAppServer, session: Session, csrftoken: str | None
) -> None:
    """The hub makes up a token. Django only compares it with the header."""
    cookies: SimpleCookie = SimpleCookie()
    cookies["sessionid"] = session.key
    if csrftoken is not None:
        cookies["csrftoken"] = csrftoken
    found = AppSession.from_cookies(cookies)
    assert found is not None
    assert ask(app, lambda asked: asked.username(found)) == EMAIL


@pytest.mark.parametrize("sessionid", [None, "", "a b", "a;b", "a\r\nX: y", "é", "x" * 5000])
def test_request_without_a_usable_session_cookie_has_no_session(sessionid: str | None) -> None:
    """A value that Django cannot have written is never sent to the App."""
    cookies = {} if sessionid is None else {"sessionid": SimpleNamespace(value=sessionid)}
    assert AppSession.from_cookies(cookies) is None


def test_session_never_shows_its_cookies() -> None:
    """Neither logs nor tracebacks have them."""
    assert "key" not in repr(AppSession("key", "token"))


def test_ended_session_is_not_signed_in(app: OpenHexaAppServer, session: Session) -> None:
    """The App redirects to its sign-in page. The hub does not follow the redirect."""
    app.state.end_session(session)
    with refused(NotSignedIn):
        username(app, session)
    assert [call.path for call in app.state.calls] == [Endpoint.AUTHENTICATE]


def test_second_factor_that_is_missing_is_not_signed_in(app: OpenHexaAppServer) -> None:
    """A user with a registered device must have used it."""
    user = app.state.add_user("two@example.org", two_factor_configured=True)
    with refused(NotSignedIn):
        username(app, app.state.login(user))


def test_viewer_is_not_permitted(app: OpenHexaAppServer) -> None:
    """The App's reason distinguishes this from a missing session."""
    viewer = app.state.add_user("viewer@example.org")
    app.state.grant(viewer, app.state.workspaces[SLUG], Role.VIEWER)
    with refused(NotPermitted):
        credentials(app, app.state.login(viewer))


def test_workspace_of_nobodys_session_is_not_signed_in(app: OpenHexaAppServer, session: Session) -> None:
    """The same status without a reason means that nobody is signed in."""
    app.state.end_session(session)
    with refused(NotSignedIn):
        credentials(app, session)


def test_unknown_workspace(app: OpenHexaAppServer, session: Session) -> None:
    """A 404 with an empty object comes from the App; a 404 with a page comes from something else."""
    with refused(NoSuchWorkspace):
        credentials(app, session, "dengue")
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(status=404))
    with refused(AppAnswerInvalid):
        credentials(app, session)


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (Failure(status=500), AppUnavailable),
        (Failure(status=429), AppUnavailable),
        (Failure(status=502), AppUnavailable),
        (Failure(status=403), AppAnswerInvalid),
        (Failure(status=400), AppAnswerInvalid),
        (Failure(status=405), AppAnswerInvalid),
        (Failure(status=301, headers={"Location": "https://127.0.0.1/notebooks/authenticate/"}), AppAnswerInvalid),
        (Failure(status=302, headers={"Location": "https://127.0.0.1/notebooks/authenticate/"}), AppAnswerInvalid),
        (Failure(status=302), AppAnswerInvalid),
        (Failure(status=302, headers={"Location": "https://status.example.org/maintenance"}), AppAnswerInvalid),
        (Failure(status=302, headers={"Location": "http://[x"}), AppAnswerInvalid),
        (Failure(status=401), AppAnswerInvalid),
        (Failure(status=404), AppAnswerInvalid),
        (Failure(status=204), AppAnswerInvalid),
        (Failure(body=b"<html>"), AppAnswerInvalid),
        (Failure(body=b""), AppAnswerInvalid),
        (Failure(body=b"[" * 100_000), AppAnswerInvalid),
        (Failure(body=b'{"username": null}'), AppAnswerInvalid),
        (Failure(body=b'{"username": "a/b"}'), AppAnswerInvalid),
        (Failure(body=b'{"username": "a\\nb"}'), AppAnswerInvalid),
        (Failure(padding=2**21), AppAnswerInvalid),
        (Failure(truncated=True), AppUnreachable),
        (Failure(reset=True), AppUnreachable),
    ],
    ids=lambda value: "" if isinstance(value, type) else None,
)
def test_answer_that_is_not_as_agreed(
    app: OpenHexaAppServer, session: Session, failure: Failure, error: type[AppError]
) -> None:
    """Each has its own status for the page and its own kind in the metrics."""
    app.state.fail(Endpoint.AUTHENTICATE, failure)
    with refused(error):
        username(app, session)


def test_refusal_answers_for_a_second(
    app: OpenHexaAppServer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user who gets a role in the App comes back soon."""
    now = 1000.0
    monkeypatch.setattr("hexa_hub.expiring.monotonic", lambda: now)
    app.state.grant(app.state.users[0], app.state.workspaces[SLUG], None)

    async def polled(asked: App) -> int:
        nonlocal now
        for seconds in (0, 0.5):
            now = 1000 + seconds
            with pytest.raises(NotPermitted):
                await asked.credentials(app_session(session), SLUG)
        calls = len(app.state.calls)
        app.state.grant(app.state.users[0], app.state.workspaces[SLUG])
        now = 1001.5
        await asked.credentials(app_session(session), SLUG)
        return calls

    assert ask(app, polled) == 1


def test_username_is_known_for_a_minute(
    app: OpenHexaAppServer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in always asks again."""
    now = 1000.0
    monkeypatch.setattr("hexa_hub.expiring.monotonic", lambda: now)

    async def asked_again(asked: App) -> list[int]:
        nonlocal now
        counts = []
        for seconds, fresh in [(0, False), (59, False), (59, True), (118, False), (120, False)]:
            now = 1000 + seconds
            assert await asked.username(app_session(session), fresh=fresh) == EMAIL
            counts.append(len(app.state.calls))
        return counts

    assert ask(app, asked_again) == [1, 1, 2, 2, 3]


def test_same_question_at_the_same_time_is_one_call(app: OpenHexaAppServer, session: Session) -> None:
    """One waiting caller may leave. The others get the answer."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(delay=0.2))

    async def together(asked: App) -> list[object]:
        waiting = [asyncio.ensure_future(asked.username(app_session(session), fresh=True)) for _ in range(3)]
        await asyncio.sleep(0.05)
        waiting[0].cancel()
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    first, *others = ask(app, together)
    assert isinstance(first, asyncio.CancelledError)
    assert others == [EMAIL, EMAIL]
    assert len(app.state.calls) == 1


@pytest.mark.usefixtures("impatient")
def test_failure_that_nobody_waits_for_is_no_error(
    app: OpenHexaAppServer, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """It is cached, and not logged as a forgotten exception."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(hang=True))

    async def left(asked: App) -> AppError | None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asked.username(app_session(session)), 0.1)
        while not (failure := asked.recent_failure(app_session(session), "")):
            await asyncio.sleep(0.05)
        gc.collect()
        return failure

    assert isinstance(ask(app, left), AppTimeout)
    assert "never retrieved" not in caplog.text


def test_remembered_error_stays_as_it_was(app: OpenHexaAppServer, session: Session) -> None:
    """JupyterHub changes the error object that it shows."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(status=500))

    async def twice(asked: App) -> list[AppError]:
        found: list[AppError] = []
        for _ in range(2):
            with pytest.raises(AppUnavailable) as caught:
                await asked.username(app_session(session))
            caught.value.reason = "error"
            found.append(caught.value)
        return found

    first, second = ask(app, twice)
    assert first is not second
    assert second.__context__ is None


@pytest.mark.usefixtures("impatient")
def test_hanging_app_is_given_up(app: OpenHexaAppServer, session: Session) -> None:
    """There is no second try, which would take as long again."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(hang=True))
    with refused(AppTimeout):
        username(app, session)
    assert len(app.state.calls) == 1


def test_app_that_nobody_listens_for_is_unreachable(app: OpenHexaAppServer, session: Session) -> None:
    """A refused connection is an error of the App, not of the hub."""
    app.stop()
    with refused(AppUnreachable):
        username(app, session)


@pytest.mark.parametrize("failure", [{"status": 502}, {"status": 503}, {"status": 504}, {"reset": True}], ids=str)
def test_single_failure_on_the_way_is_tried_again(
    app: OpenHexaAppServer, session: Session, failure: dict[str, Any]
) -> None:
    """A restart of a proxy in front of the App goes unnoticed."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(**failure, calls=1))
    assert username(app, session) == EMAIL
    assert len(app.state.calls) == 2


def test_error_of_the_app_itself_is_not_tried_again(app: OpenHexaAppServer, session: Session) -> None:
    """It would fail again, and double the App's load."""
    app.state.fail(Endpoint.AUTHENTICATE, Failure(status=500, calls=1))
    with refused(AppUnavailable):
        username(app, session)
    assert len(app.state.calls) == 1


def test_failure_answers_for_a_while(app: OpenHexaAppServer, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that polls during a failure costs the App one call in five seconds. Other sessions are not affected."""
    now = 1000.0
    monkeypatch.setattr("hexa_hub.expiring.monotonic", lambda: now)
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(status=500))
    other = app.state.login(app.state.users[0])

    async def polled(asked: App) -> list[int]:
        nonlocal now
        counts = []
        for seconds, polling in [(0, session), (1, session), (3, session), (3, other), (6, session)]:
            now = 1000 + seconds
            with pytest.raises(AppUnavailable):
                await asked.credentials(app_session(polling), SLUG)
            counts.append(len(app.state.calls))
        return counts

    assert ask(app, polled) == [1, 1, 1, 2, 3]


def test_recent_failure_tells_what_a_request_would_get(app: OpenHexaAppServer, session: Session) -> None:
    """So a start is refused before JupyterHub promises it."""
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(status=500))

    async def failures(asked: App) -> list[AppError | None]:
        before = asked.recent_failure(app_session(session), SLUG)
        with pytest.raises(AppUnavailable):
            await asked.credentials(app_session(session), SLUG)
        return [
            before,
            asked.recent_failure(app_session(session), SLUG),
            asked.recent_failure(app_session(session), "b"),
        ]

    before, after, other = ask(app, failures)
    assert (before, type(after), other) == (None, AppUnavailable, None)


@pytest.mark.usefixtures("impatient")
def test_hung_calls_leave_the_others_alone(app: OpenHexaAppServer, session: Session) -> None:
    """Forty hung calls, with name lookups, use no thread that another call needs."""
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(hang=True))
    sessions = [app.state.login(app.state.users[0]) for _ in range(40)]

    async def together(asked: App) -> str:
        hung = [asyncio.ensure_future(asked.credentials(app_session(each), SLUG)) for each in sessions]
        while len(app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS)) < len(sessions):
            await asyncio.sleep(0.01)
        name = await asked.username(app_session(session))
        assert not any(call.done() for call in hung)
        assert all(isinstance(error, AppTimeout) for error in await asyncio.gather(*hung, return_exceptions=True))
        return name

    assert ask(app, together) == EMAIL


@pytest.mark.usefixtures("impatient")
def test_no_more_calls_are_under_way_than_agreed(app: OpenHexaAppServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Further calls wait for their turn, within the time limit of a call."""
    monkeypatch.setattr(client, "CONCURRENT_REQUESTS", 3)
    app.state.fail(Endpoint.AUTHENTICATE, Failure(hang=True))
    sessions = [app.state.login(app.state.users[0]) for _ in range(10)]

    async def together(asked: App) -> list[object]:
        calls = [asyncio.ensure_future(asked.username(app_session(each))) for each in sessions]
        while not any(call.done() for call in calls):
            assert len(app.state.calls) <= 3
            await asyncio.sleep(0.01)
        return list(await asyncio.gather(*calls, return_exceptions=True))

    assert all(isinstance(error, AppTimeout) for error in ask(app, together))


TEXT = "a'b\"c {x} {{y}} %s $(PATH) $$ \\ \n\t é 日本 \x7f"
VALUES = {
    "TEXT": (
        "a'b\"c {x} {{y}} %s $(PATH) $$ \\ \n\t é 日本 \x7f",
        "a'b\"c {x} {{y}} %s $(PATH) $$ \\ \n\t é 日本 \x7f",
    ),
    "EMPTY": ("", ""),
    "NUMBER": (5432, "5432"),
    "FLOAT": (1.5, "1.5"),
    "TRUE": (True, "true"),
    "LIST": (["a", 1], '["a", 1]'),
    "OBJECT": ({"a": None}, '{"a": null}'),
    "NULL": (None, None),
}


def test_environment_takes_values_of_every_type(app: OpenHexaAppServer, session: Session) -> None:
    """Strings are unchanged, null is no variable, and anything else is JSON."""
    app.state.workspaces[SLUG].override.env.update({name: value for name, (value, _) in VALUES.items()})
    environment = credentials(app, session).environment
    assert {name: environment.get(name) for name in VALUES} == {name: text for name, (_, text) in VALUES.items()}


@pytest.mark.parametrize(
    "env",
    [
        {"A": f"{UNPRINTED}\0"},
        {"A=B": UNPRINTED},
        {"": UNPRINTED},
        {"A B": UNPRINTED},
        {UNPRINTED: "\0"},
        [UNPRINTED],
        None,
        1,
    ],
)
def test_environment_that_nothing_can_have_is_refused(app: OpenHexaAppServer, session: Session, env: object) -> None:
    """The error names the field, but no names or values in it."""
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(body=json.dumps({"env": env}).encode()))
    with refused(AppAnswerInvalid) as caught:
        credentials(app, session)
    assert "env" in str(caught.value)
    assert UNPRINTED not in f"{caught.value}{caught.value.jupyterhub_message}{caught.value.__context__}"


@pytest.mark.parametrize("image", [None, "", ABSENT])
def test_workspace_without_an_image(app: OpenHexaAppServer, session: Session, image: object) -> None:
    """Null, empty and absent all mean the spawner's own image."""
    app.state.workspaces[SLUG].override.answer["image"] = image
    assert not credentials(app, session).image


@pytest.mark.parametrize("given_hash", ["UPPER", "a b", "-a", "a" * 60, "../x", "", 5])
def test_hash_that_cannot_name_a_pod_is_refused(app: OpenHexaAppServer, session: Session, given_hash: object) -> None:
    """A pod's name is a DNS label, here with the prefix `jupyter-`."""
    app.state.workspaces[SLUG].override.answer["notebooks_server_hash"] = given_hash
    with refused(AppAnswerInvalid):
        credentials(app, session)


def test_further_keys_are_ignored(app: OpenHexaAppServer, session: Session) -> None:
    """The App may add keys later."""
    app.state.workspaces[SLUG].override.answer["more"] = {"a": 1}
    assert credentials(app, session).environment["HEXA_TOKEN"]


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[tuple[OpenHexaAppServer, Session]]:
    """Yield one stand-in for all examples of a property."""
    with run_app(State()) as server:
        user = server.state.add_user(EMAIL)
        server.state.grant(user, server.state.add_workspace(SLUG))
        yield server, server.state.login(user)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KEYS = st.sampled_from(["username", "env", "notebooks_server_hash", "image"])
ANSWER = st.dictionaries(KEYS, JSON | st.dictionaries(st.text(), JSON))


@hypothesis_settings(max_examples=200, deadline=None)
@given(
    body=st.binary()
    | (JSON | st.dictionaries(KEYS, JSON | st.dictionaries(st.text(), JSON))).map(lambda x: json.dumps(x).encode())
)
def test_any_body_is_an_answer_or_an_error_of_the_app(fuzzed: tuple[OpenHexaAppServer, Session], body: bytes) -> None:
    """No response of the App raises anything else, or gives a string that no environment can hold."""
    app, session = fuzzed
    for endpoint in Endpoint:
        app.state.recover(endpoint)
        app.state.fail(endpoint, Failure(body=body))

    async def both(asked: App) -> None:
        for question in (asked.username(app_session(session)), asked.credentials(app_session(session), SLUG)):
            try:
                answer = await question
            except AppAnswerInvalid:
                continue
            if isinstance(answer, Credentials):
                for name, value in answer.environment.items():
                    f"{name}={value}".encode()
                    assert "\0" not in name + value
                    assert "=" not in name

    ask(app, both)


def test_black_hole_is_given_up_while_connecting(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full backlog accepts no connection. The connection limit ends the call, not the response limit."""
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(client, "TOTAL_SECONDS", 60)
    with contextlib.ExitStack() as sockets:
        full = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            filler = sockets.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"

        async def connect() -> None:
            asked = App(Settings(url, url, url, url, url))
            with refused(AppTimeout):
                await asked.username(app_session(session))
            await asked.close()

        asyncio.run(asyncio.wait_for(connect(), 20))
