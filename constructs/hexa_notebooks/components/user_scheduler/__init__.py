"""A second kube-scheduler for users' servers. It packs them onto few nodes, so that the others can be removed."""

from hexa_notebooks.components.user_scheduler.config import UserSchedulerConfig

__all__ = ["UserSchedulerConfig"]
