"""Sign-in through the App. Each refusal has a page that says what to do."""

import http
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.openhexa.conftest import PERSONAL_TOKENS, Person
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer
from tests.processes.browser import Browser
from tests.processes.notebooks import Notebooks
from tests.processes.process import wait_until

POLICY = "frame-ancestors https://app.openhexa.example.org"


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Let the hub cache the App's answers for half a second, because tests cannot wait for a minute."""
    return {
        "servers": "fake",
        "config": f"import hexa_hub.app\nhexa_hub.app.CONFIRMED_SECONDS = 0.5\n{PERSONAL_TOKENS}",
    }


def signs_in(person: Person) -> bool:
    """Return whether a page of the hub opens."""
    return person.browser.get("/hub/home").ok


def test_session_of_the_app_signs_in(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """There is no form, and the browser reaches the requested page."""
    anna = person()
    page = anna.browser.get("/hub/token")
    assert page.ok
    assert page.url.endswith("/hub/token")
    assert anna.user.email in page.text
    app.state.assert_only_app_cookies()


@pytest.mark.parametrize("email", ["Foo.Bar@X.org", "o'neill+x@example.org", "a&b=c_d~e{f}-g@example.org"])
def test_user_has_one_name_everywhere(person: Callable[..., Person], notebooks: Notebooks, email: str) -> None:
    """The App creates the user with the address unchanged. The browser signs in as the same user, with its server."""
    somebody = person(email)
    launch = somebody.launch()
    assert launch.ready
    assert signs_in(somebody)
    users = [user["name"] for user in notebooks.hub_api("GET", "/users?limit=200").json()]
    assert [name for name in users if name.lower() == email.lower()] == [email]
    page = somebody.browser.get(launch.url)
    assert page.status_code == http.HTTPStatus.OK
    # The server itself answers at the address that the App shows, a real one once it has asked the hub who this is.
    assert page.url.startswith(launch.url)


def page_says(page: Any, status: int, *words: str) -> None:
    """Check a page in the App's frame: its status, its text and its link out."""
    assert page.status_code == status
    for word in words:
        assert word in page.text
    assert 'target="_top"' in page.text
    assert page.headers["Content-Security-Policy"].startswith(POLICY)


def test_page_without_a_session(notebooks: Notebooks) -> None:
    """The page links to the App's sign-in."""
    page_says(Browser(notebooks.url).get("/hub/home"), 401, "You are not signed in to OpenHEXA", "Sign in to OpenHEXA")


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (Failure(status=500), 503, "OpenHEXA is not available at the moment"),
        (Failure(reset=True), 503, "OpenHEXA is not available at the moment"),
        (Failure(status=403), 502, "OpenHEXA gave an unexpected answer"),
        (Failure(body=b"<html>"), 502, "OpenHEXA gave an unexpected answer"),
    ],
    ids=["error", "reset", "CSRF", "no JSON"],
)
def test_page_of_a_failing_app(
    person: Callable[..., Person], app: OpenHexaAppServer, failure: Failure, status: int, words: str
) -> None:
    """The page does not claim that the user is signed out, and says when to try again."""
    anna = person()
    app.state.fail(Endpoint.AUTHENTICATE, failure)
    page = anna.browser.get("/hub/home")
    page_says(page, status, words, "Back to OpenHEXA")
    assert page.headers["Retry-After"] == "5"


def test_hung_sign_ins_leave_others_alone(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks
) -> None:
    """While twenty sign-ins wait for the App, others sign in and launch, and the hub is healthy."""
    waiting = [person() for _ in range(20)]
    failures = [app.state.fail(Endpoint.AUTHENTICATE, Failure(hang=True, session=each.session.key)) for each in waiting]
    threads = [threading.Thread(target=signs_in, args=[each]) for each in waiting]
    for thread in threads:
        thread.start()
    try:
        keys = {each.session.key for each in waiting}
        calls = app.state.calls
        wait_until(lambda: keys <= {call.cookies["sessionid"] for call in calls}, "the App to be asked for all of them")
        assert signs_in(person())
        assert person().launch().ready
        assert Browser(notebooks.url).get("/hub/health").ok
        assert all(thread.is_alive() for thread in threads)
    finally:
        for failure in failures:
            failure.clear()
        for thread in threads:
            thread.join()


def test_end_of_the_apps_session_reaches_the_hub(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """The browser is signed out of the hub, too."""
    anna = person()
    assert signs_in(anna)
    app.state.end_session(anna.session)
    wait_until(lambda: not signs_in(anna), "the hub to notice")


def test_browser_that_lost_the_apps_session_is_signed_out(person: Callable[..., Person]) -> None:
    """After a logout that did not reach the hub, the hub's cookie is invalid."""
    anna = person()
    assert signs_in(anna)
    anna.browser.forget("sessionid")
    wait_until(lambda: not signs_in(anna), "the hub to notice")


def test_other_user_of_the_same_browser_is_not_mistaken(person: Callable[..., Person]) -> None:
    """The App's session decides who is signed in, whatever hub cookie the browser has."""
    anna, ben = person(), person()
    assert signs_in(anna)
    shared = anna.browser
    shared.forget("sessionid", "csrftoken")
    for name, value in ben.session.cookies.items():
        shared.keep(name, value)

    def named(email: str) -> str:
        text = shared.get("/hub/token").text
        return text if email in text else ""

    page = wait_until(lambda: named(ben.user.email), "the hub to notice")
    assert anna.user.email not in page


@pytest.mark.parametrize(
    "failure", [Failure(status=500), Failure(hang=True), Failure(reset=True)], ids=["500", "hang", "reset"]
)
def test_failing_app_signs_nobody_out(person: Callable[..., Person], app: OpenHexaAppServer, failure: Failure) -> None:
    """Signed-in users stay signed in. Only new sign-ins wait for the App."""
    anna = person()
    assert signs_in(anna)
    asked = len(app.state.calls)
    app.state.fail(Endpoint.AUTHENTICATE, failure)
    wait_until(lambda: signs_in(anna) and len(app.state.calls) > asked, "the hub to ask the App again")
    assert signs_in(anna)


def test_token_of_no_browser_ends_nothing(person: Callable[..., Person], notebooks: Notebooks) -> None:
    """A request with a user's token, whatever its cookies, does not affect other tokens."""
    anna = person()
    assert signs_in(anna)
    made = [anna.browser.post(f"/hub/api/users/{anna.user.email}/tokens").json()["token"] for _ in range(2)]
    for session in ("gone", person().session.key):
        assert notebooks.hub_api("GET", "/user", token=made[0], cookies={"sessionid": session}).ok
    assert all(notebooks.hub_api("GET", "/user", token=token).ok for token in made)


def test_password_form_is_refused(person: Callable[..., Person]) -> None:
    """There is no form, so nobody can guess passwords."""
    anna = person()
    anna.browser.get("/hub/home")
    answer = anna.browser.post("/hub/login", data={"username": "x", "password": "y"})
    assert answer.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "///evil.example", "%09//evil.example"]
)
def test_sign_in_leads_nowhere_else(person: Callable[..., Person], target: str) -> None:
    """A link cannot use the hub to redirect to another site."""
    answer = person().browser.get(f"/hub/login?next={target}", follow=False)
    assert answer.status_code == http.HTTPStatus.FOUND
    assert re.match(r"/[^/\\]", answer.headers["Location"])
