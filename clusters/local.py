"""Any cluster, such as kind or k3d: no cloud, one password, `kubectl port-forward` as the way in."""

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
        # A published image to try things with. Its JupyterHub 5.5.0 and KubeSpawner 7.0 are older than what
        # hub/requirements.in asks for; what 5.5.1 mended is about sharing and filtered admin roles, which nobody has.
        image="quay.io/jupyterhub/k8s-hub:4.4.0",
        resources=ResourcesConfig(cpu_request="100m", memory_request="256Mi", memory_limit="1Gi"),
    ),
    singleuser=SingleuserConfig(image="quay.io/jupyter/base-notebook:2026-01-19", mem_guarantee="256M", mem_limit="1G"),
)
