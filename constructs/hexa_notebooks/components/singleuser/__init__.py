"""Users' servers: the pods that KubeSpawner creates, their storage, and their network access."""

from hexa_notebooks.components.singleuser.config import MetadataBlockConfig, SingleuserConfig, UserFile
from hexa_notebooks.components.singleuser.profile import Profile, ProfileChoice, ProfileOption
from hexa_notebooks.components.singleuser.storage import (
    GcsFuseCsi,
    InPodFuse,
    NoStorage,
    PerUserPvc,
    SharedPvc,
    UserStorage,
)

__all__ = [
    "GcsFuseCsi",
    "InPodFuse",
    "MetadataBlockConfig",
    "NoStorage",
    "PerUserPvc",
    "Profile",
    "ProfileChoice",
    "ProfileOption",
    "SharedPvc",
    "SingleuserConfig",
    "UserFile",
    "UserStorage",
]
