"""Databases beyond PostgreSQL and a file: in memory, MySQL, or whatever SQLAlchemy and the hub's image know."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from hexa_notebooks.components.database.base import PASSWORD, DatabaseConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import ANYWHERE, CidrPeer, EgressConfig, Peer, refuse_unselected_pods
from hexa_notebooks.kubernetes.plaintext_secret import holds_a_secret
from hexa_notebooks.kubernetes.secret_ref import FreshSecretKeyRef, SecretKeyRef
from hexa_notebooks.model.field_types import Host, Port, matching

_ANYWHERE: tuple[Peer, ...] = tuple(CidrPeer(cidr=cidr) for cidr in ANYWHERE)


_VARIABLES = {
    **dict.fromkeys(
        ("postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2"), "PGPASSWORD"
    ),
    **dict.fromkeys(("mysql", "mysql+mysqldb"), "MYSQL_PWD"),
}
"""Which variable the drivers read that read any. Source: libpq, asyncpg and MySQL's client library."""
_ARGUMENT = "DATABASE_PASSWORD"


def split_password(url: str) -> tuple[str, bool]:
    """Return a URL without the password of its user, and whether it had one."""
    found = re.fullmatch(r"([a-zA-Z0-9+.]+://[^/@:?#]*):([^@]*)(@.*)", url)
    return (found[1] + found[3], True) if found else (url, False)


def _without_password(url: str) -> str:
    if split_password(url)[1] or holds_a_secret("", url):
        raise ValueError(
            "the URL has a password, which would stand in the manifests for everybody to read: leave it out of the URL,"
            " and name the Secret that holds it in `password`"
        )
    return url


class SqliteMemory(DatabaseConfig):
    """SQLite in the hub's memory, for trying: a restart of the hub forgets users, tokens and which servers run."""

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
        AfterValidator(
            matching("[^@?/]*", "the name of a database that a URL can hold (no '@', '?' or '/')", longest=64)
        ),
    ]
    """Name of the database, which must exist; the hub makes its tables."""
    user: Annotated[
        str,
        Field(min_length=1),
        AfterValidator(
            matching("[^@:/?]*", "the name of a user that a URL can hold (no '@', ':', '/' or '?')", longest=32)
        ),
    ]
    """Name of the database user."""
    driver: Annotated[
        str, AfterValidator(matching("[a-z0-9_]+", "the name of a driver of SQLAlchemy, as in 'mysqldb'"))
    ] = "mysqldb"
    """SQLAlchemy's driver. `mysqldb`, the default, is the one that reads the password from `MYSQL_PWD`."""
    password: FreshSecretKeyRef = PASSWORD
    """The user's password; it reaches the hub as `MYSQL_PWD`."""
    peers: tuple[Peer, ...] = Field(default=_ANYWHERE, min_length=1)
    """Where the network policy lets the hub look for the server. By default any address outside the cluster; a server
    in the cluster needs a `PodPeer`."""

    @model_validator(mode="after")
    def _pods_are_selected(self) -> "MySql":
        refuse_unselected_pods(self.host, self.peers)
        return self

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL, the password and the way to the server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        url = f"mysql+{self.driver}://{self.user}@{host}:{self.port}/{self.database}"
        return HubPart(
            origin="database",
            traits={"JupyterHub": {"db_url": url}},
            secrets={"MYSQL_PWD": self.password},
            egress=(EgressConfig(to=self.peers, ports=(self.port,)).rule(),),
        )


class OtherDatabase(DatabaseConfig):
    """A database by its SQLAlchemy URL, taken as it stands."""

    kind: Literal["other"] = "other"
    url: Annotated[str, Field(min_length=1), AfterValidator(_without_password)] | None = None
    """The URL, without password. None leaves it to a configuration file, or to JupyterHub, which keeps a file in the
    hub's pod that goes with the pod."""
    password: SecretKeyRef | None = None
    """The user's password. None, the default, where there is none or the URL's own driver finds it elsewhere."""
    password_variable: Literal["PGPASSWORD", "MYSQL_PWD"] | None = None
    """The variable in which the driver looks for it. None, the default, goes by the URL: `PGPASSWORD` for psycopg and
    asyncpg, `MYSQL_PWD` for mysqlclient; any other driver is given it as the argument `password`."""
    upgrade: bool = False
    """Whether the hub upgrades the schema whenever it starts. Not by default: `hexa-notebooks upgrade-db` does, after a
    backup."""
    peers: tuple[Peer, ...] = Field(default=_ANYWHERE, min_length=1)
    """Where the network policy lets the hub look for the server. By default any address outside the cluster."""
    port: Port | None = None
    """Port of the server. None, the default, takes the URL's; without one the policy opens no way to a server."""

    @property
    def variable(self) -> str | None:
        """The variable of the password, if the driver reads one."""
        return self.password_variable or _VARIABLES.get((self.url or "").partition("://")[0])

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL, the password and the way to the server."""
        try:
            port = self.port or urlsplit(self.url or "").port
        except ValueError:
            port = self.port
        hub: dict[str, Any] = {"db_url": self.url, "upgrade_db": self.upgrade or None}
        if self.password is not None and self.variable is None:
            hub["db_kwargs"] = {"connect_args": {"password": {"$env": _ARGUMENT}}}
        return HubPart(
            origin="database",
            traits={"JupyterHub": {trait: value for trait, value in hub.items() if value is not None}},
            secrets={self.variable or _ARGUMENT: self.password} if self.password is not None else {},
            egress=(EgressConfig(to=self.peers, ports=(port,)).rule(),) if port else (),
        )
