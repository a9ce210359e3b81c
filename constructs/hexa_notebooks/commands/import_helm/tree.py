"""The merged values of the chart, read by paths such as `hub.db.type`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tree:
    """Values after the merge: what was null is not there."""

    values: Mapping[str, Any]
    """The top level."""

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value at a path, or the default where there is none."""
        value: Any = self.values
        for key in path.split("."):
            if not isinstance(value, Mapping) or value.get(key) is None:
                return default
            value = value[key]
        return value

    def text(self, path: str) -> Any:
        """Return the value at a path, or None where it is blank too: there the chart takes the two for the same."""
        return self.get(path) or None

    def has(self, path: str) -> bool:
        """Return whether there is a value at a path."""
        return self.get(path) is not None

    def subset(self, path: str, keys: Mapping[str, str]) -> dict[str, Any]:
        """Return the values that there are below a path, by new names: `{new: "path.below"}`."""
        found = {new: self.get(f"{path}.{old}") for new, old in keys.items()}
        return {new: value for new, value in found.items() if value is not None}
