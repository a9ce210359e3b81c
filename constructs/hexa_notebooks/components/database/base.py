"""What every database tells the hub."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, Field

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import matching


class DatabaseConfig(Config, ABC):
    """A database that the hub can use."""

    @abstractmethod
    def hub_part(self, installation: Installation) -> HubPart:
        """Return the traits, sidecars and reach that the hub needs for it; `JupyterHub.db_url` at least."""

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the objects that the database needs in the cluster, and return them by kind. None by default."""
        return {}


DatabaseName = Annotated[
    str,
    Field(min_length=1),
    AfterValidator(matching("[^@?]*", "the name of a database that a URL can hold (no '@' and no '?')", longest=63)),
]
"""The name of a PostgreSQL database. SQLAlchemy does not decode it in a URL, so it cannot have the URL's marks."""


PASSWORD = SecretKeyRef(key="database-password")
"""Where the password of a database user is kept unless the cluster file says otherwise."""


def postgresql_url(user: str, host: str, port: int, database: str, **query: str) -> str:
    """Return the SQLAlchemy URL of a PostgreSQL database, without password: libpq reads that from `PGPASSWORD`.

    `query` holds libpq's parameters, `sslmode` and the like.
    """
    bracketed = f"[{host}]" if ":" in host else host
    return f"postgresql+psycopg://{quote(user, safe='')}@{bracketed}:{port}/{database}?{urlencode(query, safe='/')}"
