"""Renewal of a running server's storage credentials: the session that the hub uses, and how often it asks the App."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, Literal, TypeVar

import pytest

from hexa_hub.errors import AppUnavailable, NoSession, NotPermitted
from tests.hexa_hub.app_under_test import app_session
from tests.hexa_hub.workspace_pod import EMAIL, SLUG, pod, spawner
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer, Override, Session

Result = TypeVar("Result")
OWNER: Any = SimpleNamespace(name=EMAIL, id=1, orm_spawners={SLUG: None})
TOKEN = "WORKSPACE_STORAGE_ENGINE_GCP_ACCESS_TOKEN"  # noqa: S105 (a name)


def run(authenticator: Any, question: Callable[[], Awaitable[Result]]) -> Result:
    """Run a call to the App, and close its connections, which belong to one event loop."""

    async def asked() -> Result:
        try:
            return await question()
        finally:
            await authenticator.app.close()

    return asyncio.run(asyncio.wait_for(asked(), 30))


def storage(authenticator: Any) -> dict[str, str]:
    """Ask for storage credentials as the server does."""
    return run(authenticator, lambda: authenticator.renewals.storage(OWNER, SLUG))


def askers(app: OpenHexaAppServer) -> list[str]:
    """Return the sessions that were used to ask the App for credentials, in order."""
    return [call.cookies["sessionid"] for call in app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return a clock that the test sets, because tests cannot wait for a minute."""
    made = SimpleNamespace(now=1000.0)
    monkeypatch.setattr("hexa_hub.expiring.monotonic", lambda: made.now)
    return made


def browse(authenticator: Any, session: Session, browser: str) -> None:
    """Let one of the owner's browsers, identified by a hexadecimal digit, come with an App session."""
    authenticator.remember(OWNER, browser * 32, app_session(session))


@pytest.mark.parametrize("engine", ["gcp", "s3", "azure", "dummy"])
def test_server_gets_its_storage_and_nothing_else(
    authenticator: Any, app: OpenHexaAppServer, session: Session, engine: Literal["gcp", "s3", "azure", "dummy"]
) -> None:
    """The response omits the database password and the App's token, which the server already has."""
    app.state.workspaces[SLUG].engine = engine
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    found = storage(authenticator)
    assert found["WORKSPACE_BUCKET_NAME"] == f"hexa-{SLUG}"
    assert found.pop("WORKSPACE_STORAGE_ENGINE") == engine
    assert {name.split("_")[3].lower() for name in found if name != "WORKSPACE_BUCKET_NAME"} <= {engine}


def test_server_gets_its_database_and_nothing_else(
    authenticator: Any, app: OpenHexaAppServer, session: Session
) -> None:
    """It gets the current password, which the App changes on archiving, but no storage credentials."""
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    app.state.workspaces[SLUG].override = Override(env={"WORKSPACE_DATABASE_PASSWORD": "rotated"})
    found = run(authenticator, lambda: authenticator.renewals.database(OWNER, SLUG))
    assert found["WORKSPACE_DATABASE_PASSWORD"] == "rotated"  # noqa: S105 (nobody's)
    assert {name.rpartition("_")[0] for name in found} <= {"WORKSPACE_DATABASE", "WORKSPACE_DATABASE_DB"}
    assert "WORKSPACE_DATABASE_PASSWORD" not in storage(authenticator)
    assert len(askers(app)) == 1


def test_value_of_the_app_that_is_null_is_left_out(
    authenticator: Any, app: OpenHexaAppServer, session: Session
) -> None:
    """A workspace without a bucket has no variable for it, as at the start."""
    app.state.workspaces[SLUG].bucket = None
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    assert "WORKSPACE_BUCKET_NAME" not in storage(authenticator)


def test_session_of_the_start_is_remembered(authenticator: Any, session: Session) -> None:
    """The App requests the server for a browser that may never come to the hub itself."""
    made = spawner(authenticator, session)
    made.user.orm_spawners = OWNER.orm_spawners
    pod(made)
    started_with = made.get_env()[TOKEN]
    assert storage(authenticator)[TOKEN].startswith("gcp-")
    assert storage(authenticator)[TOKEN] != started_with


def test_refused_start_leaves_no_session_behind(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """No server exists that could ask."""
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(status=500, calls=1))
    with pytest.raises(AppUnavailable):
        pod(spawner(authenticator, session))
    with pytest.raises(NoSession):
        storage(authenticator)


