"""The start of a real hub when a dependency is not ready yet, or when another hub is running."""

import http.server
import json
import os
import secrets
import signal
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hexa_notebooks.components.hub.config_map import LOADER
from tests.paths import ROOT
from tests.processes.loopback import answers, free_port
from tests.processes.postgres import Postgres
from tests.processes.process import Process, wait_until

SOON = "import hexa_hub.lock, hexa_hub.start\nhexa_hub.start.WAIT_SECONDS = 2\n"
"""Configuration of a hub that gives up soon."""
SHORT_LEASE = "import hexa_hub.lock\nhexa_hub.lock.LEASE_SECONDS, hexa_hub.lock.BEAT_SECONDS = 8, 1\n"
"""Configuration of a hub that is soon taken for frozen."""
BLIND = """import hexa_hub.lock, os, time
hexa_hub.lock.LEASE_SECONDS = 600
def blind(_):
    while not os.path.exists("sees"):
        time.sleep(0.1)
hexa_hub.lock.PostgresLock._wait = blind
"""
"""Configuration of a hub that does not look at its connection before there is a file `sees` in its working folder."""


class _Routes(http.server.BaseHTTPRequestHandler):
    """The proxy's API, which accepts any route and stores none."""

    def do_GET(self) -> None:
        self._answer(200)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def proxy_api(port: int) -> Iterator[None]:
    """Serve the proxy's API on a port for the duration of the block."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _Routes)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Hub:
    """A hub with the ConfigMap's loader, in its own folder."""

    def __init__(self, folder: Path, db_url: str, proxy_port: int, password: str, config: str) -> None:
        etc, port = folder / "etc", free_port()
        etc.mkdir(parents=True)
        traits = {
            "ConfigurableHTTPProxy": {"api_url": f"http://127.0.0.1:{proxy_port}", "should_start": False},
            "JupyterHub": {
                "authenticator_class": "dummy",
                "cleanup_servers": False,
                "db_url": db_url,
                "hub_bind_url": f"http://127.0.0.1:{port}",
                "spawner_class": "simple",
            },
        }
        (etc / LOADER).write_text((ROOT / "constructs/hexa_notebooks/components/hub" / LOADER).read_text())
        (etc / "traits.json").write_text(json.dumps(traits))
        (etc / "99-test.py").write_text(config)
        keys = {"CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(32), "JPY_COOKIE_SECRET": secrets.token_hex(32)}
        self.log = folder / "hub.log"
        self._env, self._etc = {**os.environ, **keys, "PGPASSWORD": password}, etc
        self.process = self.command(is_ready=lambda: answers(f"http://127.0.0.1:{port}/hub/health"))

    def command(self, *arguments: str, **options: Any) -> Process:
        """Return the hub process, or one of its commands, such as `upgrade-db`."""
        program = [sys.executable, "-m", "jupyterhub", *arguments, "--config", str(self._etc / LOADER)]
        return Process(program, self.log, env=self._env, cwd=self._etc.parent, **options)

    @property
    def logged(self) -> str:
        """Everything that the hub has logged so far."""
        return self.log.read_text() if self.log.exists() else ""

    def wait_until_logged(self, words: str) -> None:
        """Wait for a log message while the hub runs."""
        wait_until(lambda: words in self.logged, f"the hub to log {words!r}", processes=[self.process])

    def ends(self) -> str:
        """Wait until the hub exits with a failure and without a traceback, and return its last line."""
        assert self.process.wait() == 1
        assert "Traceback" not in self.logged
        return self.logged.splitlines()[-1]


MakeHub = Callable[..., Hub]


@pytest.fixture
def make(postgres: Postgres, tmp_path: Path) -> Iterator[MakeHub]:
    """Yield a function that makes hubs on one new database with a running proxy. They end with the test."""
    name, password, proxy_port = f"hub-{uuid.uuid4().hex[:12]}", secrets.token_hex(16), free_port()
    postgres.create_database(name, password)
    with ExitStack() as stack:
        stack.enter_context(proxy_api(proxy_port))

        def make(config: str = "", *, db_url: str = postgres.url(name, name), proxy_port: int = proxy_port) -> Hub:
            hub = Hub(tmp_path / uuid.uuid4().hex, db_url, proxy_port, password, config)
            stack.callback(hub.process.kill)
            return hub

        yield make


def test_hub_waits_for_the_proxy(make: MakeHub) -> None:
    """The hub logs what it waits for, and starts as soon as the proxy is there."""
    port = free_port()
    hub = make(proxy_port=port)
    hub.process.launch()
    hub.wait_until_logged(f"Waiting: the proxy's API, http://127.0.0.1:{port}, does not answer; [Errno 111]")
    with proxy_api(port):
        hub.process.wait_until_ready()


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ({"proxy_port": 9}, "the proxy's API, http://127.0.0.1:9, does not answer; [Errno 111] Connection refused"),
        (
            {"db_url": "postgresql+psycopg://hub@nowhere.invalid/hub"},
            "the database 'hub' at nowhere.invalid does not answer; ",
        ),
    ],
)
def test_what_never_comes_is_named(make: MakeHub, missing: dict[str, Any], named: str) -> None:
    """The last line names it when the hub gives up. JupyterHub's hint at upgrade-db would mislead."""
    hub = make(SOON, **missing)
    hub.process.launch()
    last = hub.ends()
    assert last.startswith(f"The hub cannot start, and has waited for 2 s: {named}")
    assert "upgrade-db" not in hub.logged


