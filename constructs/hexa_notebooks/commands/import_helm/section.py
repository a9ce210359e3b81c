"""The chart's values inside of something else: a chart that contains this one, or an object that installs it."""

from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import CHART
from hexa_notebooks.commands.import_helm.merge import over
from hexa_notebooks.commands.import_helm.yaml_1_1 import Key, kind_of
from hexa_notebooks.model.config import did_you_mean

_TELLING = ("cull", "hub", "prePuller", "proxy", "scheduling", "singleuser")
"""Sections that hardly another chart has."""
_DEEPEST = 8


def looks_like_the_charts(values: Any) -> bool:
    """Return whether a mapping has a section of the chart's with a key that the chart knows."""
    if not isinstance(values, Mapping):
        return False
    sections = {name: (CHART.keys or {})[name].keys or {} for name in _TELLING}
    return any(isinstance(values.get(name), Mapping) and {*values[name]} & {*keys} for name, keys in sections.items())


def sections(given: Mapping[str, Any]) -> list[Key]:
    """Return where, outside of the chart's own keys, there is something that looks like its values."""
    foreign = {key: value for key, value in given.items() if key not in (CHART.keys or {})}
    return list(_sections(foreign, ()))


def _sections(value: Any, path: Key) -> Iterator[Key]:
    if path and looks_like_the_charts(value):
        yield path
    elif len(path) < _DEEPEST and isinstance(value, Mapping | list):
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _sections(item, (*path, key))


def texts(given: Mapping[str, Any]) -> list[Key]:
    """Return where there is text that looks like values, as in an Application of Argo CD or a ConfigMap."""
    return [path for path, text in _texts(given, ()) if any(f"\n{name}:" in f"\n{text}" for name in _TELLING)]


def _texts(value: Any, path: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(value, str):
        if "\n" in value:
            yield path, value
    elif len(path) < _DEEPEST and isinstance(value, Mapping | list):
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            if path or key not in (CHART.keys or {}):
                yield from _texts(item, (*path, key))


def advice(given: Mapping[str, Any], path: Key) -> str:
    """Say what stands at a path that `sections` or `texts` has found, and what to do."""
    section = ".".join(str(part) for part in path)
    if "kind" in given and "apiVersion" in given:
        what = f"these are values in a Kubernetes object ({given['kind']})"
    else:
        what = "these are values of a chart that contains this one"
    page = "read 'When another chart contains this one' in docs/moving-from-helm.md"
    return f"{what}: add --section {section}, and {page}"


def take(given: Mapping[str, Any], section: str) -> tuple[dict[str, Any] | str, Key]:
    """Return the values of a section, with those of `global` that Helm passes down to it, and the section's path.

    Values that are text, as in an Application of Argo CD, are returned as that.

    Raises:
        ValueError: there is no such section, or neither a mapping nor text in it.

    """
    value: Any = given
    shared: dict[str, Any] = {}
    path: Key = ()
    names = section.split(".")
    while names:
        if isinstance(value, Mapping) and isinstance(value.get("global"), Mapping):
            # The values of a chart win over those of the charts that it contains.
            shared = over(value["global"], shared)
        key, count = _first_key(value, names)
        if key is None:
            raise ValueError(f"there is no {names[0]!r}{_hint(given, path, value, names[0])}")
        value, path, names = value[key], (*path, key), names[count:]
    if isinstance(value, str) and "\n" in value:
        return value, path
    if value is not None and not isinstance(value, Mapping):
        raise ValueError(f"must hold a mapping of keys to values, got {kind_of(value)}")
    merged = dict(value or {})
    if shared:
        own = merged.get("global")
        merged["global"] = over(own if isinstance(own, Mapping) else {}, shared)
    return merged, path


def _first_key(value: Any, names: list[str]) -> tuple[str | int | None, int]:
    """Return the key that comes first, which may have dots in it, and of how many names it is made."""
    if isinstance(value, list) and names[0].isdigit() and int(names[0]) < len(value):
        return int(names[0]), 1
    if isinstance(value, Mapping):
        for count in range(len(names), 0, -1):
            if (key := ".".join(names[:count])) in value:
                return key, count
    return None, 0


def _hint(given: Mapping[str, Any], path: Key, value: Any, name: str) -> str:
    known = [".".join(str(part) for part in found) for found in (*sections(given), *texts(given))]
    here = f" in {'.'.join(str(part) for part in path)}" if path else ""
    if looks_like_the_charts(given):
        return f"{here}; these are the chart's own values: leave --section out"
    if known:
        return f"{here}; write --section {' or '.join(known)}"
    return here + (did_you_mean(name, [str(key) for key in value]) if isinstance(value, Mapping) else "")
