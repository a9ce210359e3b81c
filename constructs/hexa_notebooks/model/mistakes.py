"""Mistakes in a cluster file, collected while the file runs on, so that one run reports all of them."""

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, TypeAlias

Note: TypeAlias = Callable[[Exception], None]

NOTE: ContextVar[Note | None] = ContextVar("NOTE", default=None)
"""Collects a mistake instead of raising it. None, the default outside of a cluster file: mistakes are raised."""

MARK = ""
"""The key in the attributes of a refused Config that no valid one has."""


class Refused:
    """A placeholder for a value that was refused. Any use of it returns the placeholder, so that the file runs on."""

    def __call__(self, *_: Any, **__: Any) -> "Refused":  # noqa: D102 (see the class)
        return self

    def __getattr__(self, name: str) -> "Refused":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, _: Any) -> "Refused":
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def is_refused(value: Any) -> bool:
    """Return whether a value was refused, or holds a refused value at any depth."""
    if isinstance(value, Mapping):
        return any(is_refused(item) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(is_refused(item) for item in value)
    return isinstance(value, Refused) or MARK in getattr(value, "__dict__", ())
