"""What code of an operator's finds around it while it runs here, and that it leaves nothing of it behind."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def search_path(*folders: str) -> Iterator[None]:
    """Let modules be found in these folders too, first of all, and undo any change of `sys.path` in the end."""
    before, sys.path = sys.path, [*folders, *sys.path]
    try:
        yield
    finally:
        sys.path = before


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set these variables as well, and undo any change of the environment in the end."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
