"""A user's day: sign in, launch a workspace, work in JupyterLab, get culled, log out."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.openhexa.conftest import PROCESSES, Person
from tests.openhexa_app import OpenHexaAppServer
from tests.processes.browser import Browser
from tests.processes.kube_api_server import KubeApiServer
from tests.processes.notebooks import Notebooks, run_notebooks
from tests.processes.postgres import Postgres
from tests.processes.process import wait_until

APP = "https://app.openhexa.example.org"
ODD = {"ODD": "{username} {{x}} $(HOME) $$ %s 'a' \"b\" \\ \n\té日本", "NUMBER": 5432, "NONE": None, "LIST": ["a", 1]}
CULL = """
for service in c.JupyterHub.services:
    if service["name"] == "jupyterhub-idle-culler":
        swap = {"--timeout": "--timeout=3", "--cull-every": "--cull-every=1"}
        service["command"] = [swap.get(word.partition("=")[0], word) for word in service["command"]]
"""


@pytest.fixture(scope="module", params=["pods", "processes"])
def notebooks(app: OpenHexaAppServer, request: pytest.FixtureRequest, postgres: Postgres) -> Iterator[Notebooks]:
    """Yield an installation with pods, or with processes if there is no API server."""
    server: KubeApiServer | None = None
    if request.param == "pods":
        server = request.getfixturevalue("kube_api_server")
    environ = {"JUPYTERHUB_ACTIVITY_INTERVAL": "1"}
    traits: dict[str, Any] = {"Spawner": {"environment": environ}} if server is None else {}
    with run_notebooks(
        "openhexa_gke",
        postgres=postgres,
        kube_api_server=server,
        spawner_class=PROCESSES,
        app_url=app.url,
        overrides=traits,
        config="import hexa_hub.app\nhexa_hub.app.CONFIRMED_SECONDS = 0.5\n",
    ) as running:
        yield running


def test_day_of_a_user(notebooks: Notebooks, person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """Every step works, the environment arrives exactly, and no log has a secret."""
    anna = person(f"Anna.O'Neill+{len(app.state.users)}@example.org")
    anna.workspace.override.env.update(ODD)
    launch = anna.launch()
    assert launch.ready

    lab = anna.browser.get(f"{launch.url}lab")
    assert lab.ok
    assert lab.url == f"{launch.url}lab"
    if notebooks.kubelet:  # else there is no image, which takes the policy from its environment
        assert f"frame-ancestors 'self' {APP}" in lab.headers["Content-Security-Policy"]
    assert f"frame-ancestors {APP}" in anna.browser.get("/hub/home").headers["Content-Security-Policy"]

    found = json.loads(anna.browser.run(launch.url, "import json, os; print(json.dumps(dict(os.environ)))"))
    assert found | {"ODD": ODD["ODD"], "NUMBER": "5432", "LIST": '["a", 1]', "HEXA_WORKSPACE": anna.slug} == found
    assert "NONE" not in found
    assert found["HEXA_SERVER_URL"].rstrip("/") == app.url

    anna.driver.logout(anna.session)
    assert anna.servers() == {}
    if notebooks.kubelet:
        wait_until(lambda: not notebooks.kubelet.pods(), "the pod to go")  # type: ignore[union-attr]
    assert anna.browser.get("/hub/home").status_code == 401

    app.state.assert_only_app_cookies()
    logs = notebooks.logs()
    secrets = [*notebooks.secrets.values(), anna.session.key, found["HEXA_TOKEN"], found["JUPYTERHUB_API_TOKEN"]]
    assert [secret for secret in secrets if secret in logs] == []
    assert "Traceback" not in logs


def test_end_of_the_apps_session_reaches_the_server(
    notebooks: Notebooks, person: Callable[..., Person], app: OpenHexaAppServer
) -> None:
    """The hub tells the server that the browser has lost access. Another browser of the user keeps it."""
    ben = person()
    launch = ben.launch()
    other = Browser(notebooks.url, app.state.login(ben.user).cookies)
    assert ben.browser.get(f"{launch.url}lab").ok
    server = json.loads(ben.browser.run(launch.url, "import json, os; print(json.dumps(dict(os.environ)))"))
    tokens = [browser.server_token(server) for browser in (ben.browser, other)]

    def valid(token: str) -> bool:
        return notebooks.hub_api("GET", "/user", token=token).ok

    assert all(valid(token) for token in tokens)
    app.state.end_session(ben.session)
    wait_until(lambda: not valid(tokens[0]), "the hub to notice")
    assert valid(tokens[1])
    assert valid(server["JUPYTERHUB_API_TOKEN"])


def test_server_that_another_browser_uses_goes_on(
    notebooks: Notebooks, person: Callable[..., Person], app: OpenHexaAppServer
) -> None:
    """A logout in one browser stops no kernel of another. The logout in the last one stops the server."""
    carl = person()
    url = carl.launch().url
    session = app.state.login(carl.user)
    home = Browser(notebooks.url, session.cookies)
    assert carl.browser.get(f"{url}lab").ok
    assert home.get(f"{url}lab").ok
    carl.driver.logout(carl.session)
    assert list(carl.servers()) == [carl.slug]
    carl.browser.forget("jupyterhub-session-id")  # as the browser does at logout, and the server asks the hub anew
    assert not carl.browser.get(f"{url}api/status").ok
    assert home.run(url, "print(6 * 7)") == "42\n"
    carl.driver.logout(session)
    assert carl.servers() == {}
