"""Faults around the hub while people work: nothing is lost, and the hub recovers automatically."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.integration.openhexa.conftest import Person
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer
from tests.processes.browser import Browser
from tests.processes.kube_api_server import KubeApiServer, Programs, run_kube_api_server
from tests.processes.loopback import answers
from tests.processes.notebooks import Notebooks
from tests.processes.postgres import Postgres, run_postgres
from tests.processes.process import wait_until

AWAY_SECONDS = 30
"""How long the API server is away: longer than any request to it waits."""


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Run real servers, and look for lost routes and pods every two seconds, since tests cannot wait for a minute."""
    return {"overrides": {"JupyterHub": {"last_activity_interval": 2}, "Spawner": {"poll_interval": 2}}}


@pytest.fixture(autouse=True, scope="module")
def nothing_is_unhandled() -> None:
    """Let the hub say that its database is away."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Yield a server that can be stopped without harm to other tests."""
    with run_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def some_kube_api_server(request: pytest.FixtureRequest) -> Iterator[KubeApiServer | None]:
    """Yield an API server that can be stopped without harm to other tests, or None where there is none."""
    try:
        programs: Programs = request.getfixturevalue("programs")
    except pytest.skip.Exception:
        yield None
        return
    with run_kube_api_server(programs) as server:
        yield server


@pytest.fixture(scope="module")
def anna(person: Callable[..., Person]) -> Person:
    """Return somebody at work: with a server, JupyterLab in the browser, and a file."""
    made = person()
    url = made.launch().url
    assert made.browser.get(f"{url}lab").ok
    made.browser.run(url, "open('work.txt', 'w').write('saved')")
    return made


def works(person: Person) -> bool:
    """Return whether the server that the person began with goes on, with its files, by way of the proxy."""
    url = f"/user/{person.user.email}/{person.slug}/"
    try:
        return person.browser.run(url, "print(open('work.txt').read())") == "saved\n"
    except (requests.RequestException, OSError):
        return False


def opens(browser: Browser) -> bool:
    """Return whether a page of the hub opens."""
    try:
        return browser.get("/hub/home").ok
    except requests.RequestException:
        return False


def started(person: Person) -> str:
    """Return when the server started, which another one would not share."""
    return str(person.servers()[person.slug]["started"])


def test_hub_that_is_killed(notebooks: Notebooks, anna: Person, person: Callable[..., Person]) -> None:
    """People go on working without it; started again it knows their servers, and starts others."""
    before = started(anna)
    notebooks.hub.kill()
    assert works(anna)
    notebooks.hub.start()
    assert started(anna) == before
    assert works(anna)
    assert opens(anna.browser)
    assert person().launch().ready


def test_proxy_that_is_killed(notebooks: Notebooks, anna: Person) -> None:
    """Started again it gets its routes back from the hub, and servers have not noticed."""
    before = started(anna)
    notebooks.proxy.kill()
    assert not works(anna)
    notebooks.proxy.start()
    wait_until(lambda: works(anna), "the routes to return", processes=[notebooks.proxy, notebooks.hub])
    assert started(anna) == before


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_database_that_restarts(
    notebooks: Notebooks, anna: Person, person: Callable[..., Person], postgres: Postgres, mode: Any
) -> None:
    """The hub serves again as soon as the database does, without a restart of its own."""
    before = started(anna)
    pid = notebooks.hub.pid
    postgres.stop(mode)
    assert works(anna)
    opens(anna.browser)
    assert answers(f"{notebooks.hub_url}/hub/health")
    postgres.start()
    wait_until(lambda: opens(anna.browser), "the hub to serve again", processes=[notebooks.hub])
    assert started(anna) == before
    assert person().launch().ready
    assert notebooks.hub.pid == pid


def test_connections_that_the_database_drops(
    notebooks: Notebooks, anna: Person, person: Callable[..., Person], postgres: Postgres
) -> None:
    """As when the Cloud SQL Auth Proxy restarts: the next request gets a new one."""
    for _ in range(3):
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", notebooks.namespace
        )
        wait_until(lambda: opens(anna.browser), "the hub to serve again", seconds=5, processes=[notebooks.hub])
    assert person().launch().ready


def test_api_server_that_is_away(
    notebooks: Notebooks,
    anna: Person,
    person: Callable[..., Person],
    some_kube_api_server: KubeApiServer | None,
) -> None:
    """People go on working and sign in for half a minute; then servers start again, and none has been lost."""
    if some_kube_api_server is None:
        pytest.skip("servers are processes")
    before = started(anna)
    some_kube_api_server.stop()
    back = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < back:
        assert works(anna)
        assert opens(person().browser)
        assert answers(f"{notebooks.hub_url}/hub/health")
        time.sleep(2)
    some_kube_api_server.start()
    assert person().launch().ready
    assert started(anna) == before
    assert works(anna)


def test_pod_that_somebody_deletes(notebooks: Notebooks, person: Callable[..., Person]) -> None:
    """The hub notices, and the next launch gives a new one."""
    ben = person()
    assert ben.launch().ready
    if ben.kube_api_server:
        (pod,) = ben.pods()
        name = pod["metadata"]["name"]
        ben.kube_api_server.kubectl("delete", "pod", name, f"--namespace={notebooks.namespace}", "--wait=false")
    else:
        notebooks.local_servers.end()
    ben.wait_until_gone()
    assert ben.launch().ready


APP_FAULTS = {
    "error": Failure(status=500),
    "hang": Failure(hang=True),
    "reset": Failure(reset=True),
    "no JSON": Failure(body=b"<html>"),
    "slow": Failure(delay=3),
}


@pytest.mark.parametrize("fault", APP_FAULTS)
def test_app_that_fails(
    notebooks: Notebooks, anna: Person, person: Callable[..., Person], app: OpenHexaAppServer, fault: str
) -> None:
    """Whoever is at work does not notice; whoever wants to start gets an answer; afterwards all is as before."""
    for endpoint in Endpoint:
        app.state.fail(endpoint, APP_FAULTS[fault])
    before = started(anna)
    newcomers = [person() for _ in range(6)]
    with ThreadPoolExecutor() as pool:
        pages = [pool.submit(each.browser.get, "/hub/home") for each in newcomers]
        assert works(anna)
        assert opens(anna.browser)
        statuses = {page.result().status_code for page in pages}
    assert statuses <= ({200} if fault == "slow" else {502, 503})
    app.state.recover()
    assert started(anna) == before
    assert person().launch().ready
    assert notebooks.hub.runs()


def test_no_secret_is_in_any_log(notebooks: Notebooks, anna: Person, app: OpenHexaAppServer) -> None:
    """After all that went wrong: neither the installation's secrets, nor sessions, nor credentials."""
    url = f"/user/{anna.user.email}/{anna.slug}/"
    env = json.loads(anna.browser.run(url, "import json, os; print(json.dumps(dict(os.environ)))"))
    credentials = [env[name] for name in ("HEXA_TOKEN", "JUPYTERHUB_API_TOKEN", "WORKSPACE_DATABASE_PASSWORD")]
    secrets = [*notebooks.secrets.values(), *app.state.sessions, *credentials]
    logs = notebooks.logs()
    assert [secret for secret in secrets if secret in logs] == []
