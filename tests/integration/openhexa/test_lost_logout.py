"""Sessions that end in the App while the hub is down: after a start, the App must confirm each browser."""

import http
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.hexa_hub.workspace_pod import env
from tests.integration.openhexa.conftest import Person
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer
from tests.processes.notebooks import Notebooks


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Let the hub cache no answer of the App."""
    return {
        "servers": "fake",
        "config": "from hexa_hub import app\napp.CONFIRMED_SECONDS = app.FAILURE_SECONDS = app.REFUSAL_SECONDS = 0\n",
    }


@dataclass
class Tab:
    """A tab with JupyterLab."""

    person: Person
    server: dict[str, str]
    """The server's environment."""
    token: str
    """By which the server asks the hub about this browser."""

    def is_good(self) -> bool:
        """Return whether the hub gives the browser access to the server."""
        return self.person.notebooks.hub_api("GET", "/user", token=self.token).ok

    def server_is_good(self) -> bool:
        """Return whether the hub accepts the server's own reports."""
        return self.person.notebooks.hub_api("GET", "/user", token=self.server["JUPYTERHUB_API_TOKEN"]).ok


@pytest.fixture
def tab(person: Callable[..., Person]) -> Tab:
    """Return a tab of a user who is signed in to the hub and to a server."""
    made = person()
    if made.kube_api_server is None:
        pytest.skip("a process tells its environment to nobody")
    assert made.launch().ready
    (pod,) = made.pods()
    server = env(pod)
    opened = Tab(made, server, made.browser.server_token(server))
    assert opened.is_good()
    return opened


@contextmanager
def hub_down(notebooks: Notebooks) -> Iterator[None]:
    """Stop the hub for the duration of the block."""
    notebooks.hub.stop()
    try:
        yield
    finally:
        notebooks.hub.start()


@pytest.mark.parametrize("end", ["logout", "session", "account"])
def test_end_that_the_hub_has_missed(tab: Tab, app: OpenHexaAppServer, notebooks: Notebooks, end: str) -> None:
    """The browser's pages of the hub and of its server stop working, and stay so."""
    anna = tab.person
    with hub_down(notebooks):
        if end == "logout":
            assert anna.driver.logout(anna.session) != http.HTTPStatus.FOUND
        elif end == "session":
            app.state.end_session(anna.session)
        else:
            anna.user.is_active = False
    assert not tab.is_good()
    assert anna.browser.get("/hub/home").status_code == http.HTTPStatus.UNAUTHORIZED
    grant = {"client_id": tab.server["JUPYTERHUB_CLIENT_ID"], "response_type": "code"}
    page = anna.browser.get("/hub/api/oauth2/authorize", params=grant)
    assert page.status_code == http.HTTPStatus.UNAUTHORIZED
    assert not tab.is_good()
    assert tab.server_is_good()


def test_browser_goes_on_once_the_app_has_named_it(tab: Tab, notebooks: Notebooks) -> None:
    """The server redirects to a page of the hub, which confirms the browser.

    An open tab goes on, because its token is valid.
    """
    with hub_down(notebooks):
        pass
    assert not tab.is_good()
    assert tab.server_is_good()
    assert tab.person.browser.server_token(tab.server)
    assert tab.is_good()


def test_app_that_fails_after_the_start_names_nobody(tab: Tab, app: OpenHexaAppServer, notebooks: Notebooks) -> None:
    """No browser gets access without confirmation, but none is signed out. All works again when the App does."""
    with hub_down(notebooks):
        app.state.fail(Endpoint.AUTHENTICATE, Failure(status=500))
    page = tab.person.browser.get("/hub/home")
    assert page.status_code == http.HTTPStatus.SERVICE_UNAVAILABLE
    assert "OpenHEXA is not available at the moment" in page.text
    assert not tab.is_good()
    app.state.recover()
    assert tab.person.browser.get("/hub/home", follow=False).ok
    assert tab.is_good()


def test_token_in_a_header_confirms_no_page(tab: Tab, app: OpenHexaAppServer) -> None:
    """Pages need cookies. A server's token has no session that could end, so it keeps nobody signed in."""
    app.state.end_session(tab.person.session)
    headers = {"Authorization": f"token {tab.server['JUPYTERHUB_API_TOKEN']}"}
    page = tab.person.browser.get("/hub/home", headers=headers)
    assert page.status_code == http.HTTPStatus.UNAUTHORIZED
