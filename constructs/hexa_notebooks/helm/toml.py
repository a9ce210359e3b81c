"""TOML in the form in which Helm writes it: keys sorted, tables indented, every whole number with a fraction."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def to_toml(data: Mapping[str, Any]) -> str:
    """Return a mapping as TOML."""
    return "".join(f"{line}\n" for line in _table(data, (), 0))


def _table(table: Mapping[str, Any], path: tuple[str, ...], depth: int) -> Iterator[str]:
    indent = "  " * depth
    scalars = {key: value for key, value in table.items() if not _is_table(value)}
    for key, value in sorted(scalars.items()):
        yield f"{indent}{_key(key)} = {_value(value)}"
    for key, value in sorted(table.items()):
        place = (*path, _key(key))
        if isinstance(value, Mapping):
            yield f"{indent}[{'.'.join(place)}]"
            yield from _table(value, place, depth + 1)
        elif _is_table(value):
            for item in value:
                yield f"{indent}[[{'.'.join(place)}]]"
                yield from _table(item, place, depth + 1)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)
    )


def _key(key: str) -> str:
    return key if key and all(char.isascii() and (char.isalnum() or char in "-_") for char in key) else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{float(value)}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
