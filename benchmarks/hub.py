"""Speed of the hub that dist/ deploys when many sign in, launch servers, and wait for its restart: `make bench-hub`.

Client, App, proxy, hub, PostgreSQL and API server share this machine, which is not so where they are deployed. So each
figure has its aim beside it, and the run has floors of its own: what the machine does where the hub has nothing to do.
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
"""No run takes longer."""
AT_ONCE = 200
"""How many people sign in all the time."""
LAUNCHED = 100
"""How many people launch a server together."""
SERVERS = 300
"""How many servers run when the hub is started anew."""
USERS = 1000
"""How many users the hub has by then."""
APP_SECONDS = 0.2
"""How long the App takes for an answer."""
LAUNCH_SECONDS = 60
"""A launch that takes longer has failed."""
HANGING = 10
"""Each such call hangs when the App hangs."""
CLASS = 30
"""How many people of a class launch at one moment."""
SILENT_SECONDS = 40
"""How long the servers of the class answer nobody, though their pods run."""
PARTS = ("floors", "logins", "logins_while_app_hangs", "questions", "launches", "slow_launches", "restarts")
"""What is measured. Arguments name some of it; each part can be measured alone."""


def main() -> None:
    """Measure, and print tables."""
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
    """End the block after so many seconds, or when this process is told to end, in good order."""

    def end(number: int, _: object) -> None:
        # Not an error of input and output, which those who wait for a program take for an answer that did not come.
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
        """Let everybody sign in for the first time, by which the hub makes users of them."""
        self._ask(self._browsers, seconds)

    def floors(self, seconds: float = 5) -> None:
        """Measure what the machine does where the hub does nearly nothing."""
        head(f"Floors, {AT_ONCE} clients, {seconds:g} s", "a second", "p50 s", "p99 s")
        at_once = [person["headers"] for person in self.people[:AT_ONCE]]
        asked = self._ask(at_once, seconds, url=self.app_url, method="POST", path="/notebooks/authenticate/")
        _rate(f"the App itself (no more than {AT_ONCE / APP_SECONDS:g} a second)", asked.pop("200", []), seconds)
        asked = self._ask([{}] * AT_ONCE, seconds, path="/hub/health")
        _rate("/hub/health through the proxy", asked.pop("200", []), seconds)
        asked = self._ask([{}] * AT_ONCE, seconds, path="/_chp_healthz")
        _rate("the proxy itself", asked.pop("200", []), seconds)

    def logins(self, seconds: float = 20) -> None:
        """Measure people who sign in again and again."""
        title = f"{AT_ONCE} people sign in, {seconds:g} s; the App answers after {APP_SECONDS:g} s"
        head(title, "a second", "p50 s", "p99 s")
        with self.watch.rows():
            asked = self._ask(self._browsers, seconds)
            _rate("logins (aim: at least 150)", asked.pop("302", []), seconds)
        _others(asked)

    def logins_while_app_hangs(self, seconds: float = 15) -> None:
        """Measure the same while some of the App's answers never come."""
        self.app.call("answer_after", seconds=APP_SECONDS, hang_every=HANGING)
        retry_seconds = AppUnavailable.retry_after_s or 0
        hung_seconds = TOTAL_SECONDS + retry_seconds
        cycle = (1 - 1 / HANGING) * APP_SECONDS + hung_seconds / HANGING
        most = AT_ONCE * (1 - 1 / HANGING) / cycle
        head(f"The same while each {HANGING}th answer of the App hangs, {seconds:g} s", "a second", "p50 s", "p99 s")
        with self.watch.rows():
            asked = self._ask(self._browsers, seconds, rise_seconds=hung_seconds)
            label = f"logins (about {most:.0f} at best: whom the App lets wait comes again {retry_seconds} s later)"
            _rate(label, asked.pop("302", []), seconds)
            _rate(f"refused after {TOTAL_SECONDS} s, status 503", asked.pop("503", []), seconds)
        _others(asked)
        self.app.call("answer_after", seconds=APP_SECONDS)

    def questions(self, clients: int = 10, seconds: float = 5) -> None:
        """Measure how often the App can ask about a user, which it does twice a second for each tab that waits."""
        head(f"The App asks for users, {clients} at a time, {seconds:g} s", "a second", "p50 s", "p99 s")
        token = {"Authorization": f"token {self.notebooks.secrets['hub-api-token']}"}
        with self.watch.rows():
            asked = self._ask([token] * clients, seconds, path=f"/hub/api/users/{self.people[0]['name']}")
            _rate("answers (a tab that waits needs 2)", asked.pop("200", []), seconds)
        _others(asked)

    def launches(self) -> None:
        """Measure people who launch their servers at the same moment."""
        people = self.people[AT_ONCE : AT_ONCE + LAUNCHED]
        head(f"{LAUNCHED} people launch a server together, whose tabs ask once a second", "all s", "p50 s", "p99 s")
        with self.watch.rows():
            done = self._launch(people, together=LAUNCHED)
            p50, p99 = (quantile(done["ready"], part) for part in (0.5, 0.99))
            row("until ready (with two answers of the App)", done["seconds"], p50, p99)
            row("launches that failed (aim: 0)", len(done["failed"]))
            row("refused, as too many were starting, and asked for again (aim: 0)", done["refused"])
        for reason in sorted(set(done["failed"])):
            note(reason)

    def slow_launches(self) -> None:
        """Measure a class that launches at one moment, on nodes where Jupyter takes long to answer."""
        people = self.people[:CLASS]
        title = f"{CLASS} people launch together, whose servers answer nobody for {SILENT_SECONDS} s"
        head(title, "all s", "p50 s", "p99 s")
        kubelet: Any = self.notebooks.kubelet
        kubelet.silent = True
        with self.watch.rows():
            threading.Timer(SILENT_SECONDS, setattr, (kubelet, "silent", False)).start()
            done = self._launch(people, together=CLASS, seconds=2 * LAUNCH_SECONDS)
            p50, p99 = (quantile(done["ready"], part) for part in (0.5, 0.99))
            row("until ready", done["seconds"], p50, p99)
            row("launches that failed (aim: 0)", len(done["failed"]))
        for reason in sorted(set(done["failed"])):
            note(reason)

    def restarts(self) -> None:
        """Measure how soon the hub is back, with all servers."""
        self._launch(self.people, together=50)
        names = [f"idle.{number}@example.org" for number in range(USERS - SERVERS)]
        self.notebooks.hub_api("POST", "/users", json={"usernames": names}).raise_for_status()

        head(f"The hub is killed and started anew, {USERS} users, {SERVERS} servers", "s")
        self.notebooks.hub.kill()
        self._restart()
        head("The same with the proxy, which forgets its routes", "s")
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
        row(f"until the {SERVERS} servers are ready (aim: below 20)", time.perf_counter() - start)
        wait_until(lambda: self._routes() == SERVERS, "the routes", processes=[hub])
        row(f"until the {SERVERS} routes are there (aim: below 20)", time.perf_counter() - start)
        with hub.log.open() as log:
            log.seek(logged)
            self._phases(log.read(), begin)

    def _phases(self, log: str, begin: datetime) -> None:
        """Print what the start spent its time on."""
        logged = re.search(r"^\[\w (\S+ \S+) ", log, re.MULTILINE)
        if logged:
            seconds = (datetime.fromisoformat(logged[1]) - begin).total_seconds()
            note(f"  of it {seconds:.3g} s until its first line of log")
        metrics = self.watch.metrics()
        for name in ("init_spawners", "hub_startup", "check_routes", "proxy_poll"):
            count, total = (metrics[f"jupyterhub_{name}_duration_seconds_{each}"] for each in ("count", "sum"))
            note(f"  jupyterhub_{name}_duration_seconds: {total:.3g}" + (f", {count:g} times" if count != 1 else ""))

    def _ready(self) -> int:
        """Return how many servers the hub says are ready."""
        users: list[Any] = []
        while page := self.notebooks.hub_api("GET", f"/users?state=ready&limit=200&offset={len(users)}").json():
            users += page
        return sum(server["ready"] for user in users for server in user["servers"].values())

    def _routes(self) -> int:
        """Return how many servers the proxy knows."""
        headers = {"Authorization": f"token {self.notebooks.secrets['proxy-token']}"}
        with requests.Session() as session:
            session.trust_env = False
            routes = session.get(f"{self.notebooks.proxy_api_url}/api/routes", headers=headers, timeout=30).json()
        return sum(route.startswith("/user/") for route in routes)


def _rate(label: str, taken: list[float], seconds: float) -> None:
    row(label, len(taken) / seconds, quantile(taken, 0.5), quantile(taken, 0.99))


def _others(asked: dict[str, list[float]]) -> None:
    """Print the answers that nobody expected."""
    for status, taken in asked.items():
        note(f"unexpected: {len(taken)} answers with status {status}")


if __name__ == "__main__":
    main()
