"""What dist/local deploys, at work: people sign in, start a server and run code, also while the hub is away."""

import http
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from tests.kernel import run_code
from tests.kube_api_server import KubeApiServer
from tests.loopback import answers
from tests.notebooks import Notebooks, run_notebooks
from tests.postgres import Postgres

USER = "anna"


@pytest.fixture(scope="module", params=["cluster", "local processes"])
def notebooks(request: pytest.FixtureRequest, postgres: Postgres) -> Iterator[Notebooks]:
    """Yield an installation on a Kubernetes API server, and one without."""
    server: KubeApiServer | None = None
    if request.param == "cluster":
        server = request.getfixturevalue("kube_api_server")
    with run_notebooks("local", postgres=postgres, kube_api_server=server) as notebooks:
        yield notebooks


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """Yield what keeps cookies as a browser does."""
    with closing(requests.Session()) as session:
        session.trust_env = False
        yield session


def sign_in(browser: requests.Session, notebooks: Notebooks, password: str) -> requests.Response:
    """Fill in the form, and return the page that comes then."""
    login = f"{notebooks.url}/hub/login"
    browser.get(login, timeout=30).raise_for_status()
    form = {"username": USER, "password": password, "_xsrf": browser.cookies.get("_xsrf", path="/hub/")}
    return browser.post(login, data=form, timeout=30)


def new_token(browser: requests.Session, notebooks: Notebooks) -> str:
    """Ask for a token as the page for that does."""
    answer = browser.post(
        f"{notebooks.url}/hub/api/users/{USER}/tokens",
        headers={"X-XSRFToken": browser.cookies.get("_xsrf", path="/hub/") or ""},
        timeout=30,
    )
    answer.raise_for_status()
    return str(answer.json()["token"])


def is_ready(notebooks: Notebooks, token: str) -> bool:
    """Return whether the hub says that the user's server is ready."""
    servers = notebooks.hub_api("GET", f"/users/{USER}", token=token).json()["servers"]
    return bool(servers) and servers[""]["ready"]


def test_wrong_password_is_refused(notebooks: Notebooks, browser: requests.Session) -> None:
    """No session comes of it."""
    assert sign_in(browser, notebooks, "wrong").status_code == http.HTTPStatus.FORBIDDEN


def test_server_of_a_user(notebooks: Notebooks, browser: requests.Session) -> None:
    """It starts, runs code while the hub is away and after that, and stops; no secret is in any log."""
    assert sign_in(browser, notebooks, notebooks.secrets["shared-password"]).ok
    token = new_token(browser, notebooks)
    browser.get(f"{notebooks.url}/hub/spawn", timeout=30).raise_for_status()
    notebooks.wait_until(lambda: is_ready(notebooks, token), "the server to be ready")

    server = f"{notebooks.url}/user/{USER}"
    lab = browser.get(f"{server}/lab", timeout=30)  # through OAuth, as a browser is sent
    assert lab.ok
    assert lab.url.startswith(f"{server}/lab")
    assert browser.get(f"{server}/api/status", timeout=30).json()["kernels"] == 0
    assert run_code(server, token, "1 + 1") == "2"

    notebooks.hub.kill()
    assert not answers(f"{notebooks.hub_url}/hub/health")
    assert browser.get(f"{server}/api/status", timeout=30).ok
    notebooks.hub.start()
    assert is_ready(notebooks, token)
    assert run_code(server, token, "2 + 2") == "4"

    assert notebooks.hub_api("DELETE", f"/users/{USER}/server", token=token).ok
    notebooks.wait_until(lambda: not is_ready(notebooks, token), "the server to stop")
    if notebooks.kubelet:
        assert notebooks.kubelet.pods() == {}
    logs = notebooks.logs()
    assert [key for key, secret in notebooks.secrets.items() if secret in logs] == []
    assert token not in logs
