"""Server starts in a workspace: permissions, environment, and behaviour when the App fails."""

import http
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
import requests

from hexa_hub.app import FAILURE_SECONDS
from tests.integration.openhexa.conftest import Person
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer, Role
from tests.processes.browser import Browser
from tests.processes.notebooks import Notebooks
from tests.processes.process import wait_until


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """End the hub after two consecutive failed starts, if they count."""
    return {"servers": "fake", "overrides": {"Spawner": {"consecutive_failure_limit": 2}}}


def failed(person: Person) -> str:
    """Launch, wait until the start has failed, and return its page."""
    with suppress(requests.HTTPError):
        person.launch_once()
    person.wait_until_gone()
    return person.pending_page().text


@pytest.mark.parametrize("endpoint", [Endpoint.AUTHENTICATE, Endpoint.WORKSPACE_CREDENTIALS])
def test_failing_app_never_ends_the_hub(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks, endpoint: Endpoint
) -> None:
    """Ten users' tabs retry. The hub goes on, and asks the App once in five seconds for each."""
    people = [person() for _ in range(10)]
    app.state.fail(endpoint, Failure(status=500))
    asked, began = len(app.state.calls_to(endpoint)), time.monotonic()
    for _ in range(3):
        for each in people:
            with suppress(requests.HTTPError):
                each.launch_once()
        for each in people:
            each.wait_until_gone()
    app.state.recover()
    # A slow machine may take longer for the three rounds than the hub keeps a failure.
    kept = 1 + int((time.monotonic() - began) / FAILURE_SECONDS)
    assert len(people) <= len(app.state.calls_to(endpoint)) - asked <= len(people) * kept
    assert person().launch().ready
    assert notebooks.hub.runs()


def test_start_that_would_fail_again_is_refused_at_once(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """A tab that retries every second gets an error, not a promise."""
    anna = person()
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(status=500))
    anna.launch_once()
    anna.wait_until_gone()
    with pytest.raises(requests.HTTPError) as refused:
        anna.launch_once()
    answer = refused.value.response
    assert answer is not None
    assert answer.status_code == http.HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["Retry-After"] == "5"


def test_hung_starts_leave_others_alone(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks
) -> None:
    """Twenty starts wait for the App and fail within the time limit. Meanwhile others sign in and launch."""
    waiting = [person() for _ in range(20)]
    hang = [
        app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(hang=True, session=each.session.key)) for each in waiting
    ]
    for each in waiting:
        each.launch_once()
    other = person()
    assert other.browser.get("/hub/home").ok
    assert other.launch().ready
    assert Browser(notebooks.url).get("/hub/health").ok
    assert all(each.servers() for each in waiting)
    for each in waiting:
        each.wait_until_gone()
    for failure in hang:
        failure.clear()


def test_credentials_go_to_their_owner_only(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """Nobody can start another user's server with their own session: the App is not asked, and no pod is created."""
    bob, admin = person(), person(is_superuser=True)
    bob.driver.create_user(bob.user.email)
    bob.driver.create_server(bob.user.email, bob.slug, admin.session.cookies)
    bob.wait_until_gone()
    asked = [call.cookies["sessionid"] for call in app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS)]
    assert admin.session.key not in asked
    assert "Only the owner can start this server" in bob.pending_page().text
    assert bob.launch().ready


def test_start_without_a_session_says_what_to_do(person: Callable[..., Person]) -> None:
    """An administrator's script, and a browser without cookies, get an error instead of a promise."""
    anna = person()
    anna.driver.create_user(anna.user.email)
    with pytest.raises(requests.HTTPError) as refused:
        anna.driver.create_server(anna.user.email, anna.slug, {})
    answer = refused.value.response
    assert answer is not None
    assert answer.status_code == http.HTTPStatus.FORBIDDEN
    assert "Ask the owner to open the notebooks of the workspace" in answer.text
    assert anna.servers() == {}

    assert anna.browser.get("/hub/home").ok
    anna.browser.forget("sessionid", "csrftoken")
    page = anna.browser.get(f"/hub/spawn/{anna.user.email}/{anna.slug}")
    assert page.status_code == http.HTTPStatus.UNAUTHORIZED
    assert "Sign in, then open the notebooks again" in page.text


@pytest.mark.parametrize("csrftoken", ["", None])
def test_session_without_a_csrf_cookie_starts_all_the_same(
    person: Callable[..., Person], csrftoken: str | None
) -> None:
    """The App sends an empty cookie for such a user."""
    anna = person()
    anna.driver.create_user(anna.user.email)
    cookies = {"sessionid": anna.session.key} | ({} if csrftoken is None else {"csrftoken": csrftoken})
    anna.driver.create_server(anna.user.email, anna.slug, cookies)
    wait_until(lambda: anna.servers().get(anna.slug, {}).get("ready"), "the server")


