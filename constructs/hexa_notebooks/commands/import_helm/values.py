"""The checked values of a release: its files merged over the chart's defaults.

`cluster.py` makes the configuration of them, with a module for each section: `hub.py`, `proxy.py`, `singleuser.py` ...
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import CHART, Value
from hexa_notebooks.commands.import_helm.chart_version import DEFAULT, defaults_of
from hexa_notebooks.commands.import_helm.refusals import refusals, warnings
from hexa_notebooks.commands.import_helm.section import advice, looks_like_the_charts, sections, take, texts
from hexa_notebooks.commands.import_helm.shape import Problem, fit
from hexa_notebooks.commands.import_helm.tpl import Scope, TemplateError, evaluate
from hexa_notebooks.commands.import_helm.tree import Tree, dotted, over, over_defaults
from hexa_notebooks.commands.import_helm.values_file import STDIN, read_file
from hexa_notebooks.commands.import_helm.values_yaml import Key, ValuesError, ValuesFile, read_text
from hexa_notebooks.model.errors import printable

__all__ = ["ChartValues", "Given", "ValuesError", "checked", "read_given"]

_TEMPLATES = (("hub", "command"), ("hub", "args"), ("proxy", "chp", "extraCommandLineFlags"))
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Given:
    """The values that the files of a release set, without the chart's defaults."""

    values: Mapping[str, Any]
    """The files merged, nulls kept as `None`."""
    places: Mapping[str, str]
    """The file and line of each value that a file sets, by its path."""
    release: str
    """The release's name."""
    namespace: str
    """The namespace that it is installed in."""
    version: str = DEFAULT
    """The chart's version."""
    section: str = ""
    """The path of the values in the files, if they are not at the top."""
    files: Sequence[tuple[str, ValuesFile]] = ()
    """The names and contents of the files, in Helm's order."""

    def where(self, path: str) -> str | None:
        """Return the file and line that set a value, or the nearest section around it, such as `values.yaml:12`."""
        while path not in self.places:
            path, dot, _ = path.rpartition(".")
            if not dot:
                return None
        return self.places[path]

    def line(self, problem: Problem) -> str:
        """Return a problem as a line that begins with the place and the path in the files."""
        path, text = problem
        return self.located(path, f"{dotted(path)}: {text}")

    def located(self, path: Key, text: str) -> str:
        """Return a line with the place and the section in front of a text that begins with a path."""
        place = self.where(dotted(path))
        return printable((f"{place}: " if place else "") + (f"{self.section}." if self.section else "") + text)

    def without(self, *paths: Key) -> "Given":
        """Return the same without some values, so that the chart's defaults apply again."""
        return replace(self, values=reduce(_without, sorted(paths, key=_later_items_first), self.values))

    def merged(self) -> tuple[dict[str, Any], list[Problem]]:
        """Return all values with the chart's defaults and evaluated templates, and their problems."""
        fitting, problems = fit(self.values)
        tree = over_defaults({} if self.is_computed else defaults_of(self.version), fitting)
        # A value that does not fit is missing from the tree. Do not report it twice.
        unfit = {path for path, _ in problems}
        problems += [problem for problem in refusals(Tree(tree)) if problem[0] not in unfit]
        return tree, problems + _evaluate(tree, Scope(tree, self.release, self.namespace, self.version))

    @property
    def is_computed(self) -> bool:
        """Whether the values already include the chart's defaults, as `helm get values --all` prints them.

        They do if each default that the chart requires is there. A value that is missing then was removed by null.
        """
        return all(Tree(self.values).has(path) for path in _ALWAYS)


@dataclass(frozen=True, slots=True)
class ChartValues:
    """The values of a release."""

    tree: Mapping[str, Any]
    """All values with the chart's defaults and evaluated templates. Nulls remain only in values that the chart passes
    on unread, such as a trait in `hub.config`."""
    given: Given
    """The values that the files set."""
    warnings: tuple[str, ...]
    """Mistakes that are carried over as the chart renders them; a line each."""


