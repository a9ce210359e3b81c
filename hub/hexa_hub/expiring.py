"""A dictionary whose entries expire."""

from collections import OrderedDict
from collections.abc import Hashable
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Expiring(Generic[K, V]):
    """Keeps each entry for a number of seconds after it was set, and at most the `size` newest entries."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return the value of a key, or None if the key is unknown or has expired."""
        until, value = self._entries.get(key, (0.0, None))
        return value if monotonic() < until else None

    def set(self, key: K, value: V, seconds: float) -> None:
        """Keep a value for `seconds` from now on."""
        self._entries[key] = (monotonic() + seconds, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def pop(self, key: K) -> None:
        """Remove a key, if it is there."""
        self._entries.pop(key, None)

    def items(self) -> list[tuple[K, V]]:
        """Return the entries that have not expired, the oldest first."""
        now = monotonic()
        return [(key, value) for key, (until, value) in self._entries.items() if now < until]