def test_browser_that_came_last_is_asked_for(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """Its session expires last. The session of the start may have expired long ago."""
    home, office = (app.state.login(session.user) for _ in range(2))
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    for each, browser in [(home, "a"), (office, "b"), (home, "a")]:
        browse(authenticator, each, browser)
    storage(authenticator)
    assert askers(app) == [home.key]


def test_session_that_goes_on_is_found(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """If the newest session has ended, earlier ones are tried, and finally that of the start."""
    home, office = (app.state.login(session.user) for _ in range(2))
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    for each, browser in [(home, "a"), (office, "b")]:
        browse(authenticator, each, browser)
        app.state.end_session(each)
    storage(authenticator)
    assert askers(app) == [session.key]


def test_session_that_is_somebody_elses_by_now_is_not_used(
    authenticator: Any, app: OpenHexaAppServer, session: Session
) -> None:
    """The hub asks whose session it is before it asks for credentials."""
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    session.user = app.state.add_user("somebody.else@example.org", is_superuser=True)
    with pytest.raises(NoSession):
        storage(authenticator)
    assert askers(app) == []


def test_server_without_a_session_learns_what_helps(authenticator: Any, app: OpenHexaAppServer) -> None:
    """After a restart of the hub, for example, there is no session to use."""
    with pytest.raises(NoSession) as caught:
        storage(authenticator)
    assert caught.value.status_code == 409
    assert "in OpenHEXA again, then choose File > Hub Control Panel" in caught.value.jupyterhub_message
    assert app.state.calls == []


def test_refusal_of_the_app_keeps_its_reason(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """A user who lost the role gets no credentials with any session."""
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    browse(authenticator, app.state.login(session.user), "a")
    app.state.grant(session.user, app.state.workspaces[SLUG], None)
    with pytest.raises(NotPermitted):
        storage(authenticator)
    assert len(askers(app)) == 1


def test_poller_costs_one_call_a_minute(
    authenticator: Any, app: OpenHexaAppServer, session: Session, clock: SimpleNamespace
) -> None:
    """It gets cached credentials, which are valid for much longer."""
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    tokens = []
    for clock.now in (1000, 1030, 1059, 1061):
        tokens.append(storage(authenticator)[TOKEN])
    assert len(set(tokens[:3])) == 1
    assert tokens[3] != tokens[0]
    assert len(askers(app)) == 2


def test_poller_of_a_failing_app_costs_one_call_in_five_seconds(
    authenticator: Any, app: OpenHexaAppServer, session: Session, clock: SimpleNamespace
) -> None:
    """The limit also covers ended sessions, each of which would cost a call."""
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(status=500))
    for clock.now in (1000, 1002, 1004, 1006):
        with pytest.raises(AppUnavailable):
            storage(authenticator)
    assert len(askers(app)) == 2
    app.state.end_session(session)
    asked = len(app.state.calls)
    for clock.now in (1100, 1102, 1104, 1106):
        with pytest.raises(NoSession):
            storage(authenticator)
    assert len(app.state.calls) == asked + 2


def test_stopped_server_is_forgotten(authenticator: Any, session: Session) -> None:
    """Its cached credentials are dropped. Another server's session is not affected."""
    for server in (SLUG, "dengue"):
        authenticator.renewals.started(OWNER, server, app_session(session))
    storage(authenticator)
    authenticator.post_spawn_stop(OWNER, SimpleNamespace(name="dengue"))
    storage(authenticator)
    authenticator.post_spawn_stop(OWNER, SimpleNamespace(name=SLUG))
    with pytest.raises(NoSession):
        storage(authenticator)


def test_logout_forgets_the_browser_and_the_start(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """A server that another browser uses keeps that browser's session. Otherwise it has none."""
    home = app.state.login(session.user)
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    browse(authenticator, home, "a")
    browse(authenticator, session, "b")
    storage(authenticator)
    authenticator.forget(OWNER, {"b" * 32})
    storage(authenticator)
    assert askers(app) == [session.key, home.key]
    authenticator.forget(OWNER, set())
    with pytest.raises(NoSession):
        storage(authenticator)


def test_deleted_user_is_forgotten(authenticator: Any, session: Session) -> None:
    """The hub keeps no session of a deleted user."""
    browse(authenticator, session, "a")
    authenticator.delete_user(OWNER)
    assert authenticator.sessions(OWNER) == []


def test_nothing_of_the_session_is_logged(
    authenticator: Any, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """At the hub's log level, neither cookies nor credentials are logged."""
    caplog.set_level(logging.INFO)
    authenticator.renewals.started(OWNER, SLUG, app_session(session))
    found = storage(authenticator)
    assert found[TOKEN]
    assert found[TOKEN] not in caplog.text
    assert session.key not in caplog.text
