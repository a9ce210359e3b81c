"""From Helm values files to the one tree that the chart works with, checked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import CHART, Value
from hexa_notebooks.commands.import_helm.chart_version import DEFAULT, defaults_of
from hexa_notebooks.commands.import_helm.merge import over, over_defaults
from hexa_notebooks.commands.import_helm.refusals import refusals, warnings
from hexa_notebooks.commands.import_helm.section import advice, looks_like_the_charts, sections, take, texts
from hexa_notebooks.commands.import_helm.shape import Problem, fit
from hexa_notebooks.commands.import_helm.tpl import Scope, TemplateError, evaluate
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.commands.import_helm.values_file import STDIN, read_file
from hexa_notebooks.commands.import_helm.yaml_1_1 import Key, ValuesError, ValuesFile, read_text
from hexa_notebooks.model.errors import printable

__all__ = ["ChartValues", "Given", "ValuesError", "read_given", "read_values"]

_TEMPLATES = ("hub.command", "hub.args", "proxy.chp.extraCommandLineFlags")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Given:
    """What the files of a release set, as a whole and before the chart's defaults."""

    values: Mapping[str, Any]
    """The files merged, nulls kept as `None`."""
    places: Mapping[str, str]
    """The file and line of each value that a file sets, by its path."""
    release: str
    """The release's name."""
    namespace: str
    """Where it is installed."""
    version: str = DEFAULT
    """The chart's version."""
    section: str = ""
    """Where in the files the values stand, if not at the top."""
    files: Sequence[tuple[str, ValuesFile]] = ()
    """The files as they are, by their names, in the order in which they were given."""

    def where(self, path: str) -> str | None:
        """Return where a value, or the nearest section around it, is set, as in `values.yaml:12`."""
        while path not in self.places:
            path, dot, _ = path.rpartition(".")
            if not dot:
                return None
        return self.places[path]

    def line(self, problem: Problem) -> str:
        """Return a problem as a line, with the place and the path that it has in the files."""
        path, text = problem
        return self.located(path, f"{dotted(path)}: {text}")

    def located(self, path: Key, text: str) -> str:
        """Return a text that begins with a path as a line, with the place and the path that it has in the files."""
        place = self.where(dotted(path))
        line = (f"{place}: " if place else "") + (f"{self.section}." if self.section else "") + text
        return printable(line)

    def without(self, *paths: Key) -> "Given":
        """Return the same without some values, for which the chart's defaults stand in again."""
        return replace(self, values=reduce(_without, sorted(paths, key=_later_items_first), self.values))

    def merged(self) -> tuple[dict[str, Any], list[Problem]]:
        """Return all values with the chart's defaults, templates evaluated, and what is wrong with them."""
        fitting, problems = fit(self.values)
        tree = over_defaults({} if self.is_computed else defaults_of(self.version), fitting)
        unfit = {path for path, _ in problems}
        problems += [problem for problem in refusals(Tree(tree)) if problem[0] not in unfit]
        return tree, problems + _evaluate(tree, Scope(tree, self.release, self.namespace, self.version))

    @property
    def is_computed(self) -> bool:
        """Whether the chart's defaults are among the values already, as `helm get values --all` prints them.

        What is missing then was taken away by null. It shows by the defaults that no release can be without.
        """
        return all(_has(self.values, path) for path in _ALWAYS)


@dataclass(frozen=True, slots=True)
class ChartValues:
    """The values of a release."""

    tree: Mapping[str, Any]
    """All values with the chart's defaults; templates are evaluated. Nulls are left only in what the chart passes on
    unread, such as a trait in `hub.config`."""
    given: Given
    """What the files set."""
    warnings: tuple[str, ...]
    """What cannot be meant, and is carried over as the chart does it; a line each."""


def read_values(
    files: Sequence[Path], *, release: str, namespace: str, section: str = "", version: str = DEFAULT
) -> ChartValues:
    """Read values files as Helm does, where later ones win.

    Raises:
        ValuesError: a file cannot be read, or the chart would refuse or misread the values; a line a problem.

    """
    given = read_given(files, release=release, namespace=namespace, section=section, version=version)
    tree, problems = given.merged()
    if problems:
        raise ValuesError("\n".join(given.line(problem) for problem in problems))
    return chart_values(given, tree)


