"""The hub's database of users, servers and tokens.

To add a kind of database, write a module with its model and make it a member of `Database`.
"""

from typing import Annotated

from pydantic import Field

from hexa_notebooks.components.database.cloud_sql import CloudSql
from hexa_notebooks.components.database.other import MySql, OtherDatabase, SqliteMemory
from hexa_notebooks.components.database.postgres import Postgres
from hexa_notebooks.components.database.sqlite import SqlitePvc

Database = Annotated[
    SqlitePvc | SqliteMemory | Postgres | CloudSql | MySql | OtherDatabase, Field(discriminator="kind")
]
"""The hub's database, one of these."""
