"""A PostgreSQL server that the hub connects to directly."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hexa_notebooks.components.database.base import ANY_ADDRESS, PASSWORD, DatabaseConfig, DatabaseName, postgresql_url
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.network_policy import EgressConfig, Peer, refuse_unselected_pods
from hexa_notebooks.kubernetes.secret_ref import FreshSecretKeyRef, SecretKeyRef, secret_volume
from hexa_notebooks.model.field_types import Host, Port

_CA_DIRECTORY = "/etc/postgres"


class Postgres(DatabaseConfig):
    """A database on a PostgreSQL server, 13 or newer. The hub's image must have psycopg 3."""

    kind: Literal["postgres"] = "postgres"
    host: Host
    """Host name or address of the server."""
    port: Port = 5432
    """Port of the server. 5432, PostgreSQL's own, by default."""
    database: DatabaseName
    """Name of the database, which must exist; the hub creates its tables."""
    user: Annotated[str, Field(min_length=1, max_length=63)]
    """Name of the database user, who must own the database or its schema `public`."""
    password: FreshSecretKeyRef = PASSWORD
    """The user's password, which the hub gets as `PGPASSWORD`."""
    sslmode: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] = "require"
    """libpq's `sslmode`. `require`, the default, encrypts but does not check the server's certificate."""
    ca: SecretKeyRef | None = None
    """The CA certificate, in PEM, that signed the server's certificate. None, the default, trusts the CAs of the hub's
    image; use `verify-full` then. It is not secret, but many providers distribute it in a Secret."""
    peers: tuple[Peer, ...] = Field(default=ANY_ADDRESS, min_length=1)
    """The server's addresses or pods, which the network policy lets the hub connect to. By default any address outside
    the cluster. A server in the cluster needs a `PodPeer`, as address ranges do not match pods on every dataplane."""

    @model_validator(mode="after")
    def _pods_are_selected(self) -> "Postgres":
        refuse_unselected_pods(self.host, self.peers)
        return self

    @model_validator(mode="after")
    def _ca_is_checked(self) -> "Postgres":
        if self.ca is None and self.sslmode == "verify-ca":
            raise ValueError("sslmode: 'verify-ca' needs ca, the server's CA certificate; set ca, or use 'verify-full'")
        if self.ca is not None and not self.sslmode.startswith("verify-"):
            raise ValueError(f"ca: sslmode {self.sslmode!r} checks no certificate; set sslmode='verify-full'")
        return self

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL, the password, the CA's volume, and egress to the server."""
        query: dict[str, str] = {"sslmode": self.sslmode}
        if self.sslmode.startswith("verify-"):
            # By default libpq only looks in the home folder. `system` means OpenSSL's CAs.
            query["sslrootcert"] = f"{_CA_DIRECTORY}/{self.ca.key}" if self.ca else "system"
        return HubPart(
            origin="database",
            traits={"JupyterHub": {"db_url": postgresql_url(self.user, self.host, self.port, self.database, **query)}},
            secrets={"PGPASSWORD": self.password},
            volumes=(secret_volume("postgres-ca", self.ca),) if self.ca else (),
            volume_mounts=(k8s.VolumeMount(name="postgres-ca", mount_path=_CA_DIRECTORY, read_only=True),)
            if self.ca
            else (),
            egress=(EgressConfig(to=self.peers, ports=(self.port,)).rule(),),
        )
