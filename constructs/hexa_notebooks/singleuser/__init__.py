"""Users' servers: what KubeSpawner makes of each, and how far each may reach."""

from hexa_notebooks.singleuser.config import Profile, SingleuserConfig
from hexa_notebooks.singleuser.singleuser import Singleuser
from hexa_notebooks.singleuser.storage import InPodFuse, NoStorage, PerUserPvc, UserStorage

__all__ = ["InPodFuse", "NoStorage", "PerUserPvc", "Profile", "Singleuser", "SingleuserConfig", "UserStorage"]
