"""The hub: JupyterHub, which signs users in and starts and stops their servers."""

from hexa_notebooks.components.hub.config import (
    HubConfig,
    HubServiceConfig,
    JupyterHubRole,
    JupyterHubService,
    MountedFile,
)
from hexa_notebooks.components.hub.kubernetes_api import KubernetesApiConfig
from hexa_notebooks.components.hub.part import HubPart

__all__ = [
    "HubConfig",
    "HubPart",
    "HubServiceConfig",
    "JupyterHubRole",
    "JupyterHubService",
    "KubernetesApiConfig",
    "MountedFile",
]
