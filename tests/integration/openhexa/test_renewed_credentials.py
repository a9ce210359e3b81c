"""A server that outlives its storage credentials: it gets new ones from the hub with its own token."""

import http
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests

from hexa_jupyter.renewal import from_hub
from tests.hexa_hub.workspace_pod import env
from tests.integration.openhexa.conftest import PERSONAL_TOKENS, Person
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer, Override
from tests.processes.browser import Browser
from tests.processes.notebooks import Notebooks

TOKEN = "WORKSPACE_STORAGE_ENGINE_GCP_ACCESS_TOKEN"  # noqa: S105 (a name)


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Let the hub record activity immediately and cache no answer, because tests cannot wait for a minute."""
    return {
        "servers": "fake",
        "overrides": {"JupyterHub": {"activity_resolution": 0}},
        "config": "from hexa_hub import app, renewal\n"
        "app.FAILURE_SECONDS = app.REFUSAL_SECONDS = renewal.FAILURE_SECONDS = renewal.RENEWED_SECONDS = 0\n"
        + PERSONAL_TOKENS,
    }


def environment(person: Person) -> dict[str, str]:
    """Return the environment of the person's server, and start it if necessary."""
    launch = person.launch()
    assert launch.ready
    if person.kube_api_server:
        (pod,) = person.pods()
        return env(pod)
    person.browser.get(f"{launch.url}lab").raise_for_status()
    printed = person.browser.run(launch.url, "import json, os; print(json.dumps(dict(os.environ)))")
    found: dict[str, str] = json.loads(printed)
    return found


def ask(server: dict[str, str], token: str | None = None, **options: Any) -> requests.Response:
    """Request new credentials with a server's environment, or with another token."""
    user, name = server["JUPYTERHUB_USER"], server["JUPYTERHUB_SERVER_NAME"]
    headers = {"Authorization": f"token {server['JUPYTERHUB_API_TOKEN'] if token is None else token}"}
    headers |= options.pop("headers", {})
    url = f"{server['JUPYTERHUB_API_URL']}/users/{user}/servers/{name}/credentials"
    with requests.Session() as client:
        client.trust_env = False
        return client.post(url, headers=headers, timeout=30, **options)


def own_token(person: Person, **body: str) -> str:
    """Return a token that the user creates on a page of the hub."""
    person.browser.get("/hub/home").raise_for_status()
    answer = person.browser.post(f"/hub/api/users/{person.user.email}/tokens", json=body)
    token: str = answer.json()["token"]
    return token


def refused(answer: requests.Response, status: http.HTTPStatus, words: str) -> None:
    """Check the JSON of a refusal, which reveals nothing."""
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert "env" not in answer.json()


@pytest.fixture(scope="module")
def anna(person: Callable[..., Person]) -> Person:
    """Return a user with a server."""
    return person("Anna.O'Neill+x@example.org")


@pytest.fixture(scope="module")
def server(anna: Person) -> dict[str, str]:
    """Return the environment of her server."""
    return environment(anna)


def test_server_gets_fresh_credentials_of_its_storage(
    server: dict[str, str], app: OpenHexaAppServer, notebooks: Notebooks
) -> None:
    """The hub calls the App once, with the session of the owner's browser. No log has the credentials."""
    asked = len(app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS))
    answer = ask(server)
    assert answer.status_code == http.HTTPStatus.OK
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.json()["env"]
    expected = {name for name in server if name.startswith("WORKSPACE_STORAGE_") or name == "WORKSPACE_BUCKET_NAME"}
    assert found.keys() == expected
    assert found[TOKEN] != server[TOKEN]
    assert found["WORKSPACE_BUCKET_NAME"] == server["WORKSPACE_BUCKET_NAME"]
    assert len(app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS)) == asked + 1
    app.state.assert_only_app_cookies()
    logs = notebooks.logs()
    assert [secret for secret in (found[TOKEN], server["JUPYTERHUB_API_TOKEN"]) if secret in logs] == []


def test_only_the_server_itself_may_ask(
    anna: Person,
    server: dict[str, str],
    person: Callable[..., Person],
    app: OpenHexaAppServer,
    notebooks: Notebooks,
) -> None:
    """Every other token is refused: the App's, the owner's, another server's, another user's, and none at all."""
    other = app.state.add_workspace("other")
    app.state.grant(anna.user, other)
    second = environment(replace(anna, workspace=other))
    tokens = {
        "App": notebooks.secrets["hub-api-token"],
        "owner": own_token(anna, note=f"Server at {server['JUPYTERHUB_SERVICE_PREFIX']}"),
        "other server": second["JUPYTERHUB_API_TOKEN"],
        "other user": environment(person())["JUPYTERHUB_API_TOKEN"],
        "unknown": "0" * 32,
        "none": "",
    }
    asked = len(app.state.calls)
    for token in tokens.values():
        refused(ask(server, token), http.HTTPStatus.FORBIDDEN, "Only the server itself can request its credentials")
    assert len(app.state.calls) == asked
    nowhere = server | {"JUPYTERHUB_SERVER_NAME": "nowhere"}
    refused(ask(nowhere), http.HTTPStatus.FORBIDDEN, "Only the server itself can request its credentials")
    assert ask(second).ok


