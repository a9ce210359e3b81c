"""Any cluster, such as kind or k3d: no cloud, one shared password, access with `kubectl port-forward`.

The two images of this repository are not in a registry. Build them and load them into the cluster's nodes.
"""

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
    hub=HubConfig(resources=ResourcesConfig(cpu_request="100m", memory_request="256Mi", memory_limit="1Gi")),
    singleuser=SingleuserConfig(mem_guarantee="256M", mem_limit="1G"),
)
