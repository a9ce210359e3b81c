"""An installation without an App: claims of users, SQLite, one password."""

from hexa_notebooks import (
    ClusterInternal,
    HubConfig,
    NotebooksConfig,
    ResourcesConfig,
    SharedPassword,
    SingleuserConfig,
    SqlitePvc,
)

config = NotebooksConfig(
    exposure=ClusterInternal(),
    database=SqlitePvc(),
    authenticator=SharedPassword(),
    hub=HubConfig(
        named_servers=True, resources=ResourcesConfig(cpu_request="100m", memory_request="256Mi", memory_limit="1Gi")
    ),
    singleuser=SingleuserConfig(mem_guarantee="128M", mem_limit="1G"),
)