@pytest.mark.parametrize("origin", [None, "https://evil.example.org"])
def test_browser_cannot_ask(anna: Person, server: dict[str, str], app: OpenHexaAppServer, origin: str | None) -> None:
    """Its cookies do not count, on pages of the hub or of any other site."""
    anna.browser.get("/hub/home").raise_for_status()
    asked = len(app.state.calls)
    path = f"/hub/api/users/{anna.user.email}/servers/{anna.slug}/credentials"
    answer = anna.browser.post(path, headers={"Origin": origin} if origin else {})
    assert answer.status_code == http.HTTPStatus.FORBIDDEN
    assert answer.json()["message"]
    assert len(app.state.calls) == asked
    assert ask(server).ok


def test_asking_is_no_activity(anna: Person, server: dict[str, str], notebooks: Notebooks) -> None:
    """Renewals do not keep a server from being idle. The owner's token, which reports work, does."""

    def activity() -> tuple[str, str]:
        user = notebooks.hub_api("GET", f"/users/{anna.user.email}").json()
        return user["last_activity"], user["servers"][anna.slug]["last_activity"]

    own = own_token(anna)
    before = activity()
    for _ in range(3):
        assert ask(server).ok
    assert activity() == before
    notebooks.hub_api("GET", "/user", token=own).raise_for_status()
    assert activity()[0] > before[0]


def test_server_gets_a_new_password_of_its_database(
    anna: Person, server: dict[str, str], app: OpenHexaAppServer, notebooks: Notebooks
) -> None:
    """The App changed it when the workspace was archived. A caller that is not a server gets an error."""
    app.state.workspaces[anna.slug].override = Override(env={"WORKSPACE_DATABASE_PASSWORD": "r0tated"})
    fresh = from_hub(server, "database")()
    assert fresh["WORKSPACE_DATABASE_PASSWORD"] == "r0tated"  # noqa: S105 (nobody's)
    assert TOKEN not in fresh
    assert "r0tated" not in notebooks.logs()
    assert ask(server, params={"of": "everything"}).status_code == http.HTTPStatus.BAD_REQUEST
    assert ask(server, token=own_token(anna), params={"of": "database"}).status_code == http.HTTPStatus.FORBIDDEN


def test_image_of_users_servers_asks_so(server: dict[str, str]) -> None:
    """The image's mount renews its credentials with only the server's own variables."""
    fresh = from_hub(server)()
    assert fresh[TOKEN] != server[TOKEN]
    assert fresh["WORKSPACE_BUCKET_NAME"] == server["WORKSPACE_BUCKET_NAME"]


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (Failure(status=500), http.HTTPStatus.SERVICE_UNAVAILABLE, "OpenHEXA is not available at the moment"),
        (Failure(body=b"<html>"), http.HTTPStatus.BAD_GATEWAY, "OpenHEXA gave an unexpected answer"),
        (Failure(status=404, body=b"{}"), http.HTTPStatus.NOT_FOUND, "This workspace does not exist in OpenHEXA"),
    ],
    ids=["error", "no JSON", "no workspace"],
)
def test_failure_of_the_app_is_told(
    server: dict[str, str], app: OpenHexaAppServer, failure: Failure, status: int, words: str
) -> None:
    """The response has the status, the message and a retry time. The server goes on."""
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, failure)
    answer = ask(server)
    refused(answer, http.HTTPStatus(status), words)
    assert answer.headers.get("Retry-After") == ("5" if status >= 500 else None)


def test_server_that_another_browser_uses_renews_with_its_session(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks
) -> None:
    """After a logout in one browser, the hub uses the other's session and never asks about the ended one."""
    ben = person()
    running = environment(ben)
    session = app.state.login(ben.user)
    home = Browser(notebooks.url, session.cookies)
    assert home.server_token(running)
    assert ben.browser.get("/hub/home").ok
    ben.driver.logout(ben.session)
    asked = len(app.state.calls)
    assert ask(running).ok
    assert {call.cookies["sessionid"] for call in app.state.calls[asked:]} == {session.key}


def test_token_of_a_server_that_has_stopped_is_worth_nothing(person: Callable[..., Person]) -> None:
    """It stays invalid when another server of the same name runs. A revoked token is invalid, too."""
    carl = person()
    before = environment(carl)
    carl.stop()
    assert ask(before).status_code == http.HTTPStatus.FORBIDDEN
    after = environment(carl)
    assert ask(before).status_code == http.HTTPStatus.FORBIDDEN
    assert ask(after).ok
    tokens, own = f"/users/{carl.user.email}/tokens", own_token(carl)
    for token in carl.notebooks.hub_api("GET", tokens, token=own).json()["api_tokens"]:
        if token["note"].startswith("Server at "):
            carl.notebooks.hub_api("DELETE", f"{tokens}/{token['id']}", token=own).raise_for_status()
    assert ask(after).status_code == http.HTTPStatus.FORBIDDEN


def test_restarted_hub_knows_the_server_but_no_session(
    anna: Person, server: dict[str, str], app: OpenHexaAppServer, notebooks: Notebooks
) -> None:
    """Renewal works after the owner's browser opens a page of the hub.

    A page of the server does not count: its cookie is valid.
    """
    assert anna.browser.get("/hub/home").ok
    notebooks.hub.stop()
    notebooks.hub.start()
    asked = len(app.state.calls)
    refused(ask(server), http.HTTPStatus.CONFLICT, "File > Hub Control Panel")
    assert len(app.state.calls) == asked
    assert anna.browser.get("/hub/home").ok
    assert ask(server).json()["env"][TOKEN] != server[TOKEN]
