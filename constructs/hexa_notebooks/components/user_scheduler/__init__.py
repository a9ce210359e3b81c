"""kube-scheduler once more, for users' servers only: it fills one node before the next, so that nodes become free."""

from hexa_notebooks.components.user_scheduler.config import UserSchedulerConfig

__all__ = ["UserSchedulerConfig"]
