"""The import of a whole release, or all its refusals, each with the file, the line and the path of its value.

A refusal names a field of a Config, or a trait that several values set. The value behind it is found by trial:
it is the one whose removal makes the refusal disappear.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import CHART, FLAG
from hexa_notebooks.commands.import_helm.cluster import Cluster, Refusal, RefusedError, to_cluster
from hexa_notebooks.commands.import_helm.names import Names
from hexa_notebooks.commands.import_helm.places import value_at
from hexa_notebooks.commands.import_helm.tree import Tree, dotted
from hexa_notebooks.commands.import_helm.values import ChartValues, Given, ValuesError, checked
from hexa_notebooks.commands.import_helm.values_yaml import Key

_ROUNDS = 20
"""The number of times that refused values are removed to find further refusals."""
_TELLING = 4
"""The length from which a string identifies a value. A shorter one may be equal by chance."""
_TRAIT = re.compile(r"^[A-Z]\w*(\.[-\w\[\]]+)+: ")
"""The name of a trait at the beginning of a line."""


def carry_over(given: Given) -> tuple[ChartValues, Cluster]:
    """Return the values of a release with the chart's defaults, and the configuration that keeps it as it is.

    Raises:
        ValuesError: values are refused; a line for each.

    """
    try:
        values = checked(given)
        return values, to_cluster(Tree(values.tree), names_of(given, values.tree))
    except (ValuesError, RefusedError):
        raise ValuesError("\n".join(_all_refusals(given))) from None


def names_of(given: Given, tree: Mapping[str, Any]) -> Names:
    """Return the names that the chart gives to the objects of a release."""
    overrides = tree.get("fullnameOverride"), tree.get("nameOverride")
    return Names(given.release, given.namespace, *overrides, given.version)


def _all_refusals(given: Given) -> list[str]:
    """Return a line for each refusal, including those that only appear once others are fixed."""
    lines: list[str] = []
    culprits: list[Key] = []
    for _ in range(_ROUNDS):
        _, problems = given.merged()
        found = [(path, given.line((path, text))) for path, text in problems]
        if not problems:
            trials = _Trials(given)
            refusals = [(_culprit(refusal, trials), refusal) for refusal in _refusals(given) or ()]
            found = [(path, _line(refusal, path, given)) for path, refusal in refusals]
        # A value that is missing because of a removal here is not the user's mistake.
        new = [(path, line) for path, line in found if not any(_may_follow(path, each) for each in culprits)]
        lines += dict.fromkeys(line for _, line in new)
        # Remove a list as a whole: without one item, the others would have other indexes than in the file.
        paths = (_not_yet_removed(_outside_of_lists(path), culprits) for path, _ in found)
        removed = [path for path in paths if path]
        culprits += removed
        rest = given.without(*removed)
        if rest.values == given.values:
            break
        given = rest
    return sorted(lines, key=_by_place)


def _outside_of_lists(path: Key) -> Key:
    return path[: next((index for index, key in enumerate(path) if isinstance(key, int)), len(path))]


def _not_yet_removed(path: Key, removed: Sequence[Key]) -> Key:
    """Return the path, or the nearest one around it that has not been removed."""
    while path in removed:
        path = path[:-1]
    return path


def _may_follow(path: Key, removed: Key) -> bool:
    """Return whether a removal may have caused the refusal, such as that of a mount without its volume."""
    return bool(path) and (path == removed[: len(path)] or removed == path[: len(removed)])


def _by_place(line: str) -> tuple[str, int]:
    place = re.match(r"(.*?):(\d+): ", line)
    return (place[1], int(place[2])) if place else ("", 0)


def _line(refusal: Refusal, path: Key, given: Given) -> str:
    named = _named(refusal.line, given)
    if named:
        return given.located(named, refusal.line)
    return given.line((path, _TRAIT.sub("", refusal.line))) if path else refusal.line


def _refusals(given: Given) -> Sequence[Refusal] | None:
    """Return the refusals; None if the values do not even fit the chart."""
    try:
        values = checked(given)
        to_cluster(Tree(values.tree), names_of(given, values.tree))
    except ValuesError:
        return None
    except RefusedError as refused:
        return refused.refusals
    return ()


class _Trials:
    """The refusals that remain without some of the values. The outcome of each trial is kept."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self._left: dict[tuple[Key, ...], set[str] | None] = {}

    def culprits(self, refusal: Refusal, path: Key = ()) -> list[Key]:
        """Return the innermost values whose removal, one at a time, makes the refusal disappear."""
        values = value_at(self.given.values, path)
        keys = values if isinstance(values, Mapping) else range(len(values)) if isinstance(values, list) else ()
        found = self._split(refusal, [(*path, key) for key in keys])
        return [inner for outer in found for inner in self.culprits(refusal, outer)] or ([path] if path else [])

    def _split(self, refusal: Refusal, paths: list[Key]) -> list[Key]:
        if not paths or not self._is_gone(refusal, tuple(paths)):
            return []
        if len(paths) == 1:
            return paths
        middle = len(paths) // 2
        return [path for half in (paths[:middle], paths[middle:]) for path in self._split(refusal, half)]

    def _is_gone(self, refusal: Refusal, paths: tuple[Key, ...]) -> bool:
        if paths not in self._left:
            left = _refusals(self.given.without(*paths))
            self._left[paths] = None if left is None else {_essence(other.line) for other in left}
        left_lines = self._left[paths]
        return left_lines is not None and _essence(refusal.line) not in left_lines


def _culprit(refusal: Refusal, trials: _Trials) -> Key:
    """Return the path of the refused value, or of the section around it if the value cannot be told."""
    given = trials.given
    if named := _named(refusal.line, given):
        return named
    if isinstance(refusal.got, str) and len(refusal.got) >= _TELLING:
        same = [path for path, value in _leaves(given.values, ()) if value == refusal.got]
        if len(same) == 1:
            return same[0]
    found = trials.culprits(refusal)
    found.sort(key=lambda path: (not _makes(value_at(given.values, path), refusal.got), _is_switch(path)))
    return found[0] if found else ()


def _leaves(value: Any, path: Key) -> Iterator[tuple[Key, Any]]:
    if isinstance(value, Mapping | list):
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _leaves(item, (*path, key))
    else:
        yield path, value


def _named(line: str, given: Given) -> Key:
    """Return the path at the beginning of a line, as far as a file sets it."""
    path: Key = ()
    values: Any = given.values
    while values is not None:
        rest = line[len(dotted(path)) + 1 :] if path else line
        keys = values if isinstance(values, Mapping) else range(len(values)) if isinstance(values, list) else ()
        key = next((key for key in keys if re.match(rf"{re.escape(str(key))}(?![-\w])", rest)), None)
        if key is None:
            return path
        path, values = (*path, key), values[key]
    return path


def _essence(line: str) -> str:
    """Return a line without indexes, which change when other items are removed."""
    return re.sub(r"\.[0-9]+(?=[.:])", "", line)


def _makes(value: Any, got: Any) -> bool:
    """Return whether a refused value comes from one of the files."""
    if isinstance(value, str) and isinstance(got, str):
        return bool(value) and value in got
    return got is not None and value == got


def _is_switch(path: Key) -> bool:
    """Return whether a value switches others on, which are then refused because of it."""
    section = CHART
    for key in path:
        if str(key) not in section.keys:
            return False
        section = section.keys[str(key)]
    return bool(section.allowed) or section.kinds == (FLAG,)