@pytest.mark.parametrize(
    ("db_url", "told"),
    [
        ("postgresql+psycopg://hub:Zm9v:secretpart@localhost:pa55/hub", "JupyterHub.db_url is not a database URL"),
        ("://hub:pa55secretpart@localhost/hub", "JupyterHub.db_url is not a database URL"),
        ("postgre://hub:pa55secretpart@localhost/hub", "JupyterHub.db_url names a kind of database, or a driver"),
        ("postgresql+asyncpg://hub:pa55secretpart@localhost/h", "JupyterHub.db_url names a kind of database, or a"),
    ],
)
def test_url_that_is_none_is_told_without_its_password(make: MakeHub, db_url: str, told: str) -> None:
    """The error is one line and says what to write."""
    hub = make(db_url=db_url)
    hub.process.launch()
    assert hub.ends().startswith(f"The hub cannot start: {told}")
    assert "pa55" not in hub.logged
    assert "secretpart" not in hub.logged


def test_port_of_the_proxy_that_is_none(make: MakeHub) -> None:
    """A name instead of a number is an example."""
    hub = make('c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:http"')
    hub.process.launch()
    assert "the port in ConfigurableHTTPProxy.api_url is not a number" in hub.ends()


def test_second_hub_takes_over_from_one_that_is_killed(make: MakeHub) -> None:
    """Until then the second hub waits, and serves no request."""
    first, second = make(), make()
    first.process.start()
    second.process.launch()
    second.wait_until_logged("Waiting: another hub works on the database")
    assert not second.process.is_ready()
    first.process.kill()
    second.process.wait_until_ready()


def test_second_hub_takes_over_from_one_that_is_frozen(make: MakeHub) -> None:
    """When the first hub thaws, it notices and ends immediately."""
    first, second = make(SHORT_LEASE), make(SHORT_LEASE)
    first.process.start()
    assert first.process.pid
    os.kill(first.process.pid, signal.SIGSTOP)
    try:
        second.process.start()
    finally:
        os.kill(first.process.pid, signal.SIGCONT)
    assert "The hub ends: this hub was frozen for " in first.ends()
    assert second.process.is_ready()


def test_hub_whose_place_is_taken_ends(make: MakeHub, postgres: Postgres) -> None:
    """Its connection was closed, and the waiting hub was faster."""
    first, second = make(BLIND), make()
    first.process.start()
    second.process.launch()
    second.wait_until_logged("Waiting: another hub works on the database")
    postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    second.process.wait_until_ready()
    (first.log.parent / "sees").touch()
    assert "The hub ends: another hub took over the database" in first.ends()
    assert second.process.is_ready()


def test_hub_alone_outlives_its_connection(make: MakeHub, postgres: Postgres) -> None:
    """After a restart of the database, for example, it takes the lock again with a new connection."""
    hub = make()
    hub.process.start()
    postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    hub.wait_until_logged("The database closed the connection that held the lock")
    other = make(SOON)
    other.process.launch()
    assert "another hub works on the database" in other.ends()
    assert hub.process.is_ready()


def test_upgrade_waits_until_the_hub_has_ended(make: MakeHub) -> None:
    """It would change tables under a running hub. It needs no proxy."""
    hub, other = make(), make(SOON, proxy_port=9)
    hub.process.start()
    upgrade = other.command("upgrade-db")
    upgrade.launch()
    assert upgrade.wait() == 1
    assert "another hub works on the database" in other.logged.splitlines()[-1]
    hub.process.kill()
    upgrade.launch()
    assert upgrade.wait() == 0


def test_token_is_made_beside_a_hub(make: MakeHub) -> None:
    """Commands that only read the configuration do not wait."""
    hub = make()
    hub.process.start()
    token = hub.command("token", "anna")
    token.launch()
    token.wait()
    assert "another hub works" not in hub.logged


def test_second_hub_on_a_sqlite_file_is_refused(make: MakeHub, tmp_path: Path) -> None:
    """Without a server, nothing can tell whether the other hub still works."""
    db_url = f"sqlite:///{tmp_path}/jupyterhub.sqlite"
    first, second = make(db_url=db_url), make(SOON, db_url=db_url)
    first.process.start()
    second.process.launch()
    assert "another hub works on the file " in second.ends()
    first.process.kill()
    second.process.start()
