"""What is wrong with a cluster file, noted while the file runs on, so that all of it is told at once."""

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, TypeAlias

Note: TypeAlias = Callable[[Exception], None]

NOTE: ContextVar[Note | None] = ContextVar("NOTE", default=None)
"""Takes a mistake in place of an exception. None, the default, while no cluster file runs: each mistake is raised."""

MARK = ""
"""The key that only the attributes of a refused Config have."""


class Refused:
    """Stands for a value that cannot be made. Whatever a cluster file does with it gives such a value again."""

    def __call__(self, *_: Any, **__: Any) -> "Refused":  # noqa: D102 (as the class says)
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
    """Return whether a value is, or holds at any depth, one that was refused."""
    if isinstance(value, Mapping):
        return any(is_refused(item) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(is_refused(item) for item in value)
    return isinstance(value, Refused) or MARK in getattr(value, "__dict__", ())
