"""Which parts of two sequences differ, in nearly linear time; difflib needs hours for what can stand in a ConfigMap."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_ROUNDS = 8
"""How often what is between two anchors is looked at again. Most texts need two."""


class Replaced(NamedTuple):
    """What differs: the items from `i1` to `i2` of the old became those from `j1` to `j2` of the new."""

    i1: int
    i2: int
    j1: int
    j2: int


def replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Replaced]:
    """Yield what differs, in order. It holds, and may be more than the least there is.

    Items that each side has once are the anchors, as in the patience diff of Bram Cohen.
    """
    yield from _between(old, new, Replaced(0, len(old), 0, len(new)), _ROUNDS)


def _between(old: Sequence[str], new: Sequence[str], part: Replaced, rounds: int) -> Iterator[Replaced]:
    i1, i2, j1, j2 = part
    while i1 < i2 and j1 < j2 and old[i1] == new[j1]:
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and old[i2 - 1] == new[j2 - 1]:
        i2, j2 = i2 - 1, j2 - 1
    if i1 == i2 and j1 == j2:
        return
    anchors = _anchors(old, new, Replaced(i1, i2, j1, j2)) if rounds and i1 < i2 and j1 < j2 else []
    if not anchors:
        yield Replaced(i1, i2, j1, j2)
        return
    for i, j in [*anchors, (i2, j2)]:
        yield from _between(old, new, Replaced(i1, i, j1, j), rounds - 1)
        i1, j1 = i + 1, j + 1


def _anchors(old: Sequence[str], new: Sequence[str], part: Replaced) -> list[tuple[int, int]]:
    """Return the longest series of items that both sides have once, and in the same order."""
    i1, i2, j1, j2 = part
    once = [{item for item, count in Counter(side).items() if count == 1} for side in (old[i1:i2], new[j1:j2])]
    both = once[0] & once[1]
    places = {new[j]: j for j in range(j1, j2) if new[j] in both}
    pairs = [(i, places[old[i]]) for i in range(i1, i2) if old[i] in both]
    # The longest rising subsequence: `ends` has, for each length, the pair that ends it soonest.
    ends: list[int] = []
    chosen: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(chosen[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        chosen[length : length + 1] = [index]
    series: list[tuple[int, int]] = []
    index = chosen[-1] if chosen else -1
    while index >= 0:
        series.append(pairs[index])
        index = before[index]
    return series[::-1]
