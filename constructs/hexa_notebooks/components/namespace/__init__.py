"""The namespace of the notebooks, and the Pod Security level that it enforces."""

from hexa_notebooks.components.namespace.config import NamespaceConfig

__all__ = ["NamespaceConfig"]
