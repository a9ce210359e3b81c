"""Other databases: SQLite in memory, MySQL, and any URL that SQLAlchemy and the hub's image support."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from hexa_notebooks.components.database.base import ANY_ADDRESS, PASSWORD, DatabaseConfig, url_host
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import EgressConfig, Peer, refuse_unselected_pods
from hexa_notebooks.kubernetes.plaintext_secret import holds_a_secret
from hexa_notebooks.kubernetes.secret_ref import FreshSecretKeyRef, SecretKeyRef
from hexa_notebooks.model.field_types import Host, Port, regex

_VARIABLES = {
    **dict.fromkeys(
        ("postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2"), "PGPASSWORD"
    ),
    **dict.fromkeys(("mysql", "mysql+mysqldb"), "MYSQL_PWD"),
}
"""The password variable of each driver that reads one. Source: libpq, asyncpg and MySQL's client library."""
_ARGUMENT = "DATABASE_PASSWORD"
"""The variable for other drivers, which get its value as an argument."""


def split_password(url: str) -> tuple[str, bool]:
    """Return a URL without its password, and whether it had one."""
    found = re.fullmatch(r"([a-zA-Z0-9+.]+://[^/@:?#]*):([^@]*)(@.*)", url)
    return (found[1] + found[3], True) if found else (url, False)


def _without_password(url: str) -> str:
    if split_password(url)[1] or holds_a_secret("", url):
        raise ValueError(
            "the URL has a password, which everybody could read in the manifests: remove it from the URL, and name the"
            " Secret that holds it in `password`"
        )
    return url


class SqliteMemory(DatabaseConfig):
    """SQLite in the hub's memory, for trials: a restart of the hub loses users, tokens and the list of servers."""

    kind: Literal["sqlite-memory"] = "sqlite-memory"

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL."""
        return HubPart(origin="database", traits={"JupyterHub": {"db_url": "sqlite://"}})


class MySql(DatabaseConfig):
    """A database on a MySQL server. The hub's image must have the driver."""

    kind: Literal["mysql"] = "mysql"
    host: Host
    """Host name or address of the server."""
    port: Port = 3306
    """Port of the server. 3306, MySQL's own, by default."""
    database: Annotated[
        str,
        Field(min_length=1),
        regex("[^@?/]*", "a database name that fits into a URL (no '@', '?' or '/')", longest=64),
    ]
    """Name of the database, which must exist; the hub creates its tables."""
    user: Annotated[
        str,
        Field(min_length=1),
        regex("[^@:/?]*", "a user name that fits into a URL (no '@', ':', '/' or '?')", longest=32),
    ]
    """Name of the database user."""
    driver: Annotated[str, regex("[a-z0-9_]+", "the name of a driver of SQLAlchemy, as in 'mysqldb'")] = "mysqldb"
    """SQLAlchemy's driver. `mysqldb`, the default, is the only one that reads the password from `MYSQL_PWD`."""
    password: FreshSecretKeyRef = PASSWORD
    """The user's password, which the hub gets as `MYSQL_PWD`."""
    peers: tuple[Peer, ...] = Field(default=ANY_ADDRESS, min_length=1)
    """The server's addresses or pods, which the network policy lets the hub connect to. By default any address outside
    the cluster; a server in the cluster needs a `PodPeer`."""

    @model_validator(mode="after")
    def _pods_are_selected(self) -> "MySql":
        refuse_unselected_pods(self.host, self.peers)
        return self

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL, the password, and egress to the server."""
        url = f"mysql+{self.driver}://{self.user}@{url_host(self.host)}:{self.port}/{self.database}"
        return HubPart(
            origin="database",
            traits={"JupyterHub": {"db_url": url}},
            secrets={"MYSQL_PWD": self.password},
            egress=(EgressConfig(to=self.peers, ports=(self.port,)).rule(),),
        )


class OtherDatabase(DatabaseConfig):
    """Any database, by its SQLAlchemy URL."""

    kind: Literal["other"] = "other"
    url: Annotated[str, Field(min_length=1), AfterValidator(_without_password)] | None = None
    """The URL, without password. None, the default, leaves it to a configuration file. Without one JupyterHub uses a
    file in the hub's pod, which is lost with the pod."""
    password: SecretKeyRef | None = None
    """The user's password. None, the default, means that there is none, or that the driver finds it elsewhere."""
    password_variable: Literal["PGPASSWORD", "MYSQL_PWD"] | None = None
    """The environment variable from which the driver reads the password. None, the default, follows from the URL:
    `PGPASSWORD` for psycopg and asyncpg, `MYSQL_PWD` for mysqlclient. Any other driver gets the argument `password`."""
    upgrade: bool = False
    """Whether the hub upgrades the schema when it starts. Off by default: run `hexa-notebooks upgrade-db` after a
    backup."""
    peers: tuple[Peer, ...] = Field(default=ANY_ADDRESS, min_length=1)
    """The server's addresses or pods, which the network policy lets the hub connect to. By default any address outside
    the cluster."""
    port: Port | None = None
    """Port of the server. None, the default, uses the URL's port. If the URL has none, the policy allows no
    connection."""

    @property
    def variable(self) -> str | None:
        """The password's variable, or None if the driver reads none."""
        return self.password_variable or _VARIABLES.get((self.url or "").partition("://")[0])

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL, the password, and egress to the server."""
        try:
            port = self.port or urlsplit(self.url or "").port
        except ValueError:  # not a number, as in the host list of a driver
            port = None
        hub: dict[str, Any] = {"db_url": self.url, "upgrade_db": self.upgrade or None}
        if self.password is not None and self.variable is None:
            hub["db_kwargs"] = {"connect_args": {"password": {"$env": _ARGUMENT}}}
        return HubPart(
            origin="database",
            traits={"JupyterHub": {trait: value for trait, value in hub.items() if value is not None}},
            secrets={self.variable or _ARGUMENT: self.password} if self.password is not None else {},
            egress=(EgressConfig(to=self.peers, ports=(port,)).rule(),) if port else (),
        )
