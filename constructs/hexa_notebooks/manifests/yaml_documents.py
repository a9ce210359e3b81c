"""Documents of YAML or JSON as Kubernetes' tools read them, within bounds, whatever somebody put there."""

import json
from collections.abc import Iterator
from typing import Any

from hexa_notebooks.manifests.go_yaml_reader import read_json, read_yaml
from hexa_notebooks.model.errors import OperatorError

_MOST_VALUES = 2_000_000
"""More than the manifests of a cluster hold. It is aliases and merge keys that multiply."""


class ManifestError(OperatorError):
    """Manifests that cannot be read, or not be compared."""


def parsed(text: str, name: str) -> Iterator[tuple[Any, int]]:
    """Yield each document of a text with its line, as what JSON can hold.

    Raises:
        ManifestError: with `name` and the line. It is neither YAML nor JSON, a key is set twice, or it is too much:
            nested over 100 levels, or over two million values once its aliases are written out.

    """
    if text.lstrip()[:1] == "{":
        try:
            yield read_json(text, name, ManifestError, most=_MOST_VALUES), 1
            return
        except json.JSONDecodeError as error:
            if name.endswith(".json"):
                raise ManifestError(f"{name}:{error.lineno}: {error.msg}") from None
    for document in read_yaml(text, name, ManifestError, most=_MOST_VALUES):
        yield document.value, document.line


def document(text: str, name: str) -> Any:
    """Return the one document of a text; None if it has none.

    Raises:
        ManifestError: as of `parsed`; or there are several.

    """
    if name.endswith(".json") and text.lstrip()[:1] != "{":
        raise ManifestError(f"{name}: is no object in JSON")
    found = [value for value, _ in parsed(text, name)]
    if len(found) > 1:
        raise ManifestError(f"{name}: holds several documents, not one")
    return found[0] if found else None


def without_nulls(value: Any) -> Any:
    """Return a value without the keys that have none, which Kubernetes leaves out."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value
