"""What every pod has: its template, security, probes, resources, scheduling, account and disruption budget."""
