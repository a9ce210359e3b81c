"""Which pods give way to which: what keeps room for users makes it as soon as one comes."""

from hexa_notebooks.components.pod_priority.config import PodPriorityConfig, PriorityClass, class_name

__all__ = ["PodPriorityConfig", "PriorityClass", "class_name"]
