"""Logging out from the App, from JupyterLab, with only one of the two cookies, and in one of two browsers."""

import http
from collections.abc import Callable

import pytest

from tests.integration.openhexa.conftest import Person
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer
from tests.processes.browser import Browser
from tests.processes.notebooks import Notebooks
from tests.processes.process import wait_until


def is_known(browser: Browser) -> bool:
    """Return whether the hub's own cookie still signs in the browser."""
    location = browser.get("/hub/home", follow=False)
    return location.status_code == http.HTTPStatus.OK


@pytest.fixture
def anna(person: Callable[..., Person]) -> Person:
    """Return a signed-in user with a running server."""
    made = person()
    assert made.launch().ready
    assert made.browser.get("/hub/home").ok
    return made


def test_logout_of_the_app(anna: Person) -> None:
    """Before the App gets its response, the server has stopped and the hub's cookie is invalid."""
    assert anna.driver.logout(anna.session) == http.HTTPStatus.FOUND
    assert anna.servers() == {}
    assert not is_known(anna.browser)


def test_logout_of_jupyterlab(anna: Person, app: OpenHexaAppServer) -> None:
    """The request has both cookies and is redirected to the App."""
    answer = anna.browser.get("/hub/logout", follow=False)
    assert answer.headers["Location"].startswith(app.url)
    assert anna.servers() == {}
    assert not is_known(anna.browser)


def test_logout_with_the_hubs_cookie_only(anna: Person, app: OpenHexaAppServer) -> None:
    """The App's session ended without notice to the hub."""
    app.state.end_session(anna.session)
    anna.browser.forget("sessionid", "csrftoken")
    assert anna.browser.get("/hub/logout", follow=False).status_code == http.HTTPStatus.FOUND
    assert anna.servers() == {}


def test_logout_with_an_ended_session_of_the_app(anna: Person, app: OpenHexaAppServer) -> None:
    """The App no longer knows its cookies, but the hub knows its own."""
    app.state.end_session(anna.session)
    assert anna.browser.get("/hub/logout", follow=False).status_code == http.HTTPStatus.FOUND
    assert anna.servers() == {}


def test_logout_with_the_apps_cookies_only(anna: Person, notebooks: Notebooks) -> None:
    """The browser was never at the hub. The App itself is such a client."""
    other = Browser(notebooks.url, anna.session.cookies)
    other.get("/hub/logout", follow=False)
    assert anna.servers() == {}
    assert not is_known(anna.browser)


def test_hubs_cookie_says_who_is_logged_out(anna: Person, person: Callable[..., Person]) -> None:
    """Another user's App session in the same browser is not affected."""
    ben = person()
    assert ben.launch().ready
    anna.browser.forget("sessionid", "csrftoken")
    for name, value in ben.session.cookies.items():
        anna.browser.keep(name, value)
    anna.browser.get("/hub/logout", follow=False)
    assert anna.servers() == {}
    assert list(ben.servers()) == [ben.slug]


@pytest.mark.parametrize("failure", [Failure(status=500), Failure(reset=True)], ids=["error", "reset"])
def test_logout_that_the_app_does_not_confirm_ends_nothing(
    anna: Person, app: OpenHexaAppServer, failure: Failure
) -> None:
    """The session's owner is unknown. The App still gets its response."""
    app.state.fail(Endpoint.AUTHENTICATE, failure)
    assert anna.driver.logout(anna.session) == http.HTTPStatus.FOUND
    app.state.recover()
    assert list(anna.servers()) == [anna.slug]


def test_logout_while_a_server_starts(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks
) -> None:
    """No server and no pod remains, and the next start works."""
    if notebooks.kubelet is None:
        pytest.skip("a process has started before anybody could log out")
    ben = person()
    notebooks.kubelet.paused = True
    try:
        ben.launch_once()
        wait_until(lambda: ben.pods(), "the pod")
        ben.driver.logout(ben.session)
        assert ben.servers() == {}
        wait_until(lambda: not ben.pods(), "the pod to go")
    finally:
        notebooks.kubelet.paused = False
    ben.session = app.state.login(ben.user)
    assert ben.launch().ready
