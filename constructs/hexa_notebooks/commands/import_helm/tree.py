"""The chart's values as a tree: merged as Helm merges them, and read by paths such as `hub.db.type`."""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hexa_notebooks.commands.import_helm.values_yaml import Key


def dotted(path: Key) -> str:
    """Return a path as people write it, such as `hub.db.type`."""
    return ".".join(str(part) for part in path)


def snake(key: str) -> str:
    """Return a key in snake case: `ipFamilyPolicy` is `ip_family_policy`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()


@dataclass(frozen=True, slots=True)
class Tree:
    """Merged values, without those that null removed."""

    values: Mapping[str, Any]
    """The top level."""

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value at a path, or the default if there is none."""
        value: Any = self.values
        for key in path.split("."):
            if not isinstance(value, Mapping) or value.get(key) is None:
                return default
            value = value[key]
        return value

    def text(self, path: str) -> Any:
        """Return the value at a path, or None if it is blank: use it where the chart treats both alike."""
        return self.get(path) or None

    def has(self, path: str) -> bool:
        """Return whether there is a value at a path."""
        return self.get(path) is not None

    def fields(self, path: str, *keys: str, name: Callable[[str], str] = snake) -> dict[str, Any]:
        """Return the values that are set below a path, by the names of their fields."""
        found = {name(key): self.get(f"{path}.{key}") for key in keys}
        return {field: value for field, value in found.items() if value is not None}


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return one values file over another: mappings merge, anything else replaces, null stays null."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        merged[key] = over(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged


def over_defaults(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return values over the chart's defaults: null removes a default, and stays where there is none.

    `{}` does not clear a mapping of the defaults.
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
