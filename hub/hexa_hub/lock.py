"""A lock on the hub's database. Two hubs on one database would stop and forget each other's servers."""

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
"""How long a hub that is frozen or cut off from the network keeps the lock."""
BEAT_SECONDS = 5
"""How often the hub sends a heartbeat to PostgreSQL. It notices a closed connection at once."""

_TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended('jupyterhub in ' || coalesce(current_schema(), ''), 0))")
"""The key contains the schema: an advisory lock covers the database, and several hubs may each use a schema in it."""


class Lock(Protocol):
    """A lock that a hub holds until its process ends."""

    def acquire(self) -> bool:
        """Return whether this process holds the lock now."""

    def keep(self, log: Logger) -> None:
        """Keep the lock from now on. End this process if another hub takes it."""


class PostgresLock:
    """An advisory lock that is released when the hub, its node or its connection ends, whichever comes first.

    A transaction that does nothing else holds it. Unlike a lock on session level, this also works behind a pooler that
    gives each transaction another connection. PostgreSQL ends the transaction of a hub that is silent for
    `LEASE_SECONDS`. TCP alone may take hours to notice that a node is gone.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Return whether this process holds the lock now.

        Raises:
            DBAPIError: the database cannot be reached.

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
        """Send heartbeats from a separate thread, so that no work of the hub delays them."""
        threading.Thread(target=self._keep, args=(log,), name="hub lock", daemon=True).start()

    def _keep(self, log: Logger) -> None:
        while True:
            try:
                self._beat(log)
            except Exception as error:
                # This thread must not end: it alone keeps a second hub away. Log only the type of the error, because
                # the driver's message may contain the database's address.
                log.warning("Acquiring the lock on the database again after an error: %s", type(error).__name__)
                self._let_go()

    def _beat(self, log: Logger) -> None:
        since = time.monotonic()
        self._wait()
        still = time.monotonic() - since
        if still > LEASE_SECONDS:
            _end(log, f"this hub was frozen for {still:.0f} s, and another hub may have used its database meanwhile")
        if not self._is_held() and not self._acquire_again(log):
            _end(log, "another hub took over the database while this one had no connection to it")

    def _wait(self) -> None:
        """Wait for the next beat, or until the connection is closed."""
        try:
            file = self._connection.connection.fileno() if self._connection else None
        except Exception:
            # The driver has no file descriptor, or the connection is already closed.
            file = None
        if file is None:
            time.sleep(1)
            return
        # Not `select`, which is limited to descriptors below 1024: a hub has one for each request and server.
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
        """Drop the connection, whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(Exception):
                connection.invalidate()
                connection.close()

    def _acquire_again(self, log: Logger) -> bool:
        """Return whether no other hub has the lock. While the database is away, no other hub can take it."""
        try:
            held = self.acquire()
        except DBAPIError:
            return True
        if held:
            log.warning("The database closed the connection that held the lock; another connection holds it now")
        return held


class FileLock:
    """A lock on a file next to SQLite's. On NFS it works only if server and mount support locks, like SQLite's own."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_suffix(".lock")

    def acquire(self) -> bool:
        """Return whether this process holds the lock now.

        Raises:
            OSError: the file system does not support locks.

        """
        # Never closed: the kernel keeps the lock until the process ends.
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
    """End the process at once: a regular shutdown would write to the database that another hub uses now."""
    log.critical("The hub ends: %s. Servers keep running; Kubernetes restarts the hub.", why)
    os._exit(1)
