"""What dist/local deploys, at work: people sign in, start a server and run code, also while the hub is away."""

import http
from collections.abc import Iterator

import pytest
import requests

from tests.browser import Browser
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


def sign_in(notebooks: Notebooks, password: str) -> tuple[Browser, requests.Response]:
    """Fill in the form, and return the browser with the page that comes then."""
    browser = Browser(notebooks.url)
    browser.get("/hub/login").raise_for_status()
    return browser, browser.post("/hub/login", data={"username": USER, "password": password})


def is_ready(notebooks: Notebooks, token: str) -> bool:
    """Return whether the hub says that the user's server is ready."""
    servers = notebooks.hub_api("GET", f"/users/{USER}", token=token).json()["servers"]
    return bool(servers) and servers[""]["ready"]


def test_wrong_password_is_refused(notebooks: Notebooks) -> None:
    """No session comes of it."""
    _, page = sign_in(notebooks, "wrong")
    assert page.status_code == http.HTTPStatus.FORBIDDEN


def test_server_of_a_user(notebooks: Notebooks) -> None:
    """It starts, runs code while the hub is away and after that, and stops; no secret is in any log."""
    browser, page = sign_in(notebooks, notebooks.secrets["shared-password"])
    assert page.ok
    token = browser.post(f"/hub/api/users/{USER}/tokens").json()["token"]
    browser.get("/hub/spawn").raise_for_status()
    notebooks.wait_until(lambda: is_ready(notebooks, token), "the server to be ready")

    server = f"/user/{USER}/"
    assert browser.get(f"{server}lab").url == f"{notebooks.url}{server}lab"  # through OAuth, as a browser is sent
    assert browser.get(f"{server}api/status").json()["kernels"] == 0
    assert browser.run(server, "print(1 + 1)") == "2\n"

    notebooks.hub.kill()
    assert not answers(f"{notebooks.hub_url}/hub/health")
    assert browser.get(f"{server}api/status").ok
    notebooks.hub.start()
    assert is_ready(notebooks, token)
    assert browser.run(server, "print(2 + 2)") == "4\n"

    assert notebooks.hub_api("DELETE", f"/users/{USER}/server", token=token).ok
    notebooks.wait_until(lambda: not is_ready(notebooks, token), "the server to stop")
    if kubelet := notebooks.kubelet:
        notebooks.wait_until(lambda: not kubelet.pods(), "the pod to go")
    logs = notebooks.logs()
    assert [key for key, secret in notebooks.secrets.items() if secret in logs] == []
    assert token not in logs
