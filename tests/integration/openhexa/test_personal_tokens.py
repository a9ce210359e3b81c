"""API tokens that users create: short-lived, off by default, and useless without a session in the App."""

import http
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.integration.openhexa.conftest import PERSONAL_TOKENS, Person
from tests.openhexa_app import OpenHexaAppServer
from tests.processes.browser import Browser
from tests.processes.notebooks import Notebooks
from tests.processes.process import wait_until

DAY_S = 86400


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Let users create tokens, and let the hub cache the App's answers for half a second."""
    return {
        "servers": "fake",
        "config": f"import hexa_hub.app\nhexa_hub.app.CONFIRMED_SECONDS = 0.5\n{PERSONAL_TOKENS}",
    }


def ask_for_token(person: Person, browser: Browser | None = None, **body: Any) -> requests.Response:
    """Request a token as the Token page does."""
    browser = browser or person.browser
    browser.get("/hub/home").raise_for_status()
    return browser.post(f"/hub/api/users/{person.user.email}/tokens", json=body)


def make_token(person: Person, browser: Browser | None = None, **body: Any) -> str:
    """Return a new token."""
    answer = ask_for_token(person, browser, **body)
    answer.raise_for_status()
    token: str = answer.json()["token"]
    return token


def is_good(notebooks: Notebooks, token: str) -> bool:
    """Return whether the hub accepts this token."""
    return notebooks.hub_api("GET", "/user", token=token).ok


def test_token_ends_within_a_day(person: Callable[..., Person]) -> None:
    """The limit is also the default. A longer lifetime is refused."""
    anna = person()
    ends = datetime.fromisoformat(ask_for_token(anna).json()["expires_at"])
    assert ends - datetime.now(ends.tzinfo) <= timedelta(seconds=DAY_S)
    assert ask_for_token(anna, expires_in=DAY_S + 1).status_code == http.HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("end", ["logout", "session", "account"])
def test_token_ends_with_its_session(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks, end: str
) -> None:
    """The kind of end does not matter. A token of another browser's session stays, unless the account itself ended."""
    anna = person()
    home = Browser(notebooks.url, app.state.login(anna.user).cookies)
    token, other = make_token(anna), make_token(anna, home)
    child = notebooks.hub_api("POST", f"/users/{anna.user.email}/tokens", token=token).json()["token"]
    assert is_good(notebooks, token)
    assert is_good(notebooks, child)
    if end == "logout":
        anna.driver.logout(anna.session)
    elif end == "session":
        app.state.end_session(anna.session)
    else:
        anna.user.is_active = False
    wait_until(lambda: not is_good(notebooks, token), "the token to end")
    wait_until(lambda: not is_good(notebooks, child), "the token's own token to end")
    if end == "account":
        wait_until(lambda: not is_good(notebooks, other), "the other token to end")
        anna.user.is_active = True
    else:
        assert is_good(notebooks, other)
    assert not is_good(notebooks, token)


def test_token_of_no_browser_is_refused(person: Callable[..., Person], notebooks: Notebooks) -> None:
    """A request with only the App's cookies could be forged. A session that the hub does not know is refused, too."""
    anna = person()
    anna.browser.get("/hub/home").raise_for_status()
    path = f"/hub/api/users/{anna.user.email}/tokens"
    for cookies in (anna.session.cookies, {**anna.session.cookies, "jupyterhub-session-id": "0" * 32}):
        stranger = Browser(notebooks.url, cookies)
        answer = stranger.request("POST", path, json={"auth": {}})
        assert answer.status_code == http.HTTPStatus.FORBIDDEN
    anna.browser.forget("jupyterhub-session-id")
    anna.browser.keep("jupyterhub-session-id", "made up")
    assert anna.browser.post(path).status_code == http.HTTPStatus.FORBIDDEN


def test_token_from_before_is_worth_nothing(person: Callable[..., Person], notebooks: Notebooks) -> None:
    """An example is a token that JupyterHub made without a session, with a note that claims to be a server's."""
    anna = person()
    launch = anna.launch()
    assert launch.ready
    note = f"Server at /user/{anna.user.email}/{anna.slug}/"
    token = make_token(anna, note=note)
    assert is_good(notebooks, token)
    notebooks.postgres.execute(
        "UPDATE api_tokens SET session_id = NULL WHERE note = %s AND session_id IS NOT NULL",
        note,
        database=notebooks.namespace,
    )
    notebooks.hub.stop()
    notebooks.hub.start()
    assert not is_good(notebooks, token)


def test_restarted_hub_waits_for_the_browser(person: Callable[..., Person], notebooks: Notebooks) -> None:
    """A token of an unknown session is valid again after the browser has opened a page."""
    anna = person()
    token = make_token(anna)
    notebooks.hub.stop()
    notebooks.hub.start()
    assert not is_good(notebooks, token)
    assert anna.browser.get("/hub/home").ok
    assert is_good(notebooks, token)
