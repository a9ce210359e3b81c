"""Attacks on the hub from a page of a user's server, in a real browser. Such a page has the hub's origin.

Any output of a trusted notebook can be such a page, and so can any hole in JupyterLab.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.integration.openhexa.conftest import PERSONAL_TOKENS, Person
from tests.processes.chromium import chromium
from tests.processes.notebooks import Notebooks

LOAD = """async ([tag, attribute, path]) => await new Promise(done => {
    const element = document.createElement(tag);
    for (const event of ['load', 'error']) element.addEventListener(event, () => done(event));
    if (tag === 'link') element.rel = 'stylesheet';
    element[attribute] = path;
    document.body.append(element);
    setTimeout(() => done('nothing'), 5000);
})"""
FRAME = """async path => await new Promise(done => {
    const frame = document.createElement('iframe');
    frame.addEventListener('load', () => {
        try { done(frame.contentWindow.jhdata.xsrf_token || 'none'); } catch (error) { done('refused: ' + error.name); }
    });
    frame.src = path;
    document.body.append(frame);
})"""
WINDOW = """async path => {
    const opened = window.open(path);
    for (let n = 0; n < 50; n++) {
        await new Promise(done => setTimeout(done, 100));
        try { if (opened.jhdata) return opened.jhdata.xsrf_token; } catch (error) { return 'refused: ' + error.name; }
        if (opened.closed) return 'refused: closed';
    }
    return 'refused: nothing';
}"""
FETCH = """async ([path, mode, method]) => {
    try { return await (await fetch(path, {mode, method})).text(); } catch (error) { return 'refused: ' + error.name; }
}"""
COOKIES = """path => { history.replaceState(null, '', path); return document.cookie; }"""


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Let users create tokens, which such a page would try to get."""
    return {"servers": "fake", "config": PERSONAL_TOKENS}


@pytest.fixture(scope="module")
def anna(person: Callable[..., Person]) -> Person:
    """Return the victim. The page is on this user's server."""
    return person()


@pytest.fixture
def page(anna: Person, notebooks: Notebooks, tmp_path: Path) -> Iterator[Page]:
    """Yield an empty page of a user's running server, in a browser that is signed in to the hub."""
    assert anna.launch().ready
    hostile = f"{notebooks.url}/user/{anna.user.email}/{anna.slug}/files/hostile.html"
    with chromium(tmp_path) as page:
        page.context.add_cookies(
            [{"name": name, "value": value, "url": notebooks.url} for name, value in anna.session.cookies.items()]
        )
        answer = page.goto(f"{notebooks.url}/hub/home")
        assert answer
        assert answer.ok

        def fulfil(route: Route) -> None:
            route.fulfill(body="<body></body>", content_type="text/html")

        page.route(hostile, fulfil)
        page.goto(hostile)
        yield page


def still_signed_in(anna: Person, page: Page, notebooks: Notebooks) -> bool:
    """Return whether the browser is signed in and the server runs."""
    answer = page.goto(f"{notebooks.url}/hub/home")
    return bool(answer and answer.ok and anna.slug in anna.servers())


@pytest.mark.parametrize(
    ("tag", "attribute"),
    [
        ("img", "src"),
        ("script", "src"),
        ("link", "href"),
        ("video", "src"),
        ("iframe", "src"),
        ("object", "data"),
        ("embed", "src"),
    ],
)
def test_element_logs_nobody_out(anna: Person, page: Page, notebooks: Notebooks, tag: str, attribute: str) -> None:
    """An image in a Markdown cell makes the browser request a URL."""
    page.evaluate(LOAD, [tag, attribute, "/hub/logout"])
    assert still_signed_in(anna, page, notebooks)


def test_elements_start_no_server(anna: Person, page: Page) -> None:
    """The same request does not start a server."""
    anna.stop()
    for tag, attribute in (("img", "src"), ("iframe", "src"), ("object", "data")):
        page.evaluate(LOAD, [tag, attribute, f"/hub/spawn/{anna.user.email}/{anna.slug}"])
    assert anna.servers() == {}


def test_page_reads_no_token_against_forged_requests(anna: Person, page: Page) -> None:
    """With an XSRF token, the page could create an API token. No frame, window, response or cookie reveals one."""
    for path in ("/hub/token", "/hub/home", "/hub/nowhere", f"/hub/spawn/{anna.user.email}/{anna.slug}"):
        assert page.evaluate(FRAME, path).startswith("refused: ")
        assert page.evaluate(WINDOW, path).startswith("refused: ")
        for mode in ("cors", "no-cors", "same-origin"):
            assert "xsrf_token" not in page.evaluate(FETCH, [path, mode, "GET"])
        assert "xsrf_token" not in page.evaluate(FETCH, [path, "cors", "POST"])
    assert "_xsrf" not in page.evaluate(COOKIES, "/hub/token")


def test_page_of_the_hub_starts_a_server_and_logs_out(anna: Person, page: Page, notebooks: Notebooks) -> None:
    """The usual links, forms and waiting pages still work."""
    anna.stop()
    page.goto(f"{notebooks.url}/hub/spawn/{anna.user.email}/{anna.slug}")
    page.wait_for_url(f"**/user/{anna.user.email}/{anna.slug}/**", wait_until="commit")
    assert anna.servers()[anna.slug]["ready"]
    page.goto(f"{notebooks.url}/hub/home")
    page.locator("#logout").click()
    page.wait_for_url(lambda url: not url.startswith(notebooks.url), wait_until="commit")
    assert anna.servers() == {}
