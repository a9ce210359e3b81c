"""One hub at a time on a database: two would start, stop and forget servers behind each other's back."""

import fcntl
import os
import select
import threading
import time
from contextlib import suppress
from logging import Logger
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

LEASE_SECONDS = 30
"""How long a hub that is frozen, or cut off, keeps others from taking over."""
BEAT_SECONDS = 5
"""How often a hub shows PostgreSQL that it is there. A connection that is closed it notices at once."""

_TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended('jupyterhub in ' || coalesce(current_schema(), ''), 0))")
"""Advisory locks are a database's own; several hubs may each have a schema in it."""


class Lock(Protocol):
    """What a hub holds for as long as it lives."""

    def acquire(self) -> bool:
        """Return whether it is ours now."""

    def keep(self, log: Logger) -> None:
        """See to it from now on that this process ends before another hub works for long."""


class PostgresLock:
    """An advisory lock that ends with the hub, its node or its connection, whichever comes first.

    It is held by a transaction that does nothing else: unlike a session's it holds behind a pooler, too, that gives
    each transaction another connection. PostgreSQL ends the transaction of a hub that is silent for `LEASE_SECONDS`:
    of a node that is gone the network itself may tell only hours later.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Return whether it is ours now.

        Raises:
            DBAPIError: the database cannot be asked.

        """
        connection = self._engine.connect()
        try:
            connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{LEASE_SECONDS}s'"))
            if connection.scalar(_TRY):
                self._connection = connection
                return True
        finally:
            if self._connection is not connection:
                connection.close()
        return False

    def keep(self, log: Logger) -> None:
        """Hold it in a thread of its own, which no work of the hub delays."""
        threading.Thread(target=self._keep, args=(log,), name="hub lock", daemon=True).start()

    def _keep(self, log: Logger) -> None:
        while True:
            try:
                self._beat(log)
            except Exception as error:
                # Without this thread nothing would keep a second hub away. What the driver says may hold the address.
                log.warning("The lock on the database is taken anew, after an error: %s", type(error).__name__)
                self._let_go()

    def _beat(self, log: Logger) -> None:
        since = time.monotonic()
        self._wait()
        still = time.monotonic() - since
        if still > LEASE_SECONDS:
            _end(log, f"this hub stood still for {still:.0f} s, in which another may have worked on its database")
        if not self._is_held() and not self._acquire_again(log):
            _end(log, "another hub has taken over the database, while this one had no connection to it")

    def _wait(self) -> None:
        """Wait for the next beat, or until the connection is closed."""
        try:
            file = self._connection.connection.fileno() if self._connection else None
        except Exception:
            # A driver that has none to tell, or a connection that is closed already.
            file = None
        if file is None:
            time.sleep(1)
            return
        # Not `select`, which knows no descriptor above 1023: a hub has one for each request and server.
        poll = select.poll()
        poll.register(file, select.POLLIN)
        poll.poll(BEAT_SECONDS * 1000)

    def _is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self._let_go()
        return self._connection is not None

    def _let_go(self) -> None:
        """Drop the connection, in whatever state it is."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(Exception):
                connection.invalidate()
                connection.close()

    def _acquire_again(self, log: Logger) -> bool:
        """Return whether nobody else has it; as long as the database is away, nobody can."""
        try:
            held = self.acquire()
        except DBAPIError:
            return True
        if held:
            log.warning("The database had closed the connection that keeps other hubs away; it is kept by another now")
        return held


class FileLock:
    """A lock on a file beside SQLite's. On NFS it holds only where server and mount keep locks, as SQLite's own."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_suffix(".lock")

    def acquire(self) -> bool:
        """Return whether it is ours now.

        Raises:
            OSError: the file system does not lock.

        """
        # Nobody closes it, so that the kernel keeps the lock until the process ends.
        file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        return True

    def keep(self, log: Logger) -> None:
        """Do nothing: the kernel keeps it."""


def _end(log: Logger, why: str) -> None:
    """End the process at once: an orderly end would write into a database that is no longer its own."""
    log.critical("The hub ends: %s. Servers go on; Kubernetes starts the hub again.", why)
    os._exit(1)
