"""The parts in which two sequences differ, in nearly linear time.

The standard library's difflib is quadratic: a text that fits into a ConfigMap can take hours.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_ROUNDS = 8
"""The depth of the recursion between anchors. Most texts need two."""


class Replaced(NamedTuple):
    """A difference: the old items from `i1` to `i2` became the new items from `j1` to `j2`."""

    i1: int
    i2: int
    j1: int
    j2: int


def replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Replaced]:
    """Yield the differences in order. They are correct, but not always the smallest.

    Items that occur once on each side are anchors, as in Bram Cohen's patience diff.
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
    """Return the longest series of items that both sides have once and in the same order."""
    i1, i2, j1, j2 = part
    once = [{item for item, count in Counter(side).items() if count == 1} for side in (old[i1:i2], new[j1:j2])]
    both = once[0] & once[1]
    places = {new[j]: j for j in range(j1, j2) if new[j] in both}
    pairs = [(i, places[old[i]]) for i in range(i1, i2) if old[i] in both]
    # The longest increasing subsequence: for each length, `ends` has the smallest last item of such a series.
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
