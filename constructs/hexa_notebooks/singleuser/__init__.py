"""Users' servers: what KubeSpawner makes of each, and how far each may reach."""

from hexa_notebooks.singleuser.config import MetadataBlockConfig, Profile, SingleuserConfig, UserFile
from hexa_notebooks.singleuser.singleuser import Singleuser
from hexa_notebooks.singleuser.storage import GcsFuseCsi, InPodFuse, NoStorage, PerUserPvc, SharedPvc, UserStorage

__all__ = [
    "GcsFuseCsi",
    "InPodFuse",
    "MetadataBlockConfig",
    "NoStorage",
    "PerUserPvc",
    "Profile",
    "SharedPvc",
    "Singleuser",
    "SingleuserConfig",
    "UserFile",
    "UserStorage",
]
