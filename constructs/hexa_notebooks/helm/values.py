"""From Helm values files to the one tree that the chart 4.4.0 works with, checked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from hexa_notebooks.helm.chart_values import CHART, Value, defaults
from hexa_notebooks.helm.merge import over, over_defaults
from hexa_notebooks.helm.refusals import refusals, warnings
from hexa_notebooks.helm.shape import Problem, fit
from hexa_notebooks.helm.tpl import Scope, TemplateError, evaluate
from hexa_notebooks.helm.tree import Tree
from hexa_notebooks.helm.yaml_1_1 import Key, ValuesError, ValuesFile, read_file

__all__ = ["ChartValues", "ValuesError", "read_values"]

_TEMPLATES = ("hub.command", "hub.args", "proxy.chp.extraCommandLineFlags")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class ChartValues:
    """The values of a release."""

    tree: Mapping[str, Any]
    """All values with the chart's defaults; templates are evaluated. Nulls are left only in what the chart passes on
    unread, such as a trait in `hub.config`."""
    given: Mapping[str, Any]
    """What the files set, merged, nulls kept as `None`."""
    warnings: tuple[str, ...]
    """What cannot be meant, and is carried over as the chart does it; a line each."""
    places: Mapping[str, str]
    """The file and line of each value that a file sets, by its path."""
    files: Sequence[tuple[str, ValuesFile]]
    """The files as they are, by their names, in the order in which they were given."""

    def where(self, path: str) -> str:
        """Return where a value, or the nearest section around it, is set, as in `values.yaml:12`."""
        return _place(self.places, path) or "the chart's defaults"


def read_values(files: Sequence[Path], *, release: str, namespace: str) -> ChartValues:
    """Read values files as Helm does, where later ones win.

    Raises:
        ValuesError: a file cannot be read, or the chart would refuse or misread the values; a line a problem.

    """
    named = [*_name("--release", release, 53), *_name("--namespace", namespace, 63)]
    read: list[tuple[str, ValuesFile]] = []
    places: dict[str, str] = {}
    for path in files:
        try:
            file = read_file(path)
        except ValuesError as error:
            named.append(str(error))
            continue
        read.append((str(path), file))
        places.update({_dotted(key): f"{path}:{line}" for key, line in file.lines.items() if key})
    if named:
        raise ValuesError("\n".join(named))
    given: dict[str, Any] = reduce(over, (file.values for _, file in read), {})
    fitting, problems = fit(given)
    tree = over_defaults(defaults(CHART), fitting)
    unfit = {path for path, _ in problems}
    problems += [problem for problem in refusals(Tree(tree)) if problem[0] not in unfit]
    problems += _evaluate(tree, Scope(tree, release, namespace))
    if problems:
        raise ValuesError("\n".join(_line(problem, places) for problem in problems))
    found = tuple(_line(problem, places) for problem in warnings(Tree(tree)))
    return ChartValues(_without_nulls(tree, CHART), given, found, places, read)


def _name(option: str, name: str, longest: int) -> list[str]:
    if _LABEL.fullmatch(name) and len(name) <= longest:
        return []
    return [
        f"{option}: must be lower-case letters, digits and inner hyphens, {longest} characters at most, got {name!r}"
    ]


def _evaluate(tree: dict[str, Any], scope: Scope) -> list[Problem]:
    """Put what the templates make in their place."""
    problems: list[Problem] = []
    made: list[tuple[dict[str, Any], str, list[str]]] = []
    for path in _TEMPLATES:
        *sections, last = path.split(".")
        section = reduce(lambda found, key: found.get(key) or {}, sections, tree)
        texts = []
        for index, text in enumerate(section.get(last) or []):
            try:
                texts.append(evaluate(text, scope))
            except TemplateError as error:
                problems.append(((*sections, last, index), str(error)))
        if last in section:
            made.append((section, last, texts))
    for section, key, texts in made:
        section[key] = texts
    return problems


def _without_nulls(tree: Mapping[str, Any], section: Value) -> dict[str, Any]:
    """Return the tree without nulls among the keys that the chart knows."""
    keys = section.keys or {}
    return {
        key: _without_nulls(value, keys[key]) if isinstance(value, Mapping) and keys[key].keys is not None else value
        for key, value in tree.items()
        if value is not None
    }


def _line(problem: Problem, places: Mapping[str, str]) -> str:
    path, text = problem
    place = _place(places, _dotted(path))
    line = f"{place}: {_dotted(path)}: {text}" if place else f"{_dotted(path)}: {text}"
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in line)


def _place(places: Mapping[str, str], path: str) -> str | None:
    """Return the place of a value, or of the nearest section around it."""
    while path not in places:
        path, dot, _ = path.rpartition(".")
        if not dot:
            return None
    return places[path]


def _dotted(path: Key) -> str:
    return ".".join(str(part) for part in path)
