"""The hub's pages answer only to navigation: a page that fetches or frames them can neither change nor read anything.

The headers are the ones that Chromium sends; `test_hostile_page_in_chromium.py` tests this with Chromium itself.
"""

import http
import re
from collections.abc import Callable

import pytest

from tests.integration.openhexa.conftest import Person

IMAGE = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "same-origin"}
SCRIPT = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}
FRAME = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
FOREIGN = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}
AHEAD = {
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Site": "none",
    "Sec-Purpose": "prefetch;prerender",
}
PERSON = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}
LOADS = {
    "image": IMAGE,
    "image-elsewhere": IMAGE | {"Sec-Fetch-Site": "cross-site"},
    "script": SCRIPT,
    "script-without-cors": SCRIPT | {"Sec-Fetch-Mode": "no-cors"},
    "script-same-origin": SCRIPT | {"Sec-Fetch-Mode": "same-origin"},
    "websocket": SCRIPT | {"Sec-Fetch-Mode": "websocket"},
    "ahead": AHEAD,
}
ASKED = {
    "frame": FRAME,
    "frame-of-the-site": FRAME | {"Sec-Fetch-Site": "same-site"},
    "object": FRAME | {"Sec-Fetch-Dest": "object"},
    "foreign": FOREIGN,
}


@pytest.fixture(scope="module")
def anna(person: Callable[..., Person]) -> Person:
    """Return a user whose workspace server the App has started before."""
    made = person()
    assert made.launch().ready
    assert made.browser.get("/hub/home").ok
    return made


def runs(person: Person) -> bool:
    """Return whether the person's server runs."""
    return person.slug in person.servers()


@pytest.mark.parametrize("headers", LOADS.values(), ids=LOADS)
def test_logout_by_what_is_no_page(anna: Person, headers: dict[str, str]) -> None:
    """An image in a notebook cannot log a user out."""
    assert anna.launch().ready
    answer = anna.browser.get("/hub/logout", headers=headers, follow=False)
    assert answer.status_code == http.HTTPStatus.FORBIDDEN
    assert "Set-Cookie" not in answer.headers
    assert runs(anna)
    assert anna.browser.get("/hub/home", follow=False).ok


@pytest.mark.parametrize("headers", ASKED.values(), ids=ASKED)
def test_logout_that_nobody_may_have_asked_for(anna: Person, headers: dict[str, str]) -> None:
    """A frame in a notebook, or a link on another site, shows a button for confirmation."""
    assert anna.launch().ready
    page = anna.browser.get("/hub/logout", headers=headers, follow=False)
    assert page.status_code == http.HTTPStatus.OK
    assert "Log out and stop your unused servers" in page.text
    assert runs(anna)
    assert anna.browser.get("/hub/home", follow=False).ok


def test_button_logs_out(person: Callable[..., Person]) -> None:
    """A forged form fails, because it lacks the page's token."""
    ben = person()
    assert ben.launch().ready
    page = ben.browser.get("/hub/home") and ben.browser.get("/hub/logout", headers=FRAME)
    found = re.search('action="([^"]+)"', page.text)
    assert found
    assert ben.browser.request("POST", "/hub/logout", headers={"X-XSRFToken": ""}).status_code == 403
    assert runs(ben)
    address = found[1].replace("&amp;", "&")
    answer = ben.browser.request("POST", address, headers=FRAME | {"X-XSRFToken": ""}, allow_redirects=False)
    assert answer.status_code == http.HTTPStatus.FOUND
    assert not runs(ben)


def test_person_logs_out(person: Callable[..., Person]) -> None:
    """A link on a page of the notebooks and the typed URL both work."""
    for headers in (PERSON, PERSON | {"Sec-Fetch-Site": "none"}, PERSON | {"Sec-Fetch-Site": "same-site"}):
        ben = person()
        assert ben.launch().ready
        assert ben.browser.get("/hub/logout", headers=headers, follow=False).status_code == http.HTTPStatus.FOUND
        assert not runs(ben)


@pytest.fixture
def stopped(anna: Person) -> Person:
    """Return a user whose server is stopped but could be started."""
    if runs(anna):
        anna.stop()
    return anna


