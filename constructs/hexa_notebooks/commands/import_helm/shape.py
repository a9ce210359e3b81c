"""Whether values are such as the chart knows: unknown keys, types, and strings that YAML took for something else."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
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
from hexa_notebooks.commands.import_helm.yaml_1_1 import Key, kind_of
from hexa_notebooks.model.config import did_you_mean

Problem = tuple[Key, str]
"""Where something is wrong, and what; never with the value, which may be a secret."""


_COMMON = (
    "annotations",
    "create",
    "enabled",
    "host",
    "hosts",
    "image",
    "labels",
    "name",
    "namespace",
    "port",
    "type",
    "url",
)
"""Keys that mean something else in each place, so that a guess would mislead."""
NEEDED = "null takes away what the chart cannot do without; remove the line"


def fit(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values that are as the chart takes them, and what is wrong with the others."""
    problems: list[Problem] = []
    kept = _fit(given, CHART, defaults(CHART), (), problems)
    return kept if isinstance(kept, dict) else {}, problems


_DROPPED = object()


def _fit(value: Any, wanted: Value, default: Any, path: Key, problems: list[Problem]) -> Any:
    """Return what fits of a value."""
    if problem := _problem(value, wanted):
        problems.append((path, problem))
        return _DROPPED
    if isinstance(value, Mapping) and wanted.keys is not None:
        return _fit_section(value, wanted.keys, default, path, problems)
    if isinstance(value, Mapping) and wanted.items is not None:
        return _fit_entries(value, wanted.items, default, path, problems)
    if isinstance(value, list) and wanted.items is not None:
        fitted = [_fit(item, wanted.items, None, (*path, index), problems) for index, item in enumerate(value)]
        return [item for item in fitted if item is not _DROPPED]
    return value


def _fit_section(
    given: Mapping[str, Any], keys: Mapping[str, Value], default: Any, path: Key, problems: list[Problem]
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, wanted in keys.items():
        if wanted.required and wanted.keys is None and wanted.default is None and key not in given:
            problems.append((path, f"has no {key}; write it"))
    for key, value in given.items():
        place = (*path, key)
        if key not in keys:
            problems.append((place, f"chart 4.4.0 has no such key{_suggestion(place, keys)}"))
        elif value is None and keys[key].required:
            problems.append((place, NEEDED))
        elif value is None:
            kept[key] = None
        else:
            kept[key] = _fit(value, keys[key], (default or {}).get(key), place, problems)
    return {key: value for key, value in kept.items() if value is not _DROPPED}


def _fit_entries(
    given: Mapping[str, Any], entry: Value, default: Any, path: Key, problems: list[Problem]
) -> dict[str, Any]:
    """Return the entries that fit; null is for those that the chart has by default."""
    has_default = default if isinstance(default, Mapping) else {}
    kept = {
        key: None if value is None and key in has_default else _fit(value, entry, None, (*path, key), problems)
        for key, value in given.items()
    }
    return {key: value for key, value in kept.items() if value is not _DROPPED}


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
    match kind:
        case "a string":
            return isinstance(value, str)
        case "true or false":
            return isinstance(value, bool)
        case "a whole number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "a number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "a list":
            return isinstance(value, list)
        case _:
            return isinstance(value, Mapping)


def _fix(value: Any, kinds: tuple[str, ...]) -> str:
    """Return what to write instead."""
    if value is None:
        return "; null takes away only defaults of the chart: remove the key, or give it a value"
    if TEXT in kinds and isinstance(value, bool):
        return "; YAML reads y, n, yes, no, on, off, true and false without quotes so: write it in quotes"
    if TEXT in kinds and isinstance(value, int | float):
        return "; YAML reads it so without quotes: write it in quotes"
    if isinstance(value, str):
        if FLAG in kinds:
            return "; write true or false without quotes"
        if WHOLE in kinds or NUMBER in kinds:
            plain = re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", value)
            return "; write it without quotes" if plain else "; write the number alone, without a unit"
    if LIST in kinds and isinstance(value, Mapping):
        return "; write each entry as an item that begins with '- '"
    if LIST in kinds and isinstance(value, str):
        return "; write it as the one item of a list, after '- '"
    if kinds == (MAPPING,) and isinstance(value, list):
        return "; write its entries as lines of 'name: value'"
    return ""


def _suggestion(path: Key, siblings: Mapping[str, Value]) -> str:
    key = str(path[-1])
    if known := what_to_write(path):
        return f"; {known}"
    if key in _COMMON:
        return ""
    if near := did_you_mean(key, siblings):
        return near
    if len(path) == 1:
        return ""
    homes = sorted(_HOMES.get(key, ()), key=lambda home: -_shared(home, path))
    homes = [home for home in homes if _shared(home, path) == _shared(homes[0], path)]
    return f"; it belongs under {'.'.join(homes[0]) or 'the top level'}" if len(homes) == 1 else ""


def _shared(home: tuple[str, ...], path: Key) -> int:
    """Return how many sections from the top on two places have in common."""
    count = 0
    for one, other in zip(home, path, strict=False):
        if one != other:
            break
        count += 1
    return count


def _sections(value: Value, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, child in (value.keys or {}).items():
        yield key, path
        yield from _sections(child, (*path, key))


_HOMES: dict[str, list[tuple[str, ...]]] = defaultdict(list)
for _name, _home in _sections(CHART, ()):
    _HOMES[_name].append(_home)
