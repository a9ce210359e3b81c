"""PriorityClasses: the order in which pods evict each other when a node is full."""
