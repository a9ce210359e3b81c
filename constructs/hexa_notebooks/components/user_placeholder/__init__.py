"""Pods that only keep room: as many of them as users shall find a node for at once, without a wait for a new one.

They are shaped like users' servers and give way to them; where they wait for room themselves, the cluster autoscaler
adds a node.
"""

from hexa_notebooks.components.user_placeholder.config import UserPlaceholderConfig
from hexa_notebooks.components.user_placeholder.pod import pod_template

__all__ = ["UserPlaceholderConfig", "pod_template"]
