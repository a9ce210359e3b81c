"""A values file as Helm reads it, with the line of each value.

Helm's reader differs from Python's: `y` and `n` are booleans, dates and `1:30` are strings, `<<` is applied where it
stands, keys become strings, and numbers pass through 64-bit floats.
"""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import yaml

from hexa_notebooks.commands.import_helm.comments import Comment, read_comments
from hexa_notebooks.model.errors import OperatorError

Key = tuple[str | int, ...]

_PLAIN = "plain"
"""The tag of a scalar without quotes, whose type its text decides."""
_TYPES = {f"tag:yaml.org,2002:{name}": name for name in ("bool", "int", "float", "null")}
_BINARY = "tag:yaml.org,2002:binary"
_MERGE = (_PLAIN, "tag:yaml.org,2002:merge")
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
_INTEGERS = range(-(2**63), 2**64)
"""The whole numbers that Go's reader knows; beyond, they are fractions."""
_LARGEST = 200_000
_DEEPEST = 100


class ValuesError(OperatorError):
    """Values that cannot be used; a line a problem."""


@dataclass(slots=True)
class ValuesFile:
    """What a file holds, and where."""

    values: dict[str, Any]
    """The top level."""
    lines: dict[Key, int] = field(default_factory=dict)
    """The line of each value, by its path; a value from an anchor has the line of the anchor's. There may be more:
    lines of what another value has replaced."""
    comments: list[Comment] = field(default_factory=list)
    """Its comments."""

    def below(self, path: Key) -> "ValuesFile":
        """Return what stands in a section as if it were all."""
        values: Any = self.values
        for key in path:
            values = values.get(key) if isinstance(values, dict) else None
        length = len(path)
        comments = [
            replace(comment, path=comment.path[length:]) for comment in self.comments if comment.path[:length] == path
        ]
        lines = {known[length:]: line for known, line in self.lines.items() if known[:length] == path}
        return ValuesFile(values if isinstance(values, dict) else {}, lines, comments)


def read_text(text: str, name: str) -> ValuesFile:
    """Read the text of a values file, which errors call by `name`.

    Raises:
        ValuesError: it is not one mapping in YAML.

    """
    with _plain_errors(name):
        _check(text, name)
        documents = list(yaml.compose_all(text, _Loader))
        if further := [document for document in documents[1:] if not _is_empty(document)]:
            line = further[0].start_mark.line + 1
            raise ValuesError(f"{name}:{line}: a second document begins; Helm would ignore it: give it in its own file")
        if not documents:
            return ValuesFile({}, comments=read_comments(text, yaml.scan(text, _Loader), {}))
        reading = _Reading(name)
        values = reading.value(documents[0], ())
    if values is None:
        return ValuesFile({}, comments=read_comments(text, yaml.scan(text, _Loader), {}))
    if not isinstance(values, dict):
        raise ValuesError(f"{name}: must hold a mapping of keys to values, got {kind_of(values)}")
    return ValuesFile(values, reading.lines, read_comments(text, yaml.scan(text, _Loader), reading.lines))


def parse_scalar(text: str) -> Any:
    """Return what the text alone is as an item of a YAML list.

    Raises:
        ValuesError: it is no YAML.

    """
    with _plain_errors("text"):
        _check(text, "text")
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


def printed(value: Any) -> str | None:
    """Return how Go writes a scalar; None for null and for what is no scalar."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case float():
            return printed_number(value)
    return None


def printed_number(value: float) -> str:
    """Return how Go writes a fraction: from a million on, and below 1/10000, with an exponent."""
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    power = len(digits) - 1 + int(exponent)
    if value == 0 or -5 < power < 6:
        return format(Decimal(repr(float(value))).normalize() + 0, "f")
    mantissa = f"{digits[0]}.{''.join(map(str, digits[1:]))}".rstrip(".")
    return f"{'-' if sign else ''}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02}"


def _check(text: str, name: str) -> None:
    """Refuse what would break, not fail, further on."""
    if control := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise ValuesError(f"{name}:{line}: is not YAML: a control character; remove it")
    depth = 0
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValuesError(f"{_at(name, event.start_mark)}: is nested more than {_DEEPEST} levels deep")


def _is_empty(document: Any) -> bool:
    return isinstance(document, yaml.ScalarNode) and document.tag == _PLAIN and document.value == ""


def _at(name: str, mark: Any) -> str:
    return f"{name}:{mark.line + 1}" if mark else name


@contextmanager
def _plain_errors(name: str) -> Iterator[None]:
    try:
        yield
    except yaml.MarkedYAMLError as error:
        place = _at(name, error.problem_mark or error.context_mark)
        tab = "cannot start any token" in (error.problem or "")
        problem = "a tab, or a character that needs quotes; indent by spaces" if tab else error.problem or error.context
        raise ValuesError(f"{place}: is not YAML: {problem}") from None


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The reader that Go's was ported from, which takes tabs between tokens; without it these are refused."""


class _Loader(_Base):  # type: ignore[misc]
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
        self._count += 1
        if self._count > _LARGEST:
            raise self._error(node, f"is more than {_LARGEST} values once its aliases are written out")
        if len(path) > _DEEPEST:
            raise self._error(node, f"is nested more than {_DEEPEST} levels deep")
        if id(node) in self._open:
            raise self._error(node, "an anchor contains an alias of itself")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return [self._item(item, (*path, index)) for index, item in enumerate(node.value)]
            return self._scalar(node)
        finally:
            self._open.discard(id(node))

    def _item(self, node: Any, path: Key) -> Any:
        self.lines[path] = node.start_mark.line + 1
        return self.value(node, path)

    def _mapping(self, node: Any, path: Key) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        given: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if isinstance(key_node, yaml.ScalarNode) and key_node.tag in _MERGE and key_node.value == "<<":
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
            given[key] = self.lines[(*path, key)] = line
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

    def _key(self, node: Any) -> str:
        key = printed(self._as_written(node)) if isinstance(node, yaml.ScalarNode) else None
        if key is None:
            raise self._error(node, "a key must be a string; write it in quotes")
        return key

    def _scalar(self, node: Any) -> Any:
        value = self._as_written(node)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        number = float(value)
        return int(number) if number.is_integer() else number

    def _as_written(self, node: Any) -> Any:
        """Return a scalar before its number passes through a float."""
        text: str = node.value
        if node.tag == _BINARY:
            raise self._error(node, "is marked as !!binary; write the text itself")
        if node.tag != _PLAIN and node.tag not in _TYPES:
            return text
        value = _plain(text)
        if node.tag in _TYPES:
            wanted = {"bool": bool, "int": int, "float": int | float, "null": type(None)}[_TYPES[node.tag]]
            if not isinstance(value, wanted):
                raise self._error(node, f"is marked as !!{_TYPES[node.tag]}, but is none")
        if isinstance(value, float) and not math.isfinite(value):
            raise self._error(node, "is infinite or not a number, which Helm cannot pass on")
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
    if _INTEGER.fullmatch(digits) and (number := _integer(digits)) in _INTEGERS:
        return number
    if _FLOAT.fullmatch(digits) and math.isfinite(fraction := float(digits)):
        return fraction
    return text


def _integer(digits: str) -> int:
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2].lower(), 8 if len(digits) > 1 and digits[0] == "0" else 10)
    try:
        return sign * int(digits[2:] if digits[1:2].isalpha() else digits, base)
    except ValueError:
        return sign * _INTEGERS.stop


def _dotted(path: Key) -> str:
    return ".".join(str(part) for part in path)
