"""The namespace of the notebooks, with the Pod Security level that its pods must pass."""

from hexa_notebooks.components.namespace.config import NamespaceConfig

__all__ = ["NamespaceConfig"]
