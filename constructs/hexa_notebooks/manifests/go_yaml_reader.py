"""YAML and JSON as Helm and kubectl read them, within bounds.

PyYAML parses, with libyaml, of which Go's parser is a port. This module turns the events of the parser into values by
Go's rules: see `go_scalars`, every key becomes a string, and `<<` is applied where it stands. A key that is set twice
is refused, since Go would silently take the last one.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from hexa_notebooks.manifests.go_scalars import printed, resolve
from hexa_notebooks.model.errors import OperatorError, printable

Key = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

_DEPTH = 100
_TEXT = 32
"""The number of characters of a string that count as one more value."""
_TAG = "tag:yaml.org,2002:"
_TYPES = {f"{_TAG}bool": bool, f"{_TAG}int": int, f"{_TAG}float": int | float, f"{_TAG}null": type(None)}
_TAGS = {*_TYPES, *(f"{_TAG}{name}" for name in ("map", "merge", "seq", "str", "timestamp"))}
"""The tags of YAML itself that are allowed. Go ignores tags of applications, such as `!own`."""

Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser that Go's was ported from. Without libyaml, PyYAML's own is used, which refuses tabs between tokens."""


class Document(NamedTuple):
    """A document of a YAML stream."""

    value: Any
    """Its value, in the types of JSON."""
    line: int
    """The line on which it starts."""
    lines: dict[Key, int]
    """The line of each value by its path, if asked for. A value inside of an alias has its line at the anchor."""


def read_yaml(
    text: str, name: str, error: type[OperatorError], *, most: int, with_lines: bool = False
) -> Iterator[Document]:
    """Yield the documents of a YAML stream.

    Args:
        text: the stream.
        name: its name in errors.
        error: the class of errors to raise.
        most: the number of values that it may hold once its aliases are expanded.
        with_lines: whether to note the line of each value.

    Raises:
        OperatorError: as `error`, with `name` and the line. It is not YAML, sets a key twice, is nested more than 100
            levels deep, or holds too many values.

    """
    if control := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise error(f"{name}:{line}: has a character that YAML does not allow; remove it")
    try:
        yield from _Reader(text, name, error, most, with_lines).documents()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        tab = "cannot start any token" in (problem.problem or "")
        if tab:
            words = "a tab, or a character that needs quotes; indent by spaces"
        else:
            words = " ".join(part for part in (problem.context, problem.problem) if part)
        raise error(f"{name}{f':{mark.line + 1}' if mark else ''}: is not YAML: {' '.join(words.split())}") from None


def read_json(text: str, name: str, error: type[OperatorError], *, most: int) -> Any:
    """Return the value of a JSON document, with the numbers and bounds of `read_yaml`.

    Raises:
        OperatorError: as `error`. It sets a key twice, has a number that JSON does not know, or exceeds the bounds.
        json.JSONDecodeError: it is not JSON.

    """

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            raise error(f"{name}: {next(key for key in keys if keys.count(key) > 1)!r} is set twice in one mapping")
        return found

    def number(digits: str) -> Any:
        return _whole(resolve(digits))

    def refused(constant: str) -> Any:
        raise error(f"{name}: has the number {constant}, which JSON cannot hold")

    try:
        value = json.loads(
            text, object_pairs_hook=mapping, parse_int=number, parse_float=number, parse_constant=refused
        )
    except RecursionError:
        raise error(f"{name}: is nested more than {_DEPTH} levels deep") from None
    _Reader("", name, error, most).count(value, 0)
    return value


