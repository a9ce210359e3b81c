"""Speed of the hub in dist/ when many users sign in, launch servers, and wait for its restart: `make bench-hub`.

Clients, App, proxy, hub, PostgreSQL and API server share this machine, unlike in a deployment. So each figure comes
with its goal, and the run also measures a baseline: requests for which the hub has nearly nothing to do.
"""

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from benchmarks.hub_watch import Watch
from benchmarks.table import head, note, quantile, row
from benchmarks.worker import Worker
from hexa_hub.app import TOTAL_SECONDS
from hexa_hub.errors import AppUnavailable
from tests.processes.kube_api_server import find_programs, run_kube_api_server
from tests.processes.loopback import answers
from tests.processes.notebooks import Notebooks, run_notebooks
from tests.processes.postgres import run_postgres
from tests.processes.process import wait_until

RUN_SECONDS = 300
"""Timeout of the whole run."""
AT_ONCE = 200
"""Number of users that sign in continuously."""
LAUNCHED = 100
"""Number of users that launch a server together."""
SERVERS = 300
"""Number of running servers when the hub restarts."""
USERS = 1000
"""Number of users when the hub restarts."""
APP_SECONDS = 0.2
"""Response time of the App."""
LAUNCH_SECONDS = 60
"""Timeout of a launch."""
HANGING = 10
"""When the App hangs, one in this many calls hangs."""
CLASS = 30
"""Number of users in a class that launches at the same moment."""
SILENT_SECONDS = 40
"""How long the servers of the class do not answer although their pods run."""
PARTS = ("floors", "logins", "logins_while_app_hangs", "questions", "launches", "slow_launches", "restarts")
"""The parts of the benchmark. To run only some, name them as arguments, in any combination."""


