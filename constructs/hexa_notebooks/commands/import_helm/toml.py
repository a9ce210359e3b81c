"""TOML as Helm writes it: keys sorted, tables indented, every number a float.

Source: https://github.com/BurntSushi/toml v1.6.0, with which Helm 3.22 and 4.2 write. Older ones write `1000000.0` for
1e+06.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.manifests.go_scalars import printed_float


def to_toml(data: Mapping[str, Any]) -> str:
    """Return a mapping as TOML."""
    return "".join(f"{line}\n" for line in _table(data, (), 0))


def _table(table: Mapping[str, Any], path: tuple[str, ...], depth: int) -> Iterator[str]:
    indent, written = "  " * depth, False
    scalars = {key: value for key, value in table.items() if value is not None and not _is_table(value)}
    for key, value in sorted(scalars.items()):
        yield f"{indent}{_key(key)} = {_value(value)}"
        written = True
    for key, value in sorted(table.items()):
        place = (*path, _key(key))
        if not _is_table(value):
            continue
        left, right = ("[", "]") if isinstance(value, Mapping) else ("[[", "]]")
        for item in [value] if isinstance(value, Mapping) else value:
            # An empty line before each table at the top, and before each table of an array.
            if (path and isinstance(value, list)) or (not path and written):
                yield ""
            written = True
            yield f"{indent}{left}{'.'.join(place)}{right}"
            yield from _table(item, place, depth + 1)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)
    )


def _key(key: str) -> str:
    bare = key and all(char.isascii() and (char.isalnum() or char in "-_") for char in key)
    return key if bare else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(float(value))
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """Return a number with a fraction or, from a million on, an exponent."""
    return printed_float(value) if abs(value) >= 1e6 else f"{value}"