class _Reader:
    def __init__(self, text: str, name: str, error: type[OperatorError], most: int, with_lines: bool = False) -> None:
        self._parser = Parser(text)
        self._name, self._error_type = name, error
        self._most = self._left = most
        self._with_lines = with_lines
        self._lines: list[tuple[Key, int]] = []
        self._anchors: dict[str, tuple[Any, list[tuple[Key, int]]]] = {}
        """The values of a document that have a name, with the lines of the values in them."""

    def documents(self) -> Iterator[Document]:
        while not self._parser.check_event(yaml.StreamEndEvent):
            if isinstance(self._parser.get_event(), yaml.DocumentStartEvent):
                self._lines, self._anchors = [], {}
                line = _line(self._parser.peek_event())
                yield Document(self._value((), 0), line, dict(self._lines))

    def count(self, value: Any, depth: int, event: Any = None) -> None:
        """Count a value and all that are in it."""
        if depth > _DEPTH:
            raise self._error(event, f"is nested more than {_DEPTH} levels deep")
        self._left -= 1 + len(value) // _TEXT if isinstance(value, str) else 1
        if self._left < 0:
            raise self._error(event, f"is more than {self._most} values once its aliases are written out")
        if isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                self.count(item, depth + 1, event)

    def _value(self, path: Key, depth: int) -> Any:
        event = self._parser.get_event()
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path, depth)
        if event.tag and event.tag.startswith(_TAG) and event.tag not in _TAGS:
            raise self._error(event, f"is marked as !!{event.tag.removeprefix(_TAG)}; write the value without the mark")
        if event.anchor:
            self._anchors.pop(event.anchor, None)  # until it is complete: an anchor cannot contain its own alias
        first = len(self._lines)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = _whole(self._scalar(event))
            self.count(value, depth, event)
        elif isinstance(event, yaml.MappingStartEvent):
            self.count(value := {}, depth, event)
            self._fill_mapping(value, path, depth + 1)
        else:
            self.count(value := [], depth, event)
            self._fill_list(value, path, depth + 1)
        if event.anchor and event.anchor not in self._anchors:  # else a value inside has taken the name
            self._anchors[event.anchor] = value, [(key[len(path) :], line) for key, line in self._lines[first:]]
        return value

    def _alias(self, event: Any, path: Key, depth: int) -> Any:
        if event.anchor not in self._anchors:
            raise self._error(
                event, f"the alias {event.anchor!r} has no anchor before it, or its aliases go in circles"
            )
        value, lines = self._anchors[event.anchor]
        self.count(value, depth, event)
        self._lines += [((*path, *key), line) for key, line in lines]
        return value

    def _fill_list(self, items: list[Any], path: Key, depth: int) -> None:
        while not self._parser.check_event(yaml.SequenceEndEvent):
            place = (*path, len(items))
            self._note(place, self._parser.peek_event())
            items.append(self._value(place, depth))
        self._parser.get_event()

    def _fill_mapping(self, items: dict[str, Any], path: Key, depth: int) -> None:
        given: dict[str, Any] = {}
        while not self._parser.check_event(yaml.MappingEndEvent):
            event = self._parser.peek_event()
            if _is_merge(event):
                merged = self._merged(path, depth)
                if both := sorted(given.keys() & merged):
                    line = _line(given[both[0]])
                    raise self._error(
                        event, f"'<<' overwrites {both[0]!r} of line {line} in Helm and kubectl; put '<<' first"
                    )
                items |= merged
                continue
            key = self._key(depth)
            place = (*path, key)
            if key in given:
                dotted = ".".join(str(part) for part in place)
                raise self._error(
                    event, f"{dotted} is set twice, first in line {_line(given[key])}; remove one of the two"
                )
            given[key] = event
            self._note(place, event)
            items[key] = self._value(place, depth)
        self._parser.get_event()

    def _merged(self, path: Key, depth: int) -> dict[str, Any]:
        """Return the mapping that `<<` adds; of a list of mappings, the first one wins."""
        event = self._parser.get_event()
        first, here = len(self._lines), len(path)
        value = self._value(path, depth)
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            raise self._error(event, "'<<' takes a mapping, or a list of mappings")
        if isinstance(value, list):
            # Leave out the index. Of several lines of a path the last counts, so the first mapping comes last.
            inner = [noted for noted in self._lines[first:] if len(noted[0]) > here + 1]
            inner.sort(key=lambda noted: int(noted[0][here]), reverse=True)
            self._lines[first:] = [((*path, *key[here + 1 :]), line) for key, line in inner]
        return {key: item for source in reversed(sources) for key, item in source.items()}

    def _key(self, depth: int) -> str:
        event = self._parser.peek_event()
        key = self._value((), depth)
        if not isinstance(key, str):
            # As it is written, since Go prints the float 1e7 as 1e+07, and the integer in full.
            key = printed(self._scalar(event) if isinstance(event, yaml.ScalarEvent) else key)
        if key is None:
            raise self._error(event, "a key must be a string; write it in quotes")
        return str(key)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if event.tag not in _TYPES and not (event.tag is None and event.implicit[0]):
            return text
        value = resolve(text)
        # Python takes True for an integer.
        wrong = isinstance(value, bool) and event.tag != f"{_TAG}bool"
        if event.tag in _TYPES and (wrong or not isinstance(value, _TYPES[event.tag])):
            raise self._error(event, f"is marked as !!{event.tag.removeprefix(_TAG)}, but is none")
        if isinstance(value, float) and math.isinf(value):
            raise self._error(event, "is infinite or not a number, which JSON cannot hold")
        return value

    def _note(self, path: Key, event: Any) -> None:
        if self._with_lines:
            self._lines.append((path, _line(event)))

    def _error(self, event: Any, problem: str) -> OperatorError:
        return self._error_type(f"{self._name}{f':{_line(event)}' if event else ''}: {printable(problem)}")


def _is_merge(event: Any) -> bool:
    if not isinstance(event, yaml.ScalarEvent) or event.value != "<<":
        return False
    return event.tag == f"{_TAG}merge" or (event.tag is None and event.implicit[0])


def _whole(value: Any) -> Any:
    """Return a float without a fraction as an integer, as JSON has it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
