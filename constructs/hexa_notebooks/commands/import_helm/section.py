"""The chart's values inside something else: a chart that contains this one, or an object that installs it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import CHART
from hexa_notebooks.commands.import_helm.tree import dotted, over
from hexa_notebooks.commands.import_helm.values_yaml import Key, kind_of
from hexa_notebooks.model.config import did_you_mean

_TELLING = ("cull", "hub", "prePuller", "proxy", "scheduling", "singleuser")
"""Sections that hardly any other chart has."""
_DEEPEST = 8


def looks_like_the_charts(values: Any) -> bool:
    """Return whether a mapping has a section of the chart with a key that the chart knows."""
    if not isinstance(values, Mapping):
        return False
    sections = {name: CHART.keys[name].keys for name in _TELLING}
    return any(isinstance(values.get(name), Mapping) and {*values[name]} & {*keys} for name, keys in sections.items())


def sections(given: Mapping[str, Any]) -> list[Key]:
    """Return the paths, outside the chart's own keys, of mappings that look like its values."""
    return [*_outside(given, (), looks_like_the_charts)]


def texts(given: Mapping[str, Any]) -> list[Key]:
    """Return the paths of text that looks like values, as in an Application of Argo CD or a ConfigMap."""
    return [*_outside(given, (), _is_text_of_values)]


def _is_text_of_values(value: Any) -> bool:
    if not isinstance(value, str) or "\n" not in value:
        return False
    return any(f"\n{name}:" in f"\n{value}" for name in _TELLING)


def _outside(value: Any, path: Key, is_found: Callable[[Any], bool]) -> Iterator[Key]:
    """Yield the outermost paths, outside the chart's own keys, whose value is what is looked for."""
    if path and is_found(value):
        yield path
    elif len(path) < _DEEPEST and isinstance(value, Mapping | list):
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            if path or key not in CHART.keys:
                yield from _outside(item, (*path, key), is_found)


def advice(given: Mapping[str, Any], path: Key) -> str:
    """Return advice on a path from `sections` or `texts`: what it is, and how to import it."""
    is_object = "kind" in given and "apiVersion" in given
    what = f"in a Kubernetes object ({given['kind']})" if is_object else "of a chart that contains this one"
    page = "read 'When another chart contains this one' in docs/moving-from-helm.md"
    return f"these are values {what}: add --section {dotted(path)}, and {page}"


def take(given: Mapping[str, Any], section: str) -> tuple[dict[str, Any] | str, Key]:
    """Return the values of a section, with the values of `global` that Helm passes down to it, and its path.

    A section that is text, as in an Application of Argo CD, is returned as a string.

    Raises:
        ValueError: there is no such section, or it is neither a mapping nor text.

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
    """Return the first key, which may contain dots, and the number of names that it consists of."""
    if isinstance(value, list) and names[0].isdigit() and int(names[0]) < len(value):
        return int(names[0]), 1
    if isinstance(value, Mapping):
        for count in range(len(names), 0, -1):
            if (key := ".".join(names[:count])) in value:
                return key, count
    return None, 0


def _hint(given: Mapping[str, Any], path: Key, value: Any, name: str) -> str:
    known = [dotted(found) for found in (*sections(given), *texts(given))]
    here = f" in {dotted(path)}" if path else ""
    if looks_like_the_charts(given):
        return f"{here}; these are the chart's own values: leave --section out"
    if known:
        return f"{here}; write --section {' or '.join(known)}"
    return here + (did_you_mean(name, [str(key) for key in value]) if isinstance(value, Mapping) else "")
