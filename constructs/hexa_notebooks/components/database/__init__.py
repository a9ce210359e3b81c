"""Where the hub keeps its users, servers and tokens.

A further database is a module with a model here and a member of `Database`; nothing else changes.
"""

from typing import Annotated

from pydantic import Field

from hexa_notebooks.components.database.base import DatabaseConfig
from hexa_notebooks.components.database.cloud_sql import (
    CloudSql,
    DirectWorkloadIdentity,
    IamLogin,
    KeyFile,
    PasswordLogin,
    WorkloadIdentity,
)
from hexa_notebooks.components.database.other import MySql, OtherDatabase, SqliteMemory
from hexa_notebooks.components.database.postgres import Postgres
from hexa_notebooks.components.database.sqlite import SqlitePvc

Database = Annotated[
    SqlitePvc | SqliteMemory | Postgres | CloudSql | MySql | OtherDatabase, Field(discriminator="kind")
]
"""The hub's database, one of these."""

__all__ = [
    "CloudSql",
    "Database",
    "DatabaseConfig",
    "DirectWorkloadIdentity",
    "IamLogin",
    "KeyFile",
    "MySql",
    "OtherDatabase",
    "PasswordLogin",
    "Postgres",
    "SqliteMemory",
    "SqlitePvc",
    "WorkloadIdentity",
]