def main() -> None:
    """Measure and print tables."""
    with _limited(RUN_SECONDS), ExitStack() as stack:
        programs = find_programs()
        if programs is None:
            sys.exit("no API server: set KUBEBUILDER_ASSETS (setup-envtest) or run `make envtest` (needs Go)")
        app, load, health = (stack.enter_context(Worker(name)) for name in ("hub_app", "hub_load", "hub_health"))
        started = app.call("start", people=SERVERS)
        notebooks = stack.enter_context(
            run_notebooks(
                "openhexa_gke",
                postgres=stack.enter_context(run_postgres()),
                kube_api_server=stack.enter_context(run_kube_api_server(programs)),
                servers="fake",
                app_url=started["url"],
                overrides={"JupyterHub": {"authenticate_prometheus": False}},
            )
        )
        watch = Watch(notebooks, health, {app.pid: "App", load.pid: "clients", health.pid: "clients"})
        bench = _Bench(notebooks, app, load, watch, started["url"], started["people"])
        app.call("answer_after", seconds=APP_SECONDS)
        print(f"{os.cpu_count()} processors, shared by clients, App, proxy, hub, PostgreSQL, API server and pods")
        print(f"Load before: {os.getloadavg()[0]:.1f}")
        bench.sign_in()
        for part in sys.argv[1:] or PARTS:
            getattr(bench, part)()


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Exit in an orderly way after `seconds`, or when this process gets SIGTERM."""

    def end(number: int, _: object) -> None:
        # Not TimeoutError, which is an OSError: code that waits for a program would take it for a missing answer.
        sys.exit(f"ended by {signal.Signals(number).name}; a run may take {seconds} s")

    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


@dataclass(frozen=True)
class _Bench:
    notebooks: Notebooks
    app: Worker
    load: Worker
    watch: Watch
    app_url: str
    people: list[dict[str, Any]]

    def sign_in(self, seconds: float = 5) -> None:
        """Sign everybody in once, so that the hub creates the users."""
        self._ask(self._browsers, seconds)

    def floors(self, seconds: float = 5) -> None:
        """Measure the baseline: requests for which the hub does nearly nothing."""
        head(f"Baseline, {AT_ONCE} clients, {seconds:g} s", "per second", "p50 s", "p99 s")
        at_once = [person["headers"] for person in self.people[:AT_ONCE]]
        asked = self._ask(at_once, seconds, url=self.app_url, method="POST", path="/notebooks/authenticate/")
        _rate(f"the App itself (at most {AT_ONCE / APP_SECONDS:g} per second)", asked.pop("200", []), seconds)
        asked = self._ask([{}] * AT_ONCE, seconds, path="/hub/health")
        _rate("/hub/health through the proxy", asked.pop("200", []), seconds)
        asked = self._ask([{}] * AT_ONCE, seconds, path="/_chp_healthz")
        _rate("the proxy itself", asked.pop("200", []), seconds)

    def logins(self, seconds: float = 20) -> None:
        """Measure users who sign in again and again."""
        title = f"{AT_ONCE} users sign in, {seconds:g} s; the App answers after {APP_SECONDS:g} s"
        head(title, "per second", "p50 s", "p99 s")
        with self.watch.rows():
            asked = self._ask(self._browsers, seconds)
            _rate("logins (goal: at least 150)", asked.pop("302", []), seconds)
        _others(asked)

    def logins_while_app_hangs(self, seconds: float = 15) -> None:
        """Measure the same while some calls to the App hang."""
        self.app.call("answer_after", seconds=APP_SECONDS, hang_every=HANGING)
        retry_seconds = AppUnavailable.retry_after_s or 0
        hung_seconds = TOTAL_SECONDS + retry_seconds
        cycle = (1 - 1 / HANGING) * APP_SECONDS + hung_seconds / HANGING
        most = AT_ONCE * (1 - 1 / HANGING) / cycle
        head(f"The same while one in {HANGING} calls to the App hangs, {seconds:g} s", "per second", "p50 s", "p99 s")
        with self.watch.rows():
            asked = self._ask(self._browsers, seconds, rise_seconds=hung_seconds)
            label = f"logins (at most about {most:.0f}: a client that is refused waits {retry_seconds} s)"
            _rate(label, asked.pop("302", []), seconds)
            _rate(f"refused after {TOTAL_SECONDS} s, status 503", asked.pop("503", []), seconds)
        _others(asked)
        self.app.call("answer_after", seconds=APP_SECONDS)

    def questions(self, clients: int = 10, seconds: float = 5) -> None:
        """Measure requests about a user. The App sends two per second for each tab that waits for a server."""
        head(f"The App asks for users, {clients} at a time, {seconds:g} s", "per second", "p50 s", "p99 s")
        token = {"Authorization": f"token {self.notebooks.secrets['hub-api-token']}"}
        with self.watch.rows():
            asked = self._ask([token] * clients, seconds, path=f"/hub/api/users/{self.people[0]['name']}")
            _rate("answers (each waiting tab needs 2)", asked.pop("200", []), seconds)
        _others(asked)

    def launches(self) -> None:
        """Measure users who launch their servers at the same moment."""
        people = self.people[AT_ONCE : AT_ONCE + LAUNCHED]
        head(f"{LAUNCHED} users launch a server together; their tabs poll once a second", "all s", "p50 s", "p99 s")
        with self.watch.rows():
            done = self._launch(people, together=LAUNCHED)
            p50, p99 = (quantile(done["ready"], part) for part in (0.5, 0.99))
            row("until ready (including two calls to the App)", done["seconds"], p50, p99)
            row("failed launches (goal: 0)", len(done["failed"]))
            row("refused because too many were starting, then retried (goal: 0)", done["refused"])
        for reason in sorted(set(done["failed"])):
            note(reason)

    def slow_launches(self) -> None:
        """Measure a class that launches at the same moment, on nodes where Jupyter starts slowly."""
        people = self.people[:CLASS]
        title = f"{CLASS} users launch together; their servers do not answer for {SILENT_SECONDS} s"
        head(title, "all s", "p50 s", "p99 s")
        kubelet: Any = self.notebooks.kubelet
        kubelet.silent = True
        with self.watch.rows():
            threading.Timer(SILENT_SECONDS, setattr, (kubelet, "silent", False)).start()
            done = self._launch(people, together=CLASS, seconds=2 * LAUNCH_SECONDS)
            p50, p99 = (quantile(done["ready"], part) for part in (0.5, 0.99))
            row("until ready", done["seconds"], p50, p99)
            row("failed launches (goal: 0)", len(done["failed"]))
        for reason in sorted(set(done["failed"])):
            note(reason)

    def restarts(self) -> None:
        """Measure how long the hub takes to restart, with all servers."""
        self._launch(self.people, together=50)
        names = [f"idle.{number}@example.org" for number in range(USERS - SERVERS)]
        self.notebooks.hub_api("POST", "/users", json={"usernames": names}).raise_for_status()

        head(f"The hub is killed and restarted, {USERS} users, {SERVERS} servers", "s")
        self.notebooks.hub.kill()
        self._restart()
        head("The same with the proxy, which loses its routes", "s")
        self.notebooks.hub.kill()
        self.notebooks.proxy.kill()
        self.notebooks.proxy.launch()
        self._restart()

    @property
    def _browsers(self) -> list[dict[str, str]]:
        return [{"Cookie": person["headers"]["Cookie"]} for person in self.people[:AT_ONCE]]

    def _ask(self, headers: list[dict[str, str]], seconds: float, **options: Any) -> dict[str, list[float]]:
        arguments = {"url": self.notebooks.url, "method": "GET", "path": "/hub/login", "rise_seconds": 1, **options}
        asked: dict[str, list[float]] = self.load.call("ask_again", headers=headers, seconds=seconds, **arguments)
        return asked

    def _launch(self, people: list[dict[str, Any]], together: int, seconds: float = LAUNCH_SECONDS) -> dict[str, Any]:
        token = self.notebooks.secrets["hub-api-token"]
        arguments = {"url": self.notebooks.url, "token": token, "people": people, "together": together}
        done: dict[str, Any] = self.load.call("launch_all", seconds=seconds, **arguments)
        return done

    def _restart(self) -> None:
        hub, logged = self.notebooks.hub, self.notebooks.hub.log.stat().st_size
        begin, start = datetime.now(), time.perf_counter()
        hub.launch()
        wait_until(lambda: answers(f"{self.notebooks.hub_url}/hub/health"), "the hub's health", processes=[hub])
        row("until /hub/health answers", time.perf_counter() - start)
        wait_until(lambda: self._ready() == SERVERS, "the servers to be ready", processes=[hub])
        row(f"until the {SERVERS} servers are ready (goal: below 20)", time.perf_counter() - start)
        wait_until(lambda: self._routes() == SERVERS, "the routes", processes=[hub])
        row(f"until the {SERVERS} routes exist (goal: below 20)", time.perf_counter() - start)
        with hub.log.open() as log:
            log.seek(logged)
            self._phases(log.read(), begin)

    def _phases(self, log: str, begin: datetime) -> None:
        """Print the phases of the hub's start."""
        logged = re.search(r"^\[\w (\S+ \S+) ", log, re.MULTILINE)
        if logged:
            seconds = (datetime.fromisoformat(logged[1]) - begin).total_seconds()
            note(f"  including {seconds:.3g} s until the first line of its log")
        metrics = self.watch.metrics()
        for name in ("init_spawners", "hub_startup", "check_routes", "proxy_poll"):
            count, total = (metrics[f"jupyterhub_{name}_duration_seconds_{each}"] for each in ("count", "sum"))
            note(f"  jupyterhub_{name}_duration_seconds: {total:.3g}" + (f", {count:g} times" if count != 1 else ""))

    def _ready(self) -> int:
        """Return the number of servers that are ready according to the hub."""
        users: list[Any] = []
        while page := self.notebooks.hub_api("GET", f"/users?state=ready&limit=200&offset={len(users)}").json():
            users += page
        return sum(server["ready"] for user in users for server in user["servers"].values())

    def _routes(self) -> int:
        """Return the number of servers with a route in the proxy."""
        headers = {"Authorization": f"token {self.notebooks.secrets['proxy-token']}"}
        with requests.Session() as session:
            session.trust_env = False
            routes = session.get(f"{self.notebooks.proxy_api_url}/api/routes", headers=headers, timeout=30).json()
        return sum(route.startswith("/user/") for route in routes)


def _rate(label: str, taken: list[float], seconds: float) -> None:
    row(label, len(taken) / seconds, quantile(taken, 0.5), quantile(taken, 0.99))


def _others(asked: dict[str, list[float]]) -> None:
    """Print the unexpected answers."""
    for status, taken in asked.items():
        note(f"unexpected: {len(taken)} answers with status {status}")


if __name__ == "__main__":
    main()
