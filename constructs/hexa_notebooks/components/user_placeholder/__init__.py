"""Placeholder pods: they keep room on nodes, so that the next users do not wait for a new one.

They have the shape of users' servers, which evict them. An evicted placeholder waits for room itself, and makes the
cluster autoscaler add a node.
"""