def checked(given: Given) -> ChartValues:
    """Return the values with the chart's defaults.

    Raises:
        ValuesError: the chart would refuse or misread the values; a line for each problem.

    """
    tree, problems = given.merged()
    if problems:
        raise ValuesError("\n".join(given.line(problem) for problem in problems))
    found = tuple(given.line(problem) for problem in warnings(Tree(tree)))
    return ChartValues(_without_nulls(tree, CHART), given, found)


def read_given(
    files: Sequence[Path], *, release: str, namespace: str, section: str = "", version: str = DEFAULT
) -> Given:
    """Read values files as Helm does, where later ones win, and take the section of a chart that contains this one.

    Raises:
        ValuesError: a file cannot be read, or does not hold values of this chart.

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
    """Refuse files that are not values of this chart, but contain them."""
    found = sections(whole.values) or (texts(whole.values) if not looks_like_the_charts(whole.values) else [])
    if found:
        raise ValuesError("\n".join(whole.line((path, advice(whole.values, path))) for path in found))
    if isinstance(kind := whole.values.get("kind"), str) and "apiVersion" in whole.values:
        fix = "give what helm get values --output=yaml prints"
        raise ValuesError(f"{whole.where('kind')}: kind: is a Kubernetes object ({kind}), not values; {fix}")
    return whole


def _section(whole: Given, section: str) -> Given:
    """Return a copy with the values of a section only."""
    try:
        values, path = take(whole.values, section)
    except ValueError as error:
        raise ValuesError(f"--section: {section}: {error}") from None
    if isinstance(values, str):
        name, _, line = (whole.where(dotted(path)) or section).rpartition(":")
        # The text begins on the line after its key: empty lines before it give its values their lines in the file.
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
    allowed = f"lower-case letters, digits and inner hyphens, {longest} characters at most"
    return [f"{option}: must be {allowed}, got {name!r}"]


def _evaluate(tree: dict[str, Any], scope: Scope) -> list[Problem]:
    """Replace templates by their outcome."""
    problems: list[Problem] = []
    outcomes: list[tuple[dict[str, Any], str, list[str]]] = []
    for *parents, last in _TEMPLATES:
        section = reduce(lambda found, key: found.get(key) or {}, parents, tree)
        texts = []
        for index, text in enumerate(section.get(last) or []):
            try:
                texts.append(evaluate(text, scope))
            except TemplateError as error:
                problems.append(((*parents, last, index), str(error)))
        if last in section:
            outcomes.append((section, last, texts))
    # Only now, since a template may read another one, which Helm does not evaluate first.
    for section, key, texts in outcomes:
        section[key] = texts
    return problems


def _without_nulls(tree: Mapping[str, Any], section: Value) -> dict[str, Any]:
    """Return the tree without nulls for keys of the chart."""
    keys = section.keys
    return {
        key: _without_nulls(value, keys[key]) if isinstance(value, Mapping) and keys[key].keys else value
        for key, value in tree.items()
        if value is not None
    }


def _without(values: Any, path: Key) -> Any:
    key, rest = path[0], path[1:]
    if not isinstance(values, Mapping | list):
        return values
    items = values.items() if isinstance(values, Mapping) else enumerate(values)
    kept = {name: _without(item, rest) if name == key else item for name, item in items if rest or name != key}
    return kept if isinstance(values, Mapping) else [*kept.values()]


def _later_items_first(path: Key) -> tuple[float, ...]:
    """Sort the last items of a list first: removing one moves only those after it."""
    return tuple(-part if isinstance(part, int) else 0 for part in path)


def _always(section: Value, path: Key) -> Iterator[Key]:
    for key, value in section.keys.items():
        if value.keys:
            yield from _always(value, (*path, key)) if value.required else ()
        elif value.required and value.default is not None:
            yield (*path, key)


_ALWAYS = [*map(dotted, _always(CHART, ()))]
"""The paths of defaults that the chart requires."""
