"""How Helm puts values files on top of each other and on the chart's defaults."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return one values file over another: mappings merge, everything else replaces, null stays as null."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        merged[key] = over(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged


def over_defaults(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the files give over the chart's defaults: null takes a default away, and stays where there is none.

    Neither `{}` nor `[]` clears a mapping of the defaults.
    """
    merged: dict[str, Any] = {}
    for key in dict.fromkeys((*defaults, *given)):
        if key not in given:
            merged[key] = deepcopy(defaults[key])
        elif isinstance(defaults.get(key), Mapping) and isinstance(given[key], Mapping):
            merged[key] = over_defaults(defaults[key], given[key])
        elif given[key] is not None or key not in defaults:
            merged[key] = deepcopy(given[key])
    return merged
