"""The default server, which belongs to no workspace: nobody can start it, at any address."""

import http
from collections.abc import Callable

import pytest
import requests

from tests.integration.openhexa.conftest import Person
from tests.openhexa_app import Endpoint, OpenHexaAppServer, Role
from tests.processes.notebooks import Notebooks

WORDS = "Servers outside of workspaces are turned off here"


@pytest.fixture(scope="module")
def viewer(person: Callable[..., Person]) -> Person:
    """Return a user without notebook permission in the App, with a browser signed in to the hub."""
    made = person("Vera.Viewer@example.org", role=Role.VIEWER)
    assert made.browser.get("/hub/home").ok
    return made


def assert_nothing_started(viewer: Person, app: OpenHexaAppServer) -> None:
    """Check that there is no server, and that nobody asked the App for its credentials."""
    assert viewer.servers() == {}
    assert app.state.calls_to(Endpoint.DEFAULT_CREDENTIALS) == []


@pytest.mark.parametrize("path", ["spawn", "spawn/{name}", "spawn/{quoted}", "spawn?next=/hub/home", "spawn?profile=x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_page_starts_none(viewer: Person, app: OpenHexaAppServer, method: str, path: str) -> None:
    """A link and a form, with two spellings of the user name, get a page that says why and links to the App."""
    quoted = "".join(f"%{ord(letter):02X}" for letter in viewer.user.email)
    page = viewer.browser.request(method, f"/hub/{path.format(name=viewer.user.email, quoted=quoted)}")
    assert page.status_code == http.HTTPStatus.FORBIDDEN
    assert WORDS in page.text
    assert 'target="_top"' in page.text
    assert_nothing_started(viewer, app)


@pytest.mark.parametrize("path", ["spawn/{name}/", "spawn//", "spawn/{name}/%20", "spawn/{name}//", "spawn/{name}/%2F"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_page_of_another_spelling_starts_none(viewer: Person, app: OpenHexaAppServer, method: str, path: str) -> None:
    """JupyterHub has no page there, or no workspace has that name."""
    answer = viewer.browser.request(method, f"/hub/{path.format(name=viewer.user.email)}")
    assert answer.status_code >= http.HTTPStatus.BAD_REQUEST
    assert_nothing_started(viewer, app)


@pytest.mark.parametrize("path", ["server", "servers/", "servers/?x=1", "servers/%20", "servers/%2F", "servers/%00"])
@pytest.mark.parametrize("by", ["browser", "App"])
def test_api_starts_none(viewer: Person, notebooks: Notebooks, app: OpenHexaAppServer, by: str, path: str) -> None:
    """Even the App's own token, with the user's cookies and a profile, is refused."""
    path = f"/users/{viewer.user.email}/{path}"
    body = {"profile": "standard"}
    if by == "browser":
        answer = viewer.browser.post(f"/hub/api{path}", json=body)
    else:
        answer = notebooks.hub_api("POST", path, json=body, cookies=viewer.session.cookies)
    assert http.HTTPStatus.BAD_REQUEST <= answer.status_code < http.HTTPStatus.INTERNAL_SERVER_ERROR
    if path.endswith(("server", "servers/", "=1")):
        assert answer.status_code == http.HTTPStatus.FORBIDDEN
        assert WORDS in answer.json()["message"]
    assert_nothing_started(viewer, app)


@pytest.mark.parametrize("page", ["/", "/hub/", "/hub/login", "/hub/login?next=/hub/spawn", "/hub/user-redirect/lab"])
def test_way_that_ends_at_the_server_starts_none(viewer: Person, app: OpenHexaAppServer, page: str) -> None:
    """Sign-in leads to the hub's home page. A redirect to the named server leads to the refusal."""
    found: requests.Response = viewer.browser.get(page)
    assert found.url.endswith("/hub/home") if found.ok else WORDS in found.text
    assert_nothing_started(viewer, app)
