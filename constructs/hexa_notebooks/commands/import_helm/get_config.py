"""The values of the chart that a configuration file reads: calls of `get_config` in its syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

_READERS = {"get_config": 0, "set_config_if_not_none": 2}
"""Functions that read a value, each with the position of the argument `key`, the path."""
_MOST = 64
"""The number of paths that an expression may have before it counts as computed."""

_Text = tuple[str, bool]
"""The known beginning of a text, and whether it is the whole text."""


@dataclass(frozen=True, slots=True)
class Reads:
    """The values that a file reads."""

    paths: set[str] = field(default_factory=set)
    """Paths that it names, such as `custom.banner`."""
    sections: set[str] = field(default_factory=set)
    """Sections in which it computes a path, such as `custom.lab`; the empty one is all values."""


def reads(tree: ast.AST) -> Reads:
    """Return the values that a file reads, whatever name it imports `get_config` under."""
    names = _Names(tree)
    found = Reads()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        reader = names.reader(call.func)
        if reader is None:
            continue
        position = _READERS[reader]
        given = [keyword.value for keyword in call.keywords if keyword.arg in ("key", None)]
        if call.args[position : position + 1] and not any(isinstance(each, ast.Starred) for each in call.args):
            given = [call.args[position]]
        if not call.args and not call.keywords:
            # The function of traitlets with the same name, which returns the configuration.
            continue
        for text, is_whole in names.texts(given[0]) if given else [("", False)]:
            if is_whole:
                found.paths.add(text)
            else:
                found.sections.add(text.rpartition(".")[0])
    if names.passes_a_reader_on():
        found.sections.add("")
    return found


class _Names:
    """The values of a file's names, wherever in the file they are assigned."""

    def __init__(self, tree: ast.AST) -> None:
        self._tree = tree
        self._readers = {name: name for name in _READERS}
        self._assigned: dict[str, list[ast.expr | None]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                self._readers |= {each.asname or each.name: each.name for each in node.names if each.name in _READERS}
            for name, value in _bindings(node):
                self._assigned.setdefault(name, []).append(value)
        self._follow_aliases()

    def reader(self, function: ast.expr) -> str | None:
        """Return the reader that an expression refers to, or None."""
        match function:
            case ast.Name(id=name):
                return self._readers.get(name)
            case ast.Attribute(attr=name) if name in _READERS:
                return name
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str() as name), *_]) if (
                name in _READERS
            ):
                return name
            case ast.Subscript(slice=ast.Constant(value=str() as name)) if name in _READERS:
                return name
        return None

    def passes_a_reader_on(self) -> bool:
        """Return whether a reader is passed on, as in `map(get_config, paths)`, which hides its calls."""
        called = {id(node.func) for node in ast.walk(self._tree) if isinstance(node, ast.Call)}
        renamed = {id(value) for values in self._assigned.values() for value in values}
        return any(
            self.reader(node) and isinstance(getattr(node, "ctx", None), ast.Load) and id(node) not in called | renamed
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Name | ast.Attribute)
        )

    def texts(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> list[_Text]:
        """Return the texts that an expression may have as its value."""
        match node:
            case ast.Constant(value=str() as text):
                return [(text, True)]
            case ast.JoinedStr(values=parts):
                return self._joined([self.texts(part, seen) for part in parts])
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.texts(value, seen)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self._joined([self.texts(left, seen), self.texts(right, seen)])
            case ast.BinOp(op=ast.Mod(), left=left):
                return [(text.partition("%")[0], False) for text, _ in self.texts(left, seen)]
            case ast.Call(func=ast.Attribute(value=value, attr="format")):
                return [(text.partition("{")[0], False) for text, _ in self.texts(value, seen)]
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str() as dot), attr="join"),
                args=[ast.List(elts=parts) | ast.Tuple(elts=parts)],
            ):
                between = [[(dot, True)]] * len(parts)
                texts = [self.texts(part, seen) for part in parts]
                return self._joined([each for pair in zip(between, texts, strict=True) for each in pair][1:])
            case ast.IfExp(body=body, orelse=other):
                return [*self.texts(body, seen), *self.texts(other, seen)]
            case ast.BoolOp(values=values):
                return [text for value in values for text in self.texts(value, seen)]
            case ast.NamedExpr(value=value):
                return self.texts(value, seen)
            case ast.Name(id=name) if name not in seen:
                assigned = self._assigned.get(name, [None])
                return [
                    text
                    for each in assigned
                    for text in (self.texts(each, seen | {name}) if each is not None else [("", False)])
                ]
        return [("", False)]

    @staticmethod
    def _joined(parts: list[list[_Text]]) -> list[_Text]:
        made: set[_Text] = {("", True)}
        for texts in parts:
            made = {
                (before + text, is_whole) if goes_on else (before, False)
                for (before, goes_on), (text, is_whole) in product(made, texts)
            }
            if len(made) > _MOST:
                return [("", False)]
        return sorted(made)

    def _follow_aliases(self) -> None:
        """Add aliases of readers, as in `setting = get_config` and `read = setting`."""
        while True:
            found = {
                name: reader
                for name, values in self._assigned.items()
                for value in values
                if value is not None and (reader := self.reader(value)) and name not in self._readers
            }
            if not found:
                return
            self._readers |= found


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a node assigns, each with its value; None if the value is unknown."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from _unpacked(target, value)
        case ast.For(target=target, iter=values) | ast.AsyncFor(target=target, iter=values):
            yield from _each(target, values)
        case ast.comprehension(target=target, iter=values):
            yield from _each(target, values)
        case ast.withitem(optional_vars=ast.expr() as target):
            yield from _unpacked(target, None)
        case ast.arg(arg=name) | ast.AugAssign(target=ast.Name(id=name)) | ast.ExceptHandler(name=str() as name):
            yield name, None


def _each(target: ast.expr, values: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    for value in values.elts if isinstance(values, ast.Tuple | ast.List | ast.Set) else [None]:
        yield from _unpacked(target, value)


def _unpacked(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), (ast.Tuple(elts=values) | ast.List(elts=values))) if (
            len(targets) == len(values) and not any(isinstance(each, ast.Starred) for each in [*targets, *values])
        ):
            for each, its in zip(targets, values, strict=True):
                yield from _unpacked(each, its)
        case _:
            yield from (
                (part.id, None)
                for part in ast.walk(target)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            )
