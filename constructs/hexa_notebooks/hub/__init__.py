"""JupyterHub itself: signs users in, and starts and stops their servers."""

from hexa_notebooks.hub.config import HubConfig, HubServiceConfig, JupyterHubRole, JupyterHubService, MountedFile
from hexa_notebooks.hub.kubernetes_api import KubernetesApiConfig
from hexa_notebooks.hub.part import HubPart

__all__ = [
    "HubConfig",
    "HubPart",
    "HubServiceConfig",
    "JupyterHubRole",
    "JupyterHubService",
    "KubernetesApiConfig",
    "MountedFile",
]
