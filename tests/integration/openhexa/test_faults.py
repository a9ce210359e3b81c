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
    """Run real servers, and check for lost routes and pods every two seconds instead of every minute."""
    return {"overrides": {"JupyterHub": {"last_activity_interval": 2}, "Spawner": {"poll_interval": 2}}}


@pytest.fixture(autouse=True, scope="module")
def nothing_is_unhandled() -> None:
    """Allow the hub to log that its database is away."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Yield a server that tests can stop without affecting others."""
    with run_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def some_kube_api_server(request: pytest.FixtureRequest) -> Iterator[KubeApiServer | None]:
    """Yield an API server that tests can stop without affecting others, or None."""
    try:
        programs: Programs = request.getfixturevalue("programs")
    except pytest.skip.Exception:
        yield None
        return
    with run_kube_api_server(programs) as server:
        yield server


@pytest.fixture(scope="module")
def anna(person: Callable[..., Person]) -> Person:
    """Return a user at work: with a server, JupyterLab in the browser, and a file."""
    made = person()
    url = made.launch().url
    assert made.browser.get(f"{url}lab").ok
    made.browser.run(url, "open('work.txt', 'w').write('saved')")
    return made


def works(person: Person) -> bool:
    """Return whether the person's original server still works through the proxy, with its files."""
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
    """Return the server's start time, which identifies it."""
    return str(person.servers()[person.slug]["started"])


def test_hub_that_is_killed(notebooks: Notebooks, anna: Person, person: Callable[..., Person]) -> None:
    """People go on working. After a restart, the hub knows their servers, and starts others."""
    before = started(anna)
    notebooks.hub.kill()
    assert works(anna)
    notebooks.hub.start()
    assert started(anna) == before
    assert works(anna)
    assert opens(anna.browser)
    assert person().launch().ready


def test_proxy_that_is_killed(notebooks: Notebooks, anna: Person) -> None:
    """After a restart, it gets its routes from the hub. Servers are not affected."""
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
    """The hub works again as soon as the database does, without a restart."""
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
    """A restart of the Cloud SQL Auth Proxy does this. The next request gets a new connection."""
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
    """People keep working and can sign in for half a minute. Then servers start again, and none is lost."""
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
    """The hub notices, and the next launch creates a new one."""
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
    """People at work do not notice. New starts get an error. Afterwards everything works again."""
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
    """After all faults, no log has secrets of the installation, sessions or credentials."""
    url = f"/user/{anna.user.email}/{anna.slug}/"
    env = json.loads(anna.browser.run(url, "import json, os; print(json.dumps(dict(os.environ)))"))
    credentials = [env[name] for name in ("HEXA_TOKEN", "JUPYTERHUB_API_TOKEN", "WORKSPACE_DATABASE_PASSWORD")]
    secrets = [*notebooks.secrets.values(), *app.state.sessions, *credentials]
    logs = notebooks.logs()
    assert [secret for secret in secrets if secret in logs] == []