def test_plan_of_yesterday_does_not_stick(person: Callable[..., Person]) -> None:
    """Without a profile, the server starts with the default one, not the stored one."""
    anna = person()
    anna.workspace.notebook_profile = "trial"
    assert anna.launch().ready
    assert anna.servers()[anna.slug]["user_options"] == {"profile": "trial"}
    anna.stop()
    anna.workspace.notebook_profile = None
    assert anna.launch().ready
    assert anna.servers()[anna.slug]["user_options"] == {}


def test_user_cannot_choose_another_plan(person: Callable[..., Person]) -> None:
    """A restart from the hub's pages uses the profile that the App chose last."""
    anna = person()
    anna.workspace.notebook_profile = "trial"
    assert anna.launch().ready
    anna.stop()
    anna.browser.get("/hub/home")
    answer = anna.browser.post(f"/hub/api/users/{anna.user.email}/servers/{anna.slug}", json={"profile": "standard"})
    assert answer.ok
    wait_until(lambda: anna.servers().get(anna.slug, {}).get("ready"), "the server")
    assert anna.servers()[anna.slug]["user_options"] == {"profile": "trial"}


def test_user_cannot_start_before_the_app_has_chosen_a_plan(person: Callable[..., Person]) -> None:
    """The rule holds for the first start and after a removal of the server: the default profile may be better."""
    anna = person()
    anna.workspace.notebook_profile = "trial"
    anna.browser.get("/hub/home")
    path = f"/users/{anna.user.email}/servers/{anna.slug}"
    assert anna.browser.post(f"/hub/api{path}").status_code == http.HTTPStatus.CONFLICT
    page = anna.browser.get(f"/hub/spawn/{anna.user.email}/{anna.slug}")
    assert page.status_code == http.HTTPStatus.CONFLICT
    assert "Open the notebooks of this workspace in OpenHEXA first" in page.text
    assert anna.launch().ready
    anna.notebooks.hub_api("DELETE", path, json={"remove": True}).raise_for_status()
    anna.wait_until_gone()
    wait_until(lambda: anna.browser.post(f"/hub/api{path}").status_code == http.HTTPStatus.CONFLICT, "the removal")


@pytest.mark.parametrize("slug", ["nowhere", "Upper", "a b", "a" * 64, "é", "..", "a_b", "{username}"])
def test_name_that_no_workspace_has_leaves_nothing_behind(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks, slug: str
) -> None:
    """Users can make up names. The hub does not ask the App about them and stores no row."""
    anna = person()
    anna.browser.get("/hub/home")
    asked = len(app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS))
    path = quote(slug, safe="")
    refused = (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.METHOD_NOT_ALLOWED, http.HTTPStatus.CONFLICT)
    assert anna.browser.post(f"/hub/api/users/{anna.user.email}/servers/{path}").status_code in refused
    assert anna.browser.get(f"/hub/spawn/{anna.user.email}/{path}").status_code in refused
    rows = notebooks.postgres.execute("SELECT name FROM spawners", database=notebooks.namespace)
    assert (slug,) not in rows
    assert len(app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS)) == asked


@pytest.mark.parametrize(
    ("slug", "label"),
    [
        ("2024-campaign", "2024-campaign"),
        ("drc-pnlp-malaria-microplanning-2026", "drc-pnlp-malaria-microplanning-2026"),
        ("who-gmp--test", "who-gmp--test"),
        ("9" * 63, "9" * 63),
        # A label's value begins and ends with a letter or a digit.
        ("-ends-", "ends---382cf9f5"),
        ("-", "x---3973e022"),
    ],
)
def test_slug_of_any_form_is_the_servers_name(
    person: Callable[..., Person], notebooks: Notebooks, slug: str, label: str
) -> None:
    """It is the same at the App's URL, in the database and on pages, also as %2D, in any JupyterHub."""
    anna = person(slug=slug)
    launched = anna.launch()
    assert launched.url == f"{notebooks.url}/user/{anna.user.email}/{slug}/"
    assert anna.browser.get(f"/user/{anna.user.email}/{slug}/").ok
    if notebooks.kubelet:
        [pod] = anna.pods(label)
        assert {"name": "HEXA_WORKSPACE", "value": slug} in pod["spec"]["containers"][0]["env"]
    anna.stop()
    page = anna.browser.get(f"/hub/spawn/{anna.user.email}/{slug.replace('-', '%2D')}")
    assert page.ok
    wait_until(lambda: anna.servers().get(slug, {}).get("ready"), "the server")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_nobody_changes_a_server_but_by_its_start(person: Callable[..., Person], method: str) -> None:
    """JupyterHub 6 would let users choose another plan, or rename a server to another workspace's name."""
    anna = person()
    anna.workspace.notebook_profile = "trial"
    assert anna.launch().ready
    anna.stop()
    anna.browser.get("/hub/home")
    for path in (f"servers/{anna.slug}", "servers/another", "server"):
        for body in ({"user_options": {"profile": "standard"}}, {"name": "another"}):
            answer = anna.browser.request(method, f"/hub/api/users/{anna.user.email}/{path}", json=body)
            assert answer.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED
    assert anna.browser.post(f"/hub/api/users/{anna.user.email}/servers/{anna.slug}").ok
    wait_until(lambda: anna.servers().get(anna.slug, {}).get("ready"), "the server")
    assert anna.servers()[anna.slug]["user_options"] == {"profile": "trial"}


