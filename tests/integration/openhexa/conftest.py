"""Fixtures: the OpenHEXA installation of dist/ with its App, and its users."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.openhexa_app import Driver, Launch, OpenHexaAppServer, Role, Session, State, User, Workspace, run_app
from tests.processes.browser import Browser
from tests.processes.kube_api_server import KubeApiServer, find_programs
from tests.processes.notebooks import Notebooks, run_notebooks
from tests.processes.postgres import Postgres
from tests.processes.process import wait_until

SLUGS = ("2024-campaign-{}", "drc-pnlp-malaria-microplanning-2026-{}", "who-gmp--test-{}", "workspace-{}")
"""Slugs of workspaces: JupyterHub 6 would take only the last of them for the name of a new server."""
PROCESSES = "tests.processes.workspace_process.WorkspaceProcessSpawner"
PERSONAL_TOKENS = """
c.JupyterHub.load_roles = [role for role in c.JupyterHub.load_roles if role["name"] != "user"]
"""
"""Configuration with which users may make tokens, as `OpenHexaApp(personal_tokens=True)` lets them."""


@dataclass
class Person:
    """A user of the App with a workspace, a session and a browser."""

    user: User
    workspace: Workspace
    session: Session
    browser: Browser
    driver: Driver
    notebooks: Notebooks
    kube_api_server: KubeApiServer | None

    @property
    def slug(self) -> str:
        """The workspace's slug."""
        return self.workspace.slug

    def launch(self) -> Launch:
        """Open the notebooks page and wait, as the page does, until the server is ready."""
        return self.driver.poll(self.session, self.slug, interval=0.1, seconds=60)[-1]

    def launch_once(self) -> Launch:
        """Request the server once. Raises requests.HTTPError if the hub refuses."""
        return self.driver.launch(self.session, self.slug)

    def stop(self) -> None:
        """Stop the server, as the hub's pages do."""
        self.notebooks.hub_api("DELETE", f"/users/{self.user.email}/servers/{self.slug}").raise_for_status()
        self.wait_until_gone()

    def servers(self) -> dict[str, Any]:
        """Return the user's starting, running and stopping servers, as the hub's API lists them."""
        found = self.driver.get_user(self.user.email) or {"servers": {}}
        servers: dict[str, Any] = found["servers"]
        return servers

    def pending_page(self) -> requests.Response:
        """Open the page that waits for the server or explains a failed start."""
        return self.browser.get(f"/hub/spawn-pending/{self.user.email}/{self.slug}")

    def pods(self, label: str = "") -> list[Any]:
        """Return the pods of the user's workspace from the API server, by its label if that is not its slug."""
        assert self.kube_api_server
        selector = f"--selector=hexa-workspace={label or self.slug}"
        query = ("get", "pods", f"--namespace={self.notebooks.namespace}", selector)
        found: list[Any] = json.loads(self.kube_api_server.kubectl(*query, "--output=json").stdout)["items"]
        return found

    def wait_until_gone(self) -> None:
        """Wait until no server is left, stopped or failed."""
        wait_until(lambda: not self.servers(), f"the servers of {self.user.email} to go")


@pytest.fixture(scope="module")
def app() -> Iterator[OpenHexaAppServer]:
    """Yield the App."""
    with run_app(State()) as server:
        yield server


@pytest.fixture(scope="session")
def some_kube_api_server(request: pytest.FixtureRequest) -> KubeApiServer | None:
    """Return the API server, or None if there is none. Servers are then processes."""
    if find_programs() is None and not os.environ.get("CI"):
        return None
    found: KubeApiServer = request.getfixturevalue("kube_api_server")
    return found


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Return further arguments of `run_notebooks`. A module overrides this fixture to change them."""
    return {"servers": "fake"}


@pytest.fixture(scope="module")
def notebooks(
    app: OpenHexaAppServer, postgres: Postgres, some_kube_api_server: KubeApiServer | None, options: dict[str, Any]
) -> Iterator[Notebooks]:
    """Yield the installation of `dist/openhexa_gke`."""
    with run_notebooks(
        "openhexa_gke",
        postgres=postgres,
        kube_api_server=some_kube_api_server,
        spawner_class=PROCESSES,
        app_url=app.url,
        **options,
    ) as running:
        yield running


@pytest.fixture(scope="module")
def driver(app: OpenHexaAppServer, notebooks: Notebooks) -> Driver:
    """Return the App's side of the contract."""
    return Driver(app.state, f"{notebooks.url}/hub", notebooks.secrets["hub-api-token"], notebooks_url=notebooks.url)


@pytest.fixture(scope="module")
def person(
    app: OpenHexaAppServer, notebooks: Notebooks, driver: Driver, some_kube_api_server: KubeApiServer | None
) -> Callable[..., Person]:
    """Return a function that makes people, each with a name and a workspace of their own."""

    def make(email: str = "", *, role: Role | None = Role.EDITOR, slug: str = "", **fields: Any) -> Person:
        number = len(app.state.users) + 1
        user = app.state.add_user(email or f"Person.{number}@example.org", **fields)
        workspace = app.state.add_workspace(slug or SLUGS[number % len(SLUGS)].format(number))
        app.state.grant(user, workspace, role)
        session = app.state.login(user)
        browser = Browser(notebooks.url, session.cookies)
        return Person(user, workspace, session, browser, driver, notebooks, some_kube_api_server)

    return make


@pytest.fixture(autouse=True)
def failures_end(app: OpenHexaAppServer) -> Iterator[None]:
    """End each test with a working App."""
    yield
    app.state.recover()


@pytest.fixture(autouse=True, scope="module")
def nothing_is_unhandled(notebooks: Notebooks) -> Iterator[None]:
    """Check the hub's log after each module: nothing that the App or a user does is an unhandled error."""
    yield
    log = notebooks.hub.log.read_text()
    # What it has handled it logs with a traceback too; these are the words for what nobody has.
    found = re.search(
        "Unhandled error|Uncaught exception|Exception in |Failed to get current user|never retrieved", log
    )
    assert not found, log[max(0, found.start() - 1000) :][:5000]