def chart_values(given: Given, tree: dict[str, Any]) -> ChartValues:
    """Return values that nothing is wrong with."""
    found = tuple(given.line(problem) for problem in warnings(Tree(tree)))
    return ChartValues(_without_nulls(tree, CHART), given, found)


def read_given(
    files: Sequence[Path], *, release: str, namespace: str, section: str = "", version: str = DEFAULT
) -> Given:
    """Read values files, put later ones over earlier ones, and take the section of a chart that contains this one.

    Raises:
        ValuesError: a file cannot be read, or holds something else than the values of this chart.

    """
    problems = [*_name("--release", release, 53), *_name("--namespace", namespace, 63)]
    if files.count(STDIN) > 1:
        problems.append("-: is standard input, which can be read once only; name it once")
    read: list[tuple[str, ValuesFile]] = []
    places: dict[str, str] = {}
    for path in dict.fromkeys(files) if problems else files:
        try:
            file = read_file(path)
        except ValuesError as error:
            problems.append(str(error))
            continue
        name = "stdin" if path == STDIN else str(path)
        read.append((name, file))
        places.update({dotted(key): f"{name}:{line}" for key, line in file.lines.items() if key})
    if problems:
        raise ValuesError("\n".join(problems))
    values: dict[str, Any] = reduce(over, (file.values for _, file in read), {})
    whole = Given(values, places, release, namespace, version, files=tuple(read))
    return _section(whole, section) if section else _checked_whole(whole)


def _checked_whole(whole: Given) -> Given:
    """Refuse values that stand somewhere inside of what was given."""
    found = sections(whole.values) or (texts(whole.values) if not looks_like_the_charts(whole.values) else [])
    if found:
        raise ValuesError("\n".join(whole.line((path, advice(whole.values, path))) for path in found))
    if isinstance(kind := whole.values.get("kind"), str) and "apiVersion" in whole.values:
        place = whole.where("kind")
        raise ValuesError(
            f"{place}: kind: is a Kubernetes object ({kind}), not values; give what helm get values --output=yaml"
            " prints"
        )
    return whole


def _section(whole: Given, section: str) -> Given:
    """Return the values of a section as if they were all."""
    try:
        values, path = take(whole.values, section)
    except ValueError as error:
        raise ValuesError(f"--section: {section}: {error}") from None
    if isinstance(values, str):
        name, _, line = (whole.where(dotted(path)) or section).rpartition(":")
        # Text begins below its key; empty lines before it give each of its values the line that it has in the file.
        file = read_text("\n" * int(line or 0) + values, name)
        lines = {dotted(key): f"{name}:{number}" for key, number in file.lines.items() if key}
        return replace(whole, values=file.values, places=lines, section=section, files=((name, file),))
    prefix = dotted(path) + "."
    shared = {key: place for key, place in whole.places.items() if key.startswith("global.")}
    places = shared | {key.removeprefix(prefix): place for key, place in whole.places.items() if key.startswith(prefix)}
    files = tuple((name, file.below(path)) for name, file in whole.files)
    return replace(whole, values=values, places=places, section=section, files=files)


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


def _without(values: Any, path: Key) -> Any:
    key, rest = path[0], path[1:]
    if isinstance(values, list):
        return [
            _without(item, rest) if rest and index == key else item
            for index, item in enumerate(values)
            if rest or index != key
        ]
    if not isinstance(values, Mapping):
        return values
    return {
        name: _without(value, rest) if rest and name == key else value
        for name, value in values.items()
        if rest or name != key
    }


def _later_items_first(path: Key) -> tuple[float, ...]:
    """Put the last items of a list first, so that no other one changes its place before it goes."""
    return tuple(-part if isinstance(part, int) else 0 for part in path)


def _has(values: Any, path: Key) -> bool:
    for key in path:
        if not isinstance(values, Mapping) or values.get(key) is None:
            return False
        values = values[key]
    return True


def _always(section: Value, path: Key) -> Iterator[Key]:
    for key, value in (section.keys or {}).items():
        if value.keys is not None:
            yield from _always(value, (*path, key)) if value.required else ()
        elif value.required and value.default is not None:
            yield (*path, key)


_ALWAYS = [*_always(CHART, ())]


def dotted(path: Key) -> str:
    """Return a path as it is told."""
    return ".".join(str(part) for part in path)
