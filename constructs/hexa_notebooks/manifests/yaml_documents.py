"""Documents of YAML or JSON as Kubernetes' tools read them, within bounds, whatever somebody put there."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

from hexa_notebooks.model.errors import OperatorError

_DEPTH = 100
_VALUES = 2_000_000
"""More than the manifests of a cluster hold. It is aliases and merge keys that multiply."""
_TEXT = 32
"""So many characters of a text count as one value."""
_TAG = "tag:yaml.org,2002:"
_INTEGERS = range(-(2**63), 2**64)
"""The whole numbers that Go's readers know. A larger one is a fraction for them, which is not exact."""
_DIGITS = 1100
"""More than any fraction has in any base; what is out of their range is text."""
_OCTAL = re.compile(r"[-+]?0o[0-7_]+")


class ManifestError(OperatorError):
    """Manifests that cannot be read, or not be compared."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A date is text, and so are `=` and `1:30`; 1e+09 is a number."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own way)
        first: [pair for pair in pairs if pair[0] not in (f"{_TAG}timestamp", f"{_TAG}value")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    f"{_TAG}float", re.compile(r"^[-+]?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def parsed(text: str, name: str) -> Iterator[tuple[Any, int]]:
    """Yield each document of a text with its line, as what JSON can hold.

    Raises:
        ManifestError: with `name` and the line. It is neither YAML nor JSON, a key is set twice, or it is too much:
            nested over 100 levels, or over two million values once its aliases are written out.

    """
    if text.lstrip()[:1] == "{":
        try:
            yield _Values(name).of_json(text), 1
        except json.JSONDecodeError as error:
            if name.endswith(".json"):
                raise ManifestError(f"{name}:{error.lineno}: {error.msg}") from error
        except RecursionError:
            raise ManifestError(f"{name}: is nested too deeply") from None
        except ValueError:
            raise ManifestError(f"{name}: has a number that JSON cannot hold") from None
        else:
            return
    try:
        yield from _Values(name).of_yaml(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise ManifestError(f"{name}:{mark.line + 1 if mark else 1}: {' '.join(problem.split())}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ManifestError(f"{name}:{line}: has a character that YAML does not allow") from error
    except UnicodeEncodeError:
        raise ManifestError(f"{name}: has half of a character, which YAML does not allow") from None


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


class _Values:
    """What the events of a parser, or JSON, come to. It counts as it goes, so that it stops before it is too much."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left = _VALUES
        self._plain: dict[str, Any] = {}
        self._anchors: dict[str, tuple[Any, int]] = {}
        """The values of a document that have a name, and how much each comes to."""

    def of_yaml(self, text: str) -> Iterator[tuple[Any, int]]:
        loader = _Loader(text)
        while not loader.check_event(yaml.StreamEndEvent):
            event = loader.get_event()
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
                first = loader.peek_event()
                yield self._value(loader, loader.get_event(), 1), first.start_mark.line + 1

    def of_json(self, text: str) -> Any:
        def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(pairs)
            if len(found) < len(pairs):
                keys = [key for key, _ in pairs]
                self._refuse_twice(next(key for key in keys if keys.count(key) > 1), None)
            return found

        value = json.loads(
            text,
            object_pairs_hook=mapping,
            parse_int=self._integer,
            parse_float=self._fraction,
            parse_constant=self._fraction,
        )
        self._check(value, 1)
        return value

    def _check(self, value: Any, depth: int) -> None:
        self._count(value, depth, None)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            self._check(item, depth + 1)

    def _count(self, value: Any, depth: int, event: Any) -> None:
        if depth > _DEPTH:
            raise self._error(event, "is nested too deeply")
        self._spend(1 + len(value) // _TEXT if isinstance(value, str) else 1, event)

    def _spend(self, count: int, event: Any) -> None:
        self._left -= count
        if self._left < 0:
            raise self._error(event, f"is more than {_VALUES} values once its aliases are written out")

    def _value(self, loader: Any, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._left
        self._count(getattr(event, "value", None), depth, event)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(loader, event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._check_tag(event, "map")
            value = self._mapping(loader, depth)
        else:
            self._check_tag(event, "seq")
            value = []
            while not loader.check_event(yaml.SequenceEndEvent):
                value.append(self._value(loader, loader.get_event(), depth + 1))
            loader.get_event()
        if event.anchor:
            self._anchors[event.anchor] = value, before - self._left
        return value

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise self._error(
                event, f"the alias {event.anchor!r} has no anchor before it, or its aliases go in circles"
            )
        value, count = self._anchors[event.anchor]
        self._spend(count, event)
        return value

    def _mapping(self, loader: Any, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not loader.check_event(yaml.MappingEndEvent):
            event = loader.get_event()
            is_merge = isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == "<<"
            key = None if is_merge else self._key(loader, event, depth)
            value = self._value(loader, loader.get_event(), depth + 1)
            if is_merge:
                self._merge(merged, value, found, event)
            elif key in found:
                self._refuse_twice(str(key), event)
            else:
                found[str(key)] = value
        loader.get_event()
        return merged | found

    def _merge(self, into: dict[str, Any], value: Any, found: dict[str, Any], event: Any) -> None:
        """Add what `<<` brings in: of several mappings the first counts, and what is written beside it more."""
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                raise self._error(event, "'<<' takes a mapping, or a list of mappings")
            self._spend(len(source), event)
            if known := sorted(source.keys() & found.keys()):
                raise self._error(event, f"'<<' overwrites {known[0]!r} for Kubernetes' tools; put '<<' first")
            for key, item in source.items():
                into.setdefault(key, item)

    def _key(self, loader: Any, event: Any, depth: int) -> str:
        key = self._value(loader, event, depth + 1)
        if isinstance(key, dict | list):
            raise self._error(event, "has a key that is a mapping or a list")
        return key if isinstance(key, str) else json.dumps(key)

    def _refuse_twice(self, key: str, event: Any) -> None:
        raise self._error(event, f"{key!r} is set twice in one mapping; leave one of them out")

    def _check_tag(self, event: Any, own: str) -> None:
        if event.tag not in (None, "!", f"{_TAG}{own}"):
            raise self._error(event, f"could not determine a constructor for the tag {event.tag!r}")

    def _scalar(self, loader: Any, event: Any) -> Any:
        text = event.value
        if event.tag in (None, "!") and not event.implicit[0]:
            return text
        if event.tag is None:
            if text not in self._plain:
                self._plain[text] = self._typed(loader.resolve(yaml.ScalarNode, text, (True, False)), text, event)
            return self._plain[text]
        return self._typed(event.tag, text, event)

    def _typed(self, tag: str, text: str, event: Any) -> Any:
        kind = tag.removeprefix(_TAG)
        try:
            match kind:
                case "str" if event.tag is None and _OCTAL.fullmatch(text):
                    return self._integer(text)
                case "str" | "merge":
                    return text
                case "int" | "float" if ":" in text:
                    return text
                case "int":
                    return self._integer(text)
                case "float":
                    return self._fraction(text)
                case "bool":
                    return yaml.SafeLoader.bool_values[text.lower()]
                case "null":
                    return None
        except (KeyError, ValueError):
            raise self._error(event, f"is no {kind} that JSON can hold") from None
        raise self._error(event, f"could not determine a constructor for the tag {tag!r}")

    @staticmethod
    def _integer(text: str) -> Any:
        digits = text.replace("_", "")
        if len(digits) > _DIGITS:
            return text
        sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits.lstrip("+"))
        base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2].lower(), 8 if len(digits) > 1 and digits[0] == "0" else 10)
        try:
            number = sign * int(digits, base)
            return number if number in _INTEGERS else int(float(number))
        except OverflowError:
            return text

    @staticmethod
    def _fraction(text: str) -> Any:
        if text.lower().lstrip("-+.") in ("nan", "inf", "infinity"):
            raise ValueError(text)
        number = float(text.replace("_", ""))
        return text if math.isinf(number) else int(number) if number.is_integer() else number

    def _error(self, event: Any, problem: str) -> ManifestError:
        return ManifestError(f"{self._name}{f':{event.start_mark.line + 1}' if event else ''}: {problem}")
