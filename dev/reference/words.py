"""Types, bounds and values in words."""

import ast
import builtins
import importlib
import inspect
import itertools
import json
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from dev.reference.models import declared, docstring, link, models, parts
from hexa_notebooks import Config, as_chart

_PLAIN = {
    "bool": "`True` or `False`",
    "float": "number",
    "int": "whole number",
    "str": "text",
    "JsonValue": "any JSON value",
    "Any": "anything",
}
"""Python's own types in words."""


class Alias(NamedTuple):
    """A type alias of a module."""

    module: ModuleType
    value: ast.expr
    text: str
    """Its docstring, or an empty string."""


def type_words(model: type[Config], name: str) -> str:
    """Return a field's type in words, with links, and its bounds."""
    annotation = declared(model)[name].annotation
    words = words_of(annotation, sys.modules[model.__module__])
    bounds = [each for each in _bounds(model.model_fields[name].metadata) if each not in words]
    return ", ".join([words, *bounds])


def words_of(node: ast.expr, module: ModuleType) -> str:
    """Return a type annotation of a module in words."""
    match node:
        case ast.Constant(None):
            return "`None`"
        case ast.Constant(str(quoted)):
            return words_of(ast.parse(quoted, mode="eval").body, module)
        case ast.BinOp(left, ast.BitOr(), right):
            return f"{words_of(left, module)} or {words_of(right, module)}"
        case ast.Name(name):
            return _named(name, module)
        case ast.Subscript(ast.Name("Annotated"), ast.Tuple([inner, *notes])):
            made = [eval(ast.unparse(note), vars(module)) for note in notes]  # noqa: S307 (the library's own source)
            return ", ".join([words_of(inner, module), *_bounds(made)])
        case ast.Subscript(ast.Name("Literal"), values):
            each = values.elts if isinstance(values, ast.Tuple) else [values]
            return " or ".join(f"`{python(ast.literal_eval(value))}`" for value in each)
        case ast.Subscript(ast.Name("tuple"), ast.Tuple([inner, ast.Constant(value)])) if value is ...:
            return f"tuple of {words_of(inner, module)}"
        case ast.Subscript(ast.Name("dict" | "Mapping"), ast.Tuple([key, value])):
            return f"dictionary of {words_of(key, module)} to {words_of(value, module)}"
    return f"`{ast.unparse(node)}`"


def _named(name: str, module: ModuleType) -> str:
    value = getattr(module, name, None) or getattr(builtins, name, None)
    if isinstance(value, type) and issubclass(value, Config):
        return link(value)
    alias = _alias(name, module)
    if alias is None:
        return _PLAIN.get(name, f"`{name}`")
    if _is_explained(name, alias):
        return f"[{name}](types.md#{name.lower()})"
    return words_of(alias.value, alias.module)


def _is_explained(name: str, alias: Alias) -> bool:
    """Return whether a type has its own section. A union of models is written as its members instead."""
    value = getattr(alias.module, name)
    members = {part for part in parts(value) if isinstance(part, type) and part is not type(None)}
    return bool(alias.text) and not any(issubclass(member, Config) for member in members)


@cache
def _alias(name: str, module: ModuleType) -> Alias | None:
    """Find the definition of a type alias. Return None if it is not from the library."""
    body = _body(module)
    for statement, after in itertools.zip_longest(body, body[1:]):
        match statement:
            case ast.Assign([ast.Name(target)], value) | ast.AnnAssign(ast.Name(target), _, ast.expr() as value):
                if target == name:
                    return Alias(module, value, docstring(after))
            case ast.ImportFrom(str(origin), names) if origin.startswith("hexa_notebooks"):
                for imported in names:
                    if (imported.asname or imported.name) == name:
                        return _alias(imported.name, importlib.import_module(origin))
    return None


@cache
def _body(module: ModuleType) -> list[ast.stmt]:
    return ast.parse(inspect.getsource(module)).body


def _bounds(notes: Iterable[Any]) -> list[str]:
    """Return the bounds among a type's annotations, in words."""
    flat = [part for note in notes for part in (note.metadata if isinstance(note, FieldInfo) else [note])]
    limits = {
        name: value
        for part in flat
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length")
        if (value := getattr(part, name, None)) is not None
    }
    words = []
    if "ge" in limits and "le" in limits:
        words.append(f"{limits.pop('ge')} to {limits.pop('le')}")
    for name, prefix in (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below")):
        if name in limits:
            words.append(f"{prefix} {limits[name]}")
    if "min_length" in limits:
        words.append("not empty" if limits["min_length"] == 1 else f"at least {limits['min_length']} long")
    if "max_length" in limits:
        words.append(f"at most {limits['max_length']} long")
    return words


def default_words(field: FieldInfo) -> str:
    """Return the default of a field in words."""
    if field.is_required():
        return "**required**"
    return f"`{python(field.get_default(call_default_factory=True))}` by default"


def python(value: Any) -> str:
    """Return a value as Python source, as in a cluster file."""
    if isinstance(value, Config):
        given = {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
        prefix = "as_chart." if type(value).__module__ == as_chart.__name__ else ""
        fields = ", ".join(f"{name}={python(each)}" for name, each in given.items())
        return f"{prefix}{type(value).__name__}({fields})"
    if isinstance(value, tuple):
        return f"({', '.join(map(python, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(python, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{python(key)}: {python(each)}' for key, each in value.items())}}}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def explained() -> dict[str, Alias]:
    """Return the types that have their own section, including the parts of other types."""
    found: dict[str, Alias] = {}

    def walk(node: ast.expr, module: ModuleType) -> None:
        for part in ast.walk(node):
            alias = _alias(part.id, module) if isinstance(part, ast.Name) else None
            if alias is not None and isinstance(part, ast.Name) and part.id not in found:
                if _is_explained(part.id, alias):
                    found[part.id] = alias
                walk(alias.value, alias.module)

    for model in models():
        for each in declared(model).values():
            walk(each.annotation, sys.modules[model.__module__])
    return found
