"""Preparation of the hub's start, with the App or without: install the front door and wait for dependencies.

The dependencies are the database and the lock on it, the proxy, and the Kubernetes API. If the cluster enforces network
policies, a new pod has no network for its first few seconds.
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
"""How long the hub waits for the database, the lock and the proxy together. With `KubernetesApi.wait_seconds` this is
less than the startup probe allows: the probe would end the hub without a message. After each exit Kubernetes waits
longer before the next start, up to five minutes."""
TRY_SECONDS = 5
"""Timeout of one try."""
_SAY_SECONDS = 10
"""The pause between two log messages."""
_PROXY = "ConfigurableHTTPProxy"
_POSTGRES = {
    "connect_timeout": TRY_SECONDS,
    # Close a connection whose server is gone before the lease of the lock ends.
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""Connection parameters of libpq."""


def prepare(config: Config) -> None:
    """Install the front door, wait until the hub can start, and lock its database.

    The hub's configuration calls this last. For `upgrade-db`, only lock the database; for other commands that read the
    configuration, do nothing. If a dependency is not ready in time, exit with a message that names it.
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
    """Retries until a problem is gone. All problems share one timeout."""

    def __init__(self, log: Logger) -> None:
        self.log = log
        self._until = time.monotonic() + WAIT_SECONDS

    def __call__(self, problem_of: Callable[[], str]) -> None:
        """Wait until `problem_of` returns an empty string. Exit with its last result if the time is over."""
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
        # Fails if SQLAlchemy does not know the dialect, or if its driver is not installed.
        url.get_dialect().import_dbapi()
    except (ArgumentError, ImportError, ValueError) as error:
        # Do not show the error itself: it may contain a part of the password.
        sys.exit(f"The hub cannot start: {_url_problem(error)}")
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
        wait.log.warning("%s has no lock against a second hub: only PostgreSQL and SQLite are supported", kind)


def _url_problem(error: Exception) -> str:
    if isinstance(error, NoSuchModuleError | ImportError):
        return "JupyterHub.db_url names a kind of database, or a driver, that is not in the hub's image"
    return (
        "JupyterHub.db_url is not a database URL, as in postgresql+psycopg://user@host:5432/name; the port must be a"
        " number, and a password must have `@`, `:` and `/` written as %40, %3A and %2F"
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
            sys.exit(
                f"The hub cannot start: {database} cannot be locked ({error.strerror});"
                " use a volume that supports file locks"
            )
        return f"another hub works on {database}; this one starts when the other has ended"

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
        sys.exit("The hub cannot start: the port in ConfigurableHTTPProxy.api_url is not a number up to 65535")
    try:
        socket.create_connection((address.hostname or "", port), TRY_SECONDS).close()
    except OSError as error:
        return f"the proxy's API, {api_url}, does not answer; {error}"
    return ""
