"""The lock that keeps a second hub off a database, on a real PostgreSQL and on a real file."""

import logging
import os
import resource
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from hexa_hub import lock
from hexa_hub.lock import FileLock, PostgresLock
from tests.processes.postgres import Postgres
from tests.processes.process import wait_until

MakeLock = Callable[..., PostgresLock]


@pytest.fixture
def database(postgres: Postgres) -> tuple[str, str]:
    """Return the name of a new database and user, and the password."""
    name, password = f"lock-{uuid.uuid4().hex[:12]}", secrets.token_hex(16)
    postgres.create_database(name, password)
    return name, password


@pytest.fixture
def make(postgres: Postgres, database: tuple[str, str]) -> Iterator[MakeLock]:
    """Yield a function that makes locks on this database, each for a schema, like the lock of a separate hub."""
    name, password = database
    made: list[PostgresLock] = []

    def make(schema: str = "public") -> PostgresLock:
        arguments = {"password": password, "options": f"-csearch_path={schema}"}
        engine = create_engine(postgres.url(name, name), poolclass=NullPool, connect_args=arguments)
        made.append(PostgresLock(engine))
        return made[-1]

    yield make
    for each in made:
        if each._connection:
            each._connection.invalidate()
            each._connection.close()


def test_lock_is_a_schemas_own(make: MakeLock, postgres: Postgres, database: tuple[str, str]) -> None:
    """Two hubs may share a database with separate schemas."""
    postgres.execute("CREATE SCHEMA other", database=database[0])
    postgres.execute("GRANT USAGE ON SCHEMA other TO PUBLIC", database=database[0])
    first, second, third = make(), make("other"), make("other")
    assert first.acquire()
    assert second.acquire()
    assert not third.acquire()


def test_silent_hub_loses_it(make: MakeLock, monkeypatch: pytest.MonkeyPatch) -> None:
    """If its node is lost, for example, nothing closes its connection and nothing arrives."""
    monkeypatch.setattr(lock, "LEASE_SECONDS", 1)
    silent, other = make(), make()
    assert silent.acquire()
    wait_until(other.acquire, "the lease to end")


def test_vacuum_goes_on(make: MakeLock, postgres: Postgres, database: tuple[str, str]) -> None:
    """The transaction that holds the lock for weeks has no snapshot. Otherwise vacuum would have to keep old rows."""
    holder = make()
    assert holder.acquire()
    held = postgres.execute(
        "SELECT backend_xmin, backend_xid FROM pg_stat_activity JOIN pg_locks USING (pid)"
        " WHERE locktype = 'advisory' AND datname = %s",
        database[0],
    )
    assert held == [(None, None)]


def test_many_connections_of_the_hub_do_not_end_it(make: MakeLock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock's connection then has a file descriptor too large for `select`."""
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.01)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, hard) if soft < 2048 else soft, hard))
    holder = make()
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        while stack.enter_context(Path(os.devnull).open()).fileno() < 1024:
            pass
        assert holder.acquire()
        assert holder._connection
        assert holder._connection.connection.fileno() > 1024
        holder._wait()
        assert holder._is_held()


class _NoMoreBeats(BaseException):
    """Raised to end an endless loop."""


def test_no_error_ends_what_keeps_it(
    make: MakeLock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """After any driver error, the lock is taken again and others stay out. The log omits the driver's message."""
    holder, other = make(), make()
    assert holder.acquire()
    errors = iter([ValueError("at secret-address"), None, _NoMoreBeats()])

    def wait() -> None:
        if error := next(errors):
            raise error

    monkeypatch.setattr(holder, "_wait", wait)
    with pytest.raises(_NoMoreBeats):
        holder._keep(logging.getLogger("hub"))
    assert "after an error: ValueError" in caplog.text
    assert "secret-address" not in caplog.text
    assert not other.acquire()


def test_driver_without_a_descriptor(make: MakeLock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is checked every second."""
    holder = make()
    assert holder.acquire()
    assert holder._connection
    monkeypatch.setattr("hexa_hub.lock.time", SimpleNamespace(sleep=lambda _: None))
    monkeypatch.setattr(holder, "_connection", SimpleNamespace(connection=object(), execute=lambda _: None))
    holder._wait()
    assert holder._is_held()


def test_file_has_one_lock(tmp_path: Path) -> None:
    """The lock stays even if the object is garbage-collected."""
    assert FileLock(tmp_path / "jupyterhub.sqlite").acquire()
    assert not FileLock(tmp_path / "jupyterhub.sqlite").acquire()
    assert FileLock(tmp_path / "other.sqlite").acquire()
