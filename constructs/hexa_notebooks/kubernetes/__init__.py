"""Kubernetes objects: names and labels, typed structs, their JSON and YAML, and validation."""
