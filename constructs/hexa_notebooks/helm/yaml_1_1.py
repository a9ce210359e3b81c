"""A values file as Helm reads it, with the line of each value.

Helm's reader differs from Python's: `y` and `n` are booleans, dates and `1:30` are strings, `<<` is applied where it
stands, keys become strings, and numbers pass through 64-bit floats.
"""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hexa_notebooks.errors import OperatorError

Key = tuple[str | int, ...]

_PLAIN = "plain"
"""The tag of a scalar without quotes, whose type its text decides."""
_TYPES = {f"tag:yaml.org,2002:{name}": name for name in ("bool", "int", "float", "null")}
_BOOLEANS = {
    spelling: truth
    for truth, words in ((True, ("y", "yes", "on", "true")), (False, ("n", "no", "off", "false")))
    for word in words
    for spelling in (word, word.capitalize(), word.upper())
}
_NULLS = ("", "~", "null", "Null", "NULL")
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LARGEST = 200_000


class ValuesError(OperatorError):
    """Values that cannot be used; a line a problem."""


@dataclass(slots=True)
class ValuesFile:
    """What a file holds, and where."""

    values: dict[str, Any]
    """The top level."""
    lines: dict[Key, int] = field(default_factory=dict)
    """The line of each value, by its path; a value from an anchor has the line of the anchor's."""


def read_file(path: Path) -> ValuesFile:
    """Read a values file.

    Raises:
        ValuesError: it cannot be read, or is not one mapping in YAML.

    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ValuesError(f"{path}: no such file; name a values file as given to helm upgrade --values") from None
    except IsADirectoryError:
        raise ValuesError(f"{path}: is a folder; name a values file in it") from None
    except (OSError, ValueError) as error:
        raise ValuesError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValuesError(f"{path}:{line}: is not UTF-8; save it as UTF-8") from None
    return read_text(text, str(path))


def read_text(text: str, name: str) -> ValuesFile:
    """Read the text of a values file, which errors call by `name`.

    Raises:
        ValuesError: it is not one mapping in YAML.

    """
    with _plain_errors(name, text):
        documents = list(yaml.compose_all(text, _Loader))
        if len(documents) > 1:
            line = documents[1].start_mark.line + 1
            raise ValuesError(f"{name}:{line}: a second document begins; Helm would ignore it: give it in its own file")
        if not documents:
            return ValuesFile({})
        reading = _Reading(name)
        values = reading.value(documents[0], ())
    if values is None:
        return ValuesFile({})
    if not isinstance(values, dict):
        raise ValuesError(f"{name}: must hold a mapping of keys to values, got {kind_of(values)}")
    return ValuesFile(values, reading.lines)


def parse_scalar(text: str) -> Any:
    """Return what the text alone is as an item of a YAML list.

    Raises:
        ValuesError: it is no YAML.

    """
    with _plain_errors("text", text):
        value = _Reading("text").value(yaml.compose(f"- {text}", _Loader), ())
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def kind_of(value: Any) -> str:
    """Return what a value is, in words that do not tell the value."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case float():
            return "a fraction"
        case int():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "a mapping"


@contextmanager
def _plain_errors(name: str, text: str) -> Iterator[None]:
    try:
        yield
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}" if mark else name
        raise ValuesError(f"{place}: is not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        line = text.count("\n", 0, position) + 1
        raise ValuesError(f"{name}:{line}: is not YAML: a control character; remove it") from None
    except RecursionError:
        raise ValuesError(f"{name}: is nested too deeply") from None


class _Loader(yaml.SafeLoader):
    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is yaml.ScalarNode and implicit[0]:
            return _PLAIN
        return {
            yaml.ScalarNode: self.DEFAULT_SCALAR_TAG,
            yaml.SequenceNode: self.DEFAULT_SEQUENCE_TAG,
            yaml.MappingNode: self.DEFAULT_MAPPING_TAG,
        }[kind]


class _Reading:
    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Key, int] = {}
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: Any, path: Key) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        self._count += 1
        if self._count > _LARGEST:
            raise self._error(node, f"is more than {_LARGEST} values once its aliases are written out")
        if id(node) in self._open:
            raise self._error(node, "an anchor contains an alias of itself")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
            return self._scalar(node)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Any, path: Key) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        given: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if isinstance(key_node, yaml.ScalarNode) and key_node.tag == _PLAIN and key_node.value == "<<":
                for key, value in self._merge(value_node, path).items():
                    if key in given:
                        raise self._error(
                            key_node, f"'<<' overwrites {key!r} of line {given[key]} in Helm; put '<<' first"
                        )
                    merged[key] = value
                continue
            key = self._key(key_node)
            if key in given:
                raise self._error(key_node, f"{_dotted((*path, key))} is set twice, first in line {given[key]}")
            given[key] = line
            self._forget((*path, key))
            self.lines[(*path, key)] = line
            merged[key] = self.value(value_node, (*path, key))
        return merged

    def _merge(self, node: Any, path: Key) -> dict[str, Any]:
        """Return what `<<` brings in; of several mappings the first wins."""
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: dict[str, Any] = {}
        for source in reversed(sources):
            value = self.value(source, path) if isinstance(source, yaml.MappingNode) else None
            if value is None:
                raise self._error(source, "'<<' takes an alias of a mapping, or a list of these")
            merged |= value
        return merged

    def _forget(self, path: Key) -> None:
        """Take back the lines of what a merge key had brought."""
        if path in self.lines:
            for known in [known for known in self.lines if known[: len(path)] == path]:
                del self.lines[known]

    def _key(self, node: Any) -> str:
        value = self._scalar(node) if isinstance(node, yaml.ScalarNode) else node
        match value:
            case bool():
                return "true" if value else "false"
            case str():
                return value
            case int() | float():
                return str(value)
            case _:
                raise self._error(node, "a key must be a string; write it in quotes")

    def _scalar(self, node: Any) -> Any:
        text: str = node.value
        if node.tag == _PLAIN:
            value = _plain(text)
        elif node.tag in _TYPES:
            value = _plain(text)
            wanted = {"bool": bool, "int": int, "float": int | float, "null": type(None)}[_TYPES[node.tag]]
            if not isinstance(value, wanted):
                raise self._error(node, f"is marked as !!{_TYPES[node.tag]}, but is none")
        else:
            return text
        if isinstance(value, float) and not math.isfinite(value):
            raise self._error(node, "is a number that Helm cannot pass on (infinite, too large, or not a number)")
        return value

    def _error(self, node: Any, problem: str) -> ValuesError:
        return ValuesError(f"{self.name}:{node.start_mark.line + 1}: {problem}")


def _plain(text: str) -> Any:
    """Return what a scalar without quotes is."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INFINITE.fullmatch(text):
        return math.inf
    digits = text.replace("_", "")
    if not text.isascii() or text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(digits):
        number = _integer(digits)
    elif _FLOAT.fullmatch(digits):
        number = float(digits)
    else:
        return text
    return int(number) if math.isfinite(number) and number.is_integer() else number


def _integer(digits: str) -> float:
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2].lower(), 8 if len(digits) > 1 and digits[0] == "0" else 10)
    try:
        return float(sign * int(digits[2:] if digits[1:2].isalpha() else digits, base))
    except (OverflowError, ValueError):
        return math.inf


def _dotted(path: Key) -> str:
    return ".".join(str(part) for part in path)
