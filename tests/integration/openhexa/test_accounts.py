"""An e-mail address that the App gives to another account: the new account inherits nothing."""

import http
from collections.abc import Callable
from typing import Any

import pytest

from tests.hexa_hub.workspace_pod import env
from tests.integration.openhexa.conftest import PERSONAL_TOKENS, Person
from tests.openhexa_app import ABSENT, Endpoint, OpenHexaAppServer
from tests.processes.browser import Browser
from tests.processes.notebooks import Notebooks
from tests.processes.process import wait_until


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Let users create tokens, and let the hub cache no answer of the App."""
    return {
        "servers": "fake",
        "config": "from hexa_hub import app\napp.CONFIRMED_SECONDS = app.FAILURE_SECONDS = app.REFUSAL_SECONDS = 0\n"
        + PERSONAL_TOKENS,
    }


def server_of(person: Person) -> dict[str, str]:
    """Return the environment of the person's server, and start it if necessary."""
    if person.kube_api_server is None:
        pytest.skip("a process tells its environment to nobody")
    assert person.launch().ready
    (pod,) = [pod for pod in person.pods() if "deletionTimestamp" not in pod["metadata"]]
    return env(pod)


def successor(person: Person, app: OpenHexaAppServer) -> Person:
    """Delete the person's account in the App, and return a new account with the same address and role."""
    for session in [each for each in app.state.sessions.values() if each.user is person.user]:
        app.state.end_session(session)
    app.state.grant(person.user, person.workspace, None)
    app.state.users.remove(person.user)
    user = app.state.add_user(person.user.email)
    app.state.grant(user, person.workspace)
    session = app.state.login(user)
    browser = Browser(person.notebooks.url, session.cookies)
    return Person(user, person.workspace, session, browser, person.driver, person.notebooks, person.kube_api_server)


def open_server(person: Person, server: dict[str, str]) -> Any:
    """Open the URL to which a server redirects an unknown browser, and return the hub's response."""
    grant = {"client_id": server["JUPYTERHUB_CLIENT_ID"], "redirect_uri": server["JUPYTERHUB_OAUTH_CALLBACK_URL"]}
    assert person.browser.get("/hub/home").ok
    return person.browser.get("/hub/api/oauth2/authorize", params={**grant, "response_type": "code"}, follow=False)


@pytest.mark.parametrize("restart", [False, True], ids=["", "restart"])
def test_running_server_is_not_inherited(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks, restart: bool
) -> None:
    """It has the earlier account's credentials and files, so it stops, and everything of that account ends."""
    before = person()
    other = app.state.add_workspace(f"{before.slug}-other")
    app.state.grant(before.user, other)
    server = server_of(before)
    assert before.driver.poll(before.session, other.slug, interval=0.1, seconds=60)[-1].ready
    after = successor(before, app)
    if restart:
        notebooks.hub.stop()
        notebooks.hub.start()
    page = open_server(after, server)
    assert page.status_code == http.HTTPStatus.CONFLICT
    assert "belonged to an earlier OpenHEXA account with your e-mail address" in page.text
    assert after.servers() == {}
    assert not notebooks.hub_api("GET", "/user", token=server["JUPYTERHUB_API_TOKEN"]).ok

    own = server_of(after)
    assert own["HEXA_TOKEN"] != server["HEXA_TOKEN"]
    assert open_server(after, own).status_code == http.HTTPStatus.FOUND


def test_token_does_not_open_an_earlier_accounts_server(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """A personal token gives access to the user's servers, so the same check applies."""
    before = person()
    server_of(before)
    after = successor(before, app)
    assert after.browser.get("/hub/home").ok
    answer = after.browser.post(f"/hub/api/users/{after.user.email}/tokens")
    assert answer.status_code == http.HTTPStatus.CONFLICT
    assert after.servers() == {}


def test_tokens_are_not_inherited(person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks) -> None:
    """Tokens of the earlier account's browsers, and its cookie, end at the next start at the latest."""
    before = person()
    server = server_of(before)
    browsers = before.browser.server_token(server)
    token = before.browser.post(f"/hub/api/users/{before.user.email}/tokens").json()["token"]
    before.stop()
    after = successor(before, app)
    server_of(after)
    left = notebooks.postgres.execute(
        "SELECT note FROM api_tokens JOIN users ON users.id = user_id WHERE session_id IS NOT NULL AND name = %s",
        after.user.email,
        database=notebooks.namespace,
    )
    assert left == []
    for each in (browsers, token):
        assert not notebooks.hub_api("GET", "/user", token=each).ok


@pytest.mark.parametrize("restart", [False, True], ids=["", "restart"])
def test_plan_is_not_inherited(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks, restart: bool
) -> None:
    """The App must choose a plan for the new account before a page of the hub starts its server."""
    before = person()
    before.workspace.notebook_profile = "standard"
    server_of(before)
    before.stop()
    after = successor(before, app)
    if restart:
        notebooks.hub.stop()
        notebooks.hub.start()
    path = f"/hub/api/users/{after.user.email}/servers/{after.slug}"

    def start() -> int:
        after.browser.get("/hub/home").raise_for_status()
        return after.browser.post(path).status_code

    start()
    after.wait_until_gone()
    assert "Open the notebooks of this workspace in OpenHEXA first" in after.pending_page().text
    wait_until(lambda: start() == http.HTTPStatus.CONFLICT, "the refusal")
    after.workspace.notebook_profile = "trial"
    server_of(after)
    assert after.servers()[after.slug]["user_options"] == {"profile": "trial"}


def test_same_account_is_asked_about_once(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """The hub asks once in each session, and never in the session that started the server."""
    anna = person()
    server = server_of(anna)
    asked = len(app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS))
    assert open_server(anna, server).status_code == http.HTTPStatus.FOUND
    assert len(app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS)) == asked
    anna.session = app.state.login(anna.user)
    anna.browser = Browser(anna.notebooks.url, anna.session.cookies)
    for _ in range(2):
        assert open_server(anna, server).status_code == http.HTTPStatus.FOUND
    assert len(app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS)) == asked + 1


def test_account_that_the_app_does_not_name_ends_nothing(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """The hub hides a running server from an account it cannot identify. The server goes on, and a new start works."""
    anna = person()
    server = server_of(anna)
    anna.workspace.override.answer["notebooks_server_hash"] = ABSENT
    anna.session = app.state.login(anna.user)
    anna.browser = Browser(anna.notebooks.url, anna.session.cookies)
    page = open_server(anna, server)
    assert page.status_code == http.HTTPStatus.BAD_GATEWAY
    assert "OpenHEXA gave an unexpected answer" in page.text
    assert anna.slug in anna.servers()

    before = anna.browser.cookies
    anna.stop()
    assert open_server(anna, server_of(anna)).status_code == http.HTTPStatus.FOUND
    assert anna.browser.get("/hub/home", follow=False).ok
    assert anna.browser.cookies["jupyterhub-session-id"] == before["jupyterhub-session-id"]
