"""What every hub does before it starts, with the App or without: it sets the front door, and waits.

It waits for its database, until no other hub works on that, for the proxy and for Kubernetes. Where network policies
are enforced, a new pod has no network for its first seconds.
"""

import socket
import sys
import time
from collections.abc import Callable, Mapping
from logging import Logger
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyterhub.app import JupyterHub, UpgradeDB  # type: ignore[import-untyped]
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool
from traitlets.config import Application, Config

from hexa_hub import kubernetes_api
from hexa_hub.front_door import FrontDoor
from hexa_hub.lock import FileLock, Lock, PostgresLock

WAIT_SECONDS = 120
"""How long it waits for the first three together. With `KubernetesApi.wait_seconds` that is less than the startup probe
gives, which would end it without a word. After each exit Kubernetes pauses for longer, up to five minutes."""
TRY_SECONDS = 5
"""How long one try may take."""
_SAY_SECONDS = 10
_PROXY = "ConfigurableHTTPProxy"
_POSTGRES = {
    "connect_timeout": TRY_SECONDS,
    # A connection whose other side is gone ends before the lock's lease does.
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""Arguments of libpq."""


def prepare(config: Config) -> None:
    """Set the front door, wait until the hub can start, and let no other hub work on its database from then on.

    The configuration calls it last. `upgrade-db` needs the database for itself, too, but nothing else; whatever else
    reads the configuration needs nothing. What does not come in time ends the process with a line that names it.
    """
    app = Application.instance() if Application.initialized() else None
    if not isinstance(app, JupyterHub | UpgradeDB):
        return
    if isinstance(app, JupyterHub):
        FrontDoor.install(app)
    sections = {name: {**config.get(name, {}), **app.cli_config.get(name, {})} for name in ("JupyterHub", _PROXY)}
    hub, proxy = sections["JupyterHub"], sections[_PROXY]
    wait = _Wait(app.log)
    _prepare_database(str(hub.get("db_url", JupyterHub.db_url.default())), hub.get("db_kwargs", {}), wait)
    if not isinstance(app, JupyterHub):
        return
    if proxy.get("should_start") is False and "api_url" in proxy:
        wait(lambda: _proxy_problem(proxy["api_url"]))
    if "KubernetesApi" in config:
        kubernetes_api.start(config)


class _Wait:
    """Tries again until all is there; how long that may take counts for everything together."""

    def __init__(self, log: Logger) -> None:
        self.log = log
        self._until = time.monotonic() + WAIT_SECONDS

    def __call__(self, problem_of: Callable[[], str]) -> None:
        """Wait until there is no problem any more."""
        said = 0.0
        while problem := problem_of():
            if time.monotonic() > self._until:
                sys.exit(f"The hub cannot start, and has waited for {WAIT_SECONDS} s: {problem}")
            if time.monotonic() > said + _SAY_SECONDS:
                said = time.monotonic()
                self.log.warning("Waiting: %s", problem)
            time.sleep(1)


def _prepare_database(db_url: str, db_kwargs: Mapping[str, Any], wait: _Wait) -> None:
    try:
        url = make_url(db_url if "://" in db_url else f"sqlite:///{db_url}")
        # It finds an unknown kind, and one whose driver is missing.
        url.get_dialect().import_dbapi()
    except (ArgumentError, ImportError, ValueError) as error:
        # What the error says may hold a part of the password.
        sys.exit(f"The hub cannot start: {_what_is_wrong(error)}")
    kind = url.get_backend_name()
    if kind == "sqlite":
        if url.database and url.database != ":memory:" and Path(url.database).absolute().parent.is_dir():
            _lock(FileLock(Path(url.database).absolute()), f"the file {url.database}", wait)
        return
    engine = _engine(url, db_kwargs)
    if kind == "postgresql":
        _lock(PostgresLock(engine), _name(url), wait)
    else:
        wait(lambda: _database_problem(engine))
        wait.log.warning("Nothing keeps a second hub from %s: there are locks for PostgreSQL and SQLite only", kind)


def _what_is_wrong(error: Exception) -> str:
    if isinstance(error, NoSuchModuleError | ImportError):
        return "JupyterHub.db_url names a kind of database, or a driver, that its image does not have"
    return (
        "JupyterHub.db_url is no URL of a database, as in postgresql+psycopg://user@host:5432/name; the port is a"
        " number, and in a password `@`, `:` and `/` are written as %40, %3A and %2F"
    )


def _engine(url: URL, db_kwargs: Mapping[str, Any]) -> Engine:
    further = _POSTGRES if url.get_driver_name() in ("psycopg", "psycopg2") else {}
    return create_engine(url, poolclass=NullPool, connect_args=further | dict(db_kwargs.get("connect_args", {})))


def _lock(lock: Lock, database: str, wait: _Wait) -> None:
    def problem() -> str:
        try:
            if lock.acquire():
                return ""
        except DBAPIError as error:
            return _unreachable(database, error)
        except OSError as error:
            sys.exit(f"The hub cannot start: {database} cannot be locked ({error.strerror}); use a volume that can")
        return f"another hub works on {database}, and this one begins when that has ended"

    wait(problem)
    lock.keep(wait.log)


def _database_problem(engine: Engine) -> str:
    try:
        engine.connect().close()
    except DBAPIError as error:
        return _unreachable(_name(engine.url), error)
    return ""


def _name(url: URL) -> str:
    return f"the database {url.database!r} at {url.host or 'its socket'}" + (f":{url.port}" if url.port else "")


def _unreachable(database: str, error: DBAPIError) -> str:
    return f"{database} does not answer; {' '.join(str(error.orig).split())}"


def _proxy_problem(api_url: str) -> str:
    address = urlsplit(api_url)
    try:
        port = address.port or (443 if address.scheme == "https" else 80)
    except ValueError:
        sys.exit("The hub cannot start: the port in ConfigurableHTTPProxy.api_url is no number up to 65535")
    try:
        socket.create_connection((address.hostname or "", port), TRY_SECONDS).close()
    except OSError as error:
        return f"the proxy's API, {api_url}, does not answer; {error}"
    return ""
