"""The search path and environment of an operator's code, restored after it has run."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def search_path(*folders: str) -> Iterator[None]:
    """Put folders first on `sys.path`, and restore it at the end of the block."""
    before, sys.path = sys.path, [*folders, *sys.path]
    try:
        yield
    finally:
        sys.path = before


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, and restore the whole environment at the end of the block."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
