"""kube-scheduler once more, for users' servers only: it fills one node before the next, so that nodes become free."""

from hexa_notebooks.user_scheduler.config import UserSchedulerConfig
from hexa_notebooks.user_scheduler.user_scheduler import UserScheduler, UserSchedulerRbac

__all__ = ["UserScheduler", "UserSchedulerConfig", "UserSchedulerRbac"]
