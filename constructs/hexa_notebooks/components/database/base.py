"""The base class of all databases."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote, urlencode

from pydantic import Field

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import ANYWHERE, CidrPeer, Peer
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import regex


class DatabaseConfig(Config, ABC):
    """A database that the hub can use."""

    @abstractmethod
    def hub_part(self, installation: Installation) -> HubPart:
        """Return the traits, sidecars and egress that the database adds to the hub; `JupyterHub.db_url` at least."""

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the database's own objects, and return them by kind. None by default."""
        return {}


DatabaseName = Annotated[
    str,
    Field(min_length=1),
    regex("[^@?]*", "a database name that fits into a URL (no '@' and no '?')", longest=63),
]
"""The name of a PostgreSQL database. It must not contain a URL's delimiters, as SQLAlchemy does not decode it."""


PASSWORD = SecretKeyRef(key="database-password")
"""The default Secret and key of a database user's password."""
ANY_ADDRESS: tuple[Peer, ...] = tuple(CidrPeer(cidr=cidr) for cidr in ANYWHERE)
"""The default peers of a database server: any address outside the cluster."""


def postgresql_url(user: str, host: str, port: int, database: str, **query: str) -> str:
    """Return the SQLAlchemy URL of a PostgreSQL database, without password: libpq reads that from `PGPASSWORD`.

    `query` holds libpq's parameters, such as `sslmode`.
    """
    return (
        f"postgresql+psycopg://{quote(user, safe='')}@{url_host(host)}:{port}/{database}?{urlencode(query, safe='/')}"
    )


def url_host(host: str) -> str:
    """Return a host as a URL holds it: an IPv6 address is in brackets."""
    return f"[{host}]" if ":" in host else host
