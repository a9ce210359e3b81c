"""Bad input from a browser, the App's token or the App always gets an answer: no unhandled error, no leaked secret."""

import http
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.openhexa.conftest import SLUGS, Person
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer
from tests.processes.notebooks import Notebooks

EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
EXPECTED = {http.HTTPStatus.BAD_GATEWAY, http.HTTPStatus.SERVICE_UNAVAILABLE}
"""What the hub says of an App that fails; any other status from 500 on would be an error of the hub itself."""

TEXT = st.text(st.characters(codec="utf-8"), max_size=80)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
PATHS = st.sampled_from(
    ["login", "logout", "spawn", "spawn-pending", "api/users", "api/oauth2/authorize", "user-redirect"]
)
PARTS = st.lists(TEXT, max_size=3)
QUERY = st.dictionaries(TEXT, TEXT, max_size=3)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE"])
COOKIES = st.dictionaries(
    st.sampled_from(["sessionid", "csrftoken", "jupyterhub-session-id", "jupyterhub-hub-login", "_xsrf"]),
    st.text(st.characters(codec="latin-1", exclude_categories=["Cc"], exclude_characters=";"), max_size=80),
)


def handled(answer: requests.Response, notebooks: Notebooks, *secrets: str) -> None:
    """Check a response: no unhandled error, no secret, and no redirect to another site."""
    assert answer.status_code < http.HTTPStatus.INTERNAL_SERVER_ERROR or answer.status_code in EXPECTED
    assert [secret for secret in [*notebooks.secrets.values(), *secrets] if secret in answer.text] == []
    location = answer.headers.get("Location", "/")
    assert location.startswith(notebooks.url) or not location.startswith(("//", "/\\\\", "http"))


@pytest.fixture(scope="module")
def anna(person: Callable[..., Person]) -> Person:
    """Return a signed-in user."""
    made = person()
    made.browser.get("/hub/home").raise_for_status()
    return made


@EXAMPLES
@given(
    method=METHODS,
    path=PATHS,
    parts=st.lists(TEXT, max_size=3),
    query=st.dictionaries(TEXT, TEXT, max_size=3),
    cookies=COOKIES,
)
def test_request_of_a_stranger(
    notebooks: Notebooks, method: str, path: str, parts: list[str], query: dict[str, str], cookies: dict[str, str]
) -> None:
    """Path, query and cookies are arbitrary."""
    url = "/".join([f"{notebooks.url}/hub/{path}", *(quote(part, safe="") for part in parts)])
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()).encode("latin-1")}
    answer = requests.request(method, url, params=query, headers=headers, allow_redirects=False, timeout=30)
    if path != "logout":  # which leads to the App by its setting
        handled(answer, notebooks)


@EXAMPLES
@given(body=JSON, slug=TEXT | st.sampled_from([slug.format(1) for slug in SLUGS]), sessionid=TEXT)
def test_start_by_the_apps_token(notebooks: Notebooks, anna: Person, body: object, slug: str, sessionid: str) -> None:
    """Body, server name and session are arbitrary."""
    path = f"/users/{anna.user.email}/servers/{quote(slug, safe='')}"
    handled(notebooks.hub_api("POST", path, data=json.dumps(body), cookies={"sessionid": quote(sessionid)}), notebooks)


@EXAMPLES
@given(next_page=TEXT | st.sampled_from(["//", "//evil.example", "https://evil.example", "/\\\\evil.example"]))
def test_sign_in_with_any_destination(notebooks: Notebooks, anna: Person, next_page: str) -> None:
    """The browser ends on a page of the hub."""
    handled(anna.browser.get("/hub/login", follow=False, params={"next": next_page}), notebooks, anna.session.key)


@EXAMPLES
@given(answer=st.binary(max_size=200) | JSON.map(lambda made: json.dumps(made).encode()), status=st.integers(200, 599))
def test_sign_in_with_any_answer_of_the_app(
    notebooks: Notebooks, person: Callable[..., Person], app: OpenHexaAppServer, answer: bytes, status: int
) -> None:
    """The status is arbitrary, and the body may be JSON or not."""
    somebody = person()
    app.state.fail(Endpoint.AUTHENTICATE, Failure(status=status, body=answer, session=somebody.session.key))
    handled(somebody.browser.get("/hub/login", follow=False), notebooks, somebody.session.key)
