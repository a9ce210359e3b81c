"""What the chart adds around scheduling, in our terms."""

from typing import Any

from hexa_notebooks.helm.tree import Tree


def scheduling(tree: Tree) -> dict[str, Any]:
    """Return the fields of `NotebooksConfig`."""
    del tree
    return {}
