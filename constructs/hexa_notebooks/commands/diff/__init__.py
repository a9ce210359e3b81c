"""The changes and effects of applying one set of manifests over another."""
