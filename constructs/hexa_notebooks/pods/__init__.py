"""Parts that every pod has: security, probes, resources, scheduling, ServiceAccount and disruption budget."""