@pytest.mark.parametrize("query", ["", "?next=/hub/home", "?profile=standard"])
@pytest.mark.parametrize("headers", LOADS.values(), ids=LOADS)
def test_start_by_what_is_no_page(stopped: Person, headers: dict[str, str], query: str) -> None:
    """An image in a notebook cannot start a server."""
    path = f"/hub/spawn/{stopped.user.email}/{stopped.slug}{query}"
    assert stopped.browser.get(path, headers=headers).status_code == http.HTTPStatus.FORBIDDEN
    assert not runs(stopped)


@pytest.mark.parametrize("headers", ASKED.values(), ids=ASKED)
def test_start_that_nobody_may_have_asked_for(stopped: Person, headers: dict[str, str]) -> None:
    """A frame in a notebook, or a link on another site, shows a button that starts the server."""
    page = stopped.browser.get(f"/hub/spawn/{stopped.user.email}/{stopped.slug}?next=/hub/home", headers=headers)
    assert "Start this server?" in page.text
    assert not runs(stopped)
    found = re.search('action="([^"]+)"', page.text)
    assert found
    answer = stopped.browser.request(
        "POST", found[1].replace("&amp;", "&"), headers=headers | {"X-XSRFToken": ""}, allow_redirects=False
    )
    assert answer.status_code == http.HTTPStatus.FOUND
    assert runs(stopped)


@pytest.mark.parametrize(
    "path",
    [
        "home",
        "token",
        "login",
        "login?next=/hub/logout",
        "",
        "admin",
        "accept-share?code=x",
        "error/503",
        "nowhere",
        "metrics",
        "api/metrics",
        "api/oauth2/authorize",
        "api/oauth2/authorize?client_id=x&response_type=code",
        "user/",
        "user//x",
        "user/{name}/",
        "user/{name}/{slug}/lab",
        "user/{name}/{slug}/api/kernels",
        "user/somebody.else/api",
        "user-redirect/lab",
        "spawn-pending/{name}/{slug}",
        "health/x",
    ],
)
def test_script_reads_no_token_against_forged_requests(stopped: Person, path: str) -> None:
    """Every JupyterHub page, even an error page, has the token, and scripts of user servers have the hub's origin."""
    stopped.browser.get("/hub/home").raise_for_status()
    token = stopped.browser.cookies["_xsrf"]
    path = path.format(name=stopped.user.email, slug=stopped.slug)
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        for headers in (SCRIPT, LOADS["script-without-cors"]):
            answer = stopped.browser.request(method, f"/hub/{path}", headers=headers | {"X-XSRFToken": ""})
            assert token not in answer.text, (method, headers)
            assert "xsrf_token" not in answer.text, (method, headers)


def test_jupyterlab_learns_that_its_server_has_stopped(stopped: Person) -> None:
    """The response has the status and the text that JupyterLab expects."""
    answer = stopped.browser.get(f"/user/{stopped.user.email}/{stopped.slug}/api/kernels", headers=SCRIPT)
    assert answer.status_code == http.HTTPStatus.FAILED_DEPENDENCY
    assert "server no longer running" in answer.json()["message"]


def test_jupyterlab_waits_for_a_server_that_the_proxy_has_lost(anna: Person) -> None:
    """After a restart of the proxy, it waits until the hub restores the routes. Other servers are not affected."""
    assert anna.launch().ready
    path = f"/hub/user/{anna.user.email}/{anna.slug}/api/kernels"
    for method in ("GET", "POST"):
        answer = anna.browser.request(method, path, headers=SCRIPT)
        assert answer.status_code == http.HTTPStatus.SERVICE_UNAVAILABLE
        assert answer.headers["Retry-After"] == "5"
        assert "no longer running" not in answer.text
    other = anna.browser.get(f"/hub/user/{anna.user.email}/other/api/kernels", headers=SCRIPT)
    assert other.status_code == http.HTTPStatus.FAILED_DEPENDENCY


def test_token_against_forged_requests_is_no_scripts_cookie(anna: Person) -> None:
    """A script can frame any path of its host and read that path's cookies, but not these."""
    anna.browser.forget("_xsrf")
    cookie = anna.browser.get("/hub/home").headers["Set-Cookie"]
    assert re.search("_xsrf=[^;]+;.*HttpOnly", cookie)


def test_api_answers_scripts(anna: Person) -> None:
    """Scripts of the hub's own pages have the page's token."""
    anna.browser.get("/hub/home").raise_for_status()
    answer = anna.browser.request("GET", f"/hub/api/users/{anna.user.email}", headers=SCRIPT)
    assert answer.json()["name"] == anna.user.email
