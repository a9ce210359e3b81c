"""PriorityClasses: the order in which pods evict each other when a node is full."""

from hexa_notebooks.components.pod_priority.config import PodPriorityConfig, PriorityClass, class_name

__all__ = ["PodPriorityConfig", "PriorityClass", "class_name"]
