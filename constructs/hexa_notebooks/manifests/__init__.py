"""Manifests read back from YAML: their objects, their selectors, and the configuration of their hub."""
