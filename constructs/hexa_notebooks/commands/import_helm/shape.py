"""The check of values against the chart's keys and types."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import (
    CHART,
    FLAG,
    LIST,
    MAPPING,
    NUMBER,
    TEXT,
    WHOLE,
    Value,
    defaults,
)
from hexa_notebooks.commands.import_helm.old_keys import what_to_write
from hexa_notebooks.commands.import_helm.values_yaml import Key, kind_of
from hexa_notebooks.model.config import did_you_mean

Problem = tuple[Key, str]
"""The path of a wrong value, and what is wrong. The text never holds the value, which may be a secret."""

_CLASSES: dict[str, type | tuple[type, ...]] = {
    TEXT: str,
    FLAG: bool,
    WHOLE: int,
    NUMBER: (int, float),
    LIST: list,
    MAPPING: Mapping,
}
_COMMON = (
    *("annotations", "create", "enabled", "host", "hosts", "image", "labels", "name", "namespace", "port", "type"),
    "url",
)
"""Keys that mean something else in each place, so that a guess would mislead."""
NEEDED = "null removes a value that the chart requires; remove the line"


def fit(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values that the chart takes, and the problems of the others."""
    problems: list[Problem] = []
    kept = _fit(given, CHART, defaults(CHART), (), problems)
    return kept if isinstance(kept, dict) else {}, problems


_DROPPED = object()


def _fit(value: Any, wanted: Value, default: Any, path: Key, problems: list[Problem]) -> Any:
    """Return the part of a value that the chart takes, or `_DROPPED`."""
    if problem := _problem(value, wanted):
        problems.append((path, problem))
        return _DROPPED
    if isinstance(value, Mapping) and (wanted.keys or wanted.items):
        fit_one = _fit_key if wanted.keys else _fit_entry
        for key, child in wanted.keys.items():
            if child.required and not child.keys and child.default is None and key not in value:
                problems.append((path, f"has no {key}; write it"))
        default = default if isinstance(default, Mapping) else {}
        fitted = {key: fit_one(item, wanted, default.get(key), (*path, key), problems) for key, item in value.items()}
        return {key: item for key, item in fitted.items() if item is not _DROPPED}
    if isinstance(value, list) and wanted.items:
        items = [_fit(item, wanted.items, None, (*path, index), problems) for index, item in enumerate(value)]
        return [item for item in items if item is not _DROPPED]
    return value


def _fit_key(value: Any, section: Value, default: Any, path: Key, problems: list[Problem]) -> Any:
    wanted = section.keys.get(str(path[-1]))
    if wanted is None:
        problems.append((path, f"chart 4.4.0 has no such key{_suggestion(path, section.keys)}"))
    elif value is not None:
        return _fit(value, wanted, default, path, problems)
    elif wanted.required:
        problems.append((path, NEEDED))
    else:
        return None
    return _DROPPED


def _fit_entry(value: Any, mapping: Value, default: Any, path: Key, problems: list[Problem]) -> Any:
    """Return an entry of an open mapping. Null may only remove a default of the chart."""
    if (value is None and default is not None) or mapping.items is None:
        return value
    return _fit(value, mapping.items, None, path, problems)


def _problem(value: Any, wanted: Value) -> str | None:
    if not any(_is(value, kind) for kind in wanted.kinds):
        return f"must be {' or '.join(wanted.kinds)}, got {kind_of(value)}{_fix(value, wanted.kinds)}"
    if wanted.allowed and value not in wanted.allowed:
        allowed = [repr(choice) for choice in wanted.allowed if choice]
        return f"must be one of {', '.join(allowed)}, got {value!r}{did_you_mean(value, wanted.allowed)}"
    if wanted.least is not None and value < wanted.least:
        return f"must be at least {wanted.least}, got {value}"
    return None


def _is(value: Any, kind: str) -> bool:
    # A bool is an int to Python.
    return isinstance(value, _CLASSES[kind]) and isinstance(value, bool) <= (kind == FLAG)


def _fix(value: Any, kinds: tuple[str, ...]) -> str:
    """Return advice on writing the value."""
    if value is None:
        return "; null only removes defaults of the chart: remove the key, or give it a value"
    if TEXT in kinds and isinstance(value, bool):
        return "; without quotes YAML reads y, n, yes, no, on, off, true and false as booleans: write it in quotes"
    if TEXT in kinds and isinstance(value, int | float):
        return "; without quotes YAML reads a number: write it in quotes"
    if isinstance(value, str):
        if FLAG in kinds:
            return "; write true or false without quotes"
        if WHOLE in kinds or NUMBER in kinds:
            plain = re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", value)
            return "; write it without quotes" if plain else "; write the number alone, without a unit"
        if LIST in kinds:
            return "; write it as an item of a list, after '- '"
    if LIST in kinds and isinstance(value, Mapping):
        return "; write each entry as an item that begins with '- '"
    if kinds == (MAPPING,) and isinstance(value, list):
        return "; write its entries as lines of 'name: value'"
    return ""


def _suggestion(path: Key, siblings: Mapping[str, Value]) -> str:
    key = str(path[-1])
    if known := what_to_write(path):
        return f"; {known}"
    if key in _COMMON:
        return ""
    near = did_you_mean(key, siblings)
    if near or len(path) == 1:
        return near
    homes = _HOMES.get(key, [])
    nearest = max((_shared(home, path) for home in homes), default=0)
    homes = [home for home in homes if _shared(home, path) == nearest]
    return f"; it belongs under {'.'.join(homes[0]) or 'the top level'}" if len(homes) == 1 else ""


def _shared(home: tuple[str, ...], path: Key) -> int:
    """Return the number of leading keys that two paths share."""
    return len([*takewhile(lambda pair: pair[0] == pair[1], zip(home, path, strict=False))])


def _sections(value: Value, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, child in value.keys.items():
        yield key, path
        yield from _sections(child, (*path, key))


_HOMES: dict[str, list[tuple[str, ...]]] = defaultdict(list)
for _name, _home in _sections(CHART, ()):
    _HOMES[_name].append(_home)
