"""A PostgreSQL server that the hub reaches directly."""

from typing import Annotated, Literal

from pydantic import Field

from hexa_notebooks.database.base import DatabaseConfig, DatabaseName, postgresql_url
from hexa_notebooks.field_types import Host, Port
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import Installation
from hexa_notebooks.network_policy import ANYWHERE, CidrPeer, EgressConfig, Peer
from hexa_notebooks.secret_ref import FreshSecretKeyRef, SecretKeyRef, env_var

PASSWORD_KEY = SecretKeyRef(key="database-password")
"""Where the password of a database is kept unless the cluster file says otherwise."""


class Postgres(DatabaseConfig):
    """A database on a PostgreSQL server, 13 or newer."""

    kind: Literal["postgres"] = "postgres"
    host: Host
    """Host name or address of the server."""
    port: Port = 5432
    """Port of the server. 5432, PostgreSQL's own, by default."""
    database: DatabaseName
    """Name of the database, which must exist; the hub makes its tables."""
    user: Annotated[str, Field(min_length=1, max_length=63)]
    """Name of the database user, who must own the database or its schema `public`."""
    password: FreshSecretKeyRef = PASSWORD_KEY
    """The user's password; it reaches the hub as `PGPASSWORD`."""
    sslmode: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] = "require"
    """libpq's `sslmode`. `require`, the default, encrypts but does not check the server's certificate."""
    peers: tuple[Peer, ...] = Field(default=tuple(CidrPeer(cidr=cidr) for cidr in ANYWHERE), min_length=1)
    """Where the network policy lets the hub look for the server. By default any address outside the cluster; a server
    in the cluster needs a `PodPeer`, since address ranges do not match pods on every dataplane."""

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL, the password's environment and the way to the server."""
        url = postgresql_url(self.user, self.host, self.port, self.database, sslmode=self.sslmode)
        return HubPart(
            origin="database",
            traits={"JupyterHub": {"db_url": url}},
            env=(env_var("PGPASSWORD", self.password),),
            egress=(EgressConfig(to=self.peers, ports=(self.port,)).rule(),),
        )
