"""The merged values of the chart, read by paths such as `hub.db.type`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hexa_notebooks.commands.import_helm.yaml_1_1 import Key


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

    def subset(self, path: str, keys: Mapping[str, str]) -> dict[str, Any]:
        """Return the values that exist below a path, renamed: `keys` maps each new name to a path below."""
        found = {new: self.get(f"{path}.{old}") for new, old in keys.items()}
        return {new: value for new, value in found.items() if value is not None}


def dotted(path: Key) -> str:
    """Return a path as people write it, such as `hub.db.type`."""
    return ".".join(str(part) for part in path)