@pytest.mark.parametrize("body", ['["a"]', '"x"', "5", "{"])
def test_body_that_is_no_profile_is_refused(person: Callable[..., Person], notebooks: Notebooks, body: str) -> None:
    """The response is a client error, and there is no traceback."""
    anna = person()
    anna.driver.create_user(anna.user.email)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in anna.session.cookies.items())}
    token = notebooks.secrets["hub-api-token"]
    answer = requests.post(
        f"{notebooks.url}/hub/api/users/{anna.user.email}/servers/{anna.slug}",
        data=body,
        headers=headers | {"Authorization": f"token {token}"},
        timeout=30,
    )
    assert answer.status_code == http.HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("profile", ["gold", 5, {"a": []}])
def test_profile_that_the_cluster_lacks(person: Callable[..., Person], notebooks: Notebooks, profile: Any) -> None:
    """The page says so. Profiles belong to KubeSpawner."""
    if notebooks.kubelet is None:
        pytest.skip("processes have no profiles")
    anna = person()
    anna.driver.create_user(anna.user.email)
    anna.driver.create_server(anna.user.email, anna.slug, anna.session.cookies, profile)
    anna.wait_until_gone()
    page = anna.pending_page()
    assert page.status_code == http.HTTPStatus.CONFLICT
    assert "its plan is not one of the profiles here" in page.text


def test_page_of_a_user_without_permission(person: Callable[..., Person]) -> None:
    """The page says whom to ask, and links back to the App, out of the frame."""
    viewer = person(role=Role.VIEWER)
    viewer.driver.create_user(viewer.user.email)
    viewer.driver.create_server(viewer.user.email, viewer.slug, viewer.session.cookies)
    viewer.wait_until_gone()
    page = viewer.pending_page()
    assert page.status_code == http.HTTPStatus.FORBIDDEN
    assert "You do not have permission to use notebooks in this workspace" in page.text
    assert 'target="_top"' in page.text


def test_permission_that_comes_later_counts(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """A refusal is cached for seconds only."""
    viewer = person(role=Role.VIEWER)
    viewer.driver.create_user(viewer.user.email)
    viewer.driver.create_server(viewer.user.email, viewer.slug, viewer.session.cookies)
    viewer.wait_until_gone()
    app.state.grant(viewer.user, viewer.workspace, Role.EDITOR)

    def starts() -> bool:
        with suppress(requests.HTTPError):
            return viewer.launch().ready
        return False

    wait_until(starts, "the server")


def test_page_of_a_failed_start(person: Callable[..., Person], app: OpenHexaAppServer) -> None:
    """The page says that the App is the cause, and that other servers are not affected."""
    anna = person()
    app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(status=500))
    page = failed(anna)
    assert "OpenHEXA is not available at the moment. Running servers are not affected" in page
    assert 'target="_top"' in page


def test_two_tabs_start_one_server(person: Callable[..., Person]) -> None:
    """The second tab waits for the first one's server."""
    anna = person()
    anna.launch_once()
    assert anna.launch().ready
    assert list(anna.servers()) == [anna.slug]
    if anna.kube_api_server:
        assert len(anna.pods()) == 1


def test_tabs_that_ask_at_the_same_time(person: Callable[..., Person], notebooks: Notebooks) -> None:
    """Each gets a promise of the one starting server, or learns that it runs."""
    people = [person() for _ in range(6)]
    for each in people:
        each.driver.create_user(each.user.email)

    def ask(tab: Person) -> requests.Response:
        path = f"/users/{tab.user.email}/servers/{tab.slug}"
        return notebooks.hub_api("POST", path, cookies=dict(tab.session.cookies))

    with ThreadPoolExecutor(4 * len(people)) as pool:
        answers = [*pool.map(ask, [each for each in people for _ in range(4)])]
    found = {(answer.status_code, answer.text if answer.status_code >= 400 else "") for answer in answers}
    refused = {status for status, text in found if status >= 400 and "is already running" not in text}
    assert refused == set(), found
