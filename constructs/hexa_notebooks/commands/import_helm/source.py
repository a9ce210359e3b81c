"""The Python source of a configuration: a cluster file that people can go on editing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm.places import Place
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import Unpinned

_WIDTH = 120


@dataclass(frozen=True)
class Beside:
    """Files and comments that belong to settings of a cluster file, by the places of the settings."""

    files: Mapping[Place, str] = field(default_factory=dict)
    """The name of the text file that holds a setting, in the folder with the cluster file's name."""
    above: Mapping[Place, list[str]] = field(default_factory=dict)
    """Lines of comments above a setting; for the empty place, above all settings."""
    below: Mapping[Place, list[str]] = field(default_factory=dict)
    """Lines of comments below a setting."""

    @cached_property
    def split(self) -> set[Place]:
        """Settings with a comment at one of their parts, so that each part needs its own line."""
        return {place[:length] for place in (*self.above, *self.below) for length in range(len(place))}


@dataclass(frozen=True, slots=True)
class Base:
    """A configuration that others share."""

    config: Config
    """The configuration."""
    module: str
    """The module that exports it as `config`."""
    spoken: tuple[str, ...] = ()
    """The fields that each of the others sets, even to the base's value."""


def to_source(config: Config, *, introduction: str, base: Base | None = None, beside: Beside | None = None) -> str:
    """Return the source of a cluster file that sets `config`, formatted as `ruff format` would.

    Only fields that differ from their defaults are written; with a base, only those that differ from the base.
    `introduction` becomes the file's docstring.
    """
    beside = beside or Beside()
    written = written_value(config, base)
    names = {_name(part).partition(".")[0] for part in _parts(written)} | ({"text_file"} if beside.files else set())
    imports = f"from hexa_notebooks import {', '.join(sorted(names))}\n" if names else ""
    if len(imports) > _WIDTH + 1:
        imports = "from hexa_notebooks import (\n" + "".join(f"    {name},\n" for name in sorted(names)) + ")\n"
    if base is not None:
        imports = f"from {base.module} import config as {_COMMON}\n{imports}"
    if beside.files:
        imports = f'from pathlib import Path\n\n{imports}\n{_FILES} = Path(__file__).with_suffix("")\n'
    top = "".join(f"{line}\n" for line in beside.above.get((), ()))
    body = "\n".join(_lines("config = ", written, "", 0, (), beside))
    return f'"""{introduction}"""\n\n{imports}\n{top}{body}\n'


_COMMON = "common"
_FILES = "FILES"


@dataclass(frozen=True, slots=True)
class _Evolved:
    """A copy of a configuration with some fields changed."""

    expression: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Merged:
    """A mapping over another."""

    expression: str
    items: dict[Any, Any]


@dataclass(frozen=True, slots=True)
class _Name:
    """A reference to a variable."""

    name: str


def written_value(config: Config, base: Base | None = None) -> Any:
    """Return the part of a configuration that is written: the whole, or its difference from a base."""
    return config if base is None else _difference(base.config, config, _COMMON, base.spoken)


def written_places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the place of each part of a written value."""
    yield place
    for key, _, item in _items(value):
        yield from written_places(item, (*place, key))


def _difference(base: Any, value: Any, expression: str, spoken: tuple[str, ...] = ()) -> Any:
    """Return an expression that turns the base's value into `value`, and that passes `mypy --strict`."""
    # Compared by repr: 1 equals True, and equal mappings can have another order, which manifests show.
    if repr(base) == repr(value) and not spoken:
        return _Name(expression)
    if isinstance(value, Config) and type(base) is type(value):
        fields = {
            name: _change(getattr(base, name), getattr(value, name), f"{expression}.{name}", _types(field.annotation))
            for name, field in type(value).model_fields.items()
            if repr(getattr(base, name)) != repr(getattr(value, name))
        }
        fields |= {name: getattr(value, name) for name in spoken}
        return _Evolved(expression, fields) if spoken or len(fields) <= len(_written(value)) else value
    if isinstance(value, dict) and isinstance(base, dict) and base:
        items = {key: item for key, item in value.items() if key not in base or repr(base[key]) != repr(item)}
        if repr(base | items) == repr(value):
            return _Merged(expression, items)
    return value


def _change(base: Any, value: Any, expression: str, types: list[Any]) -> Any:
    """Return the change of a field, or its whole value if the field's type does not allow a change."""
    if len(types) == 1:
        return _difference(base, value, expression)
    if type(base) is not type(value) or not all(isinstance(each, type) and issubclass(each, Config) for each in types):
        return value
    # mypy knows `evolve` of every member of the union, but not the fields of this one, so no change goes deeper.
    names = [name for name in type(value).model_fields if repr(getattr(base, name)) != repr(getattr(value, name))]
    fields = {name: getattr(value, name) for name in names}
    return _Evolved(expression, fields) if len(fields) <= len(_written(value)) else value


def _types(annotation: Any) -> list[Any]:
    """Return the members of a union, or the type alone."""
    if get_origin(annotation) is Annotated:
        return _types(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [each for member in get_args(annotation) for each in _types(member)]
    return [annotation]


def parts_of(value: Any) -> list[tuple[str | int, Any]]:
    """Return the written parts of a value, each with its field, key or index."""
    return [(key, item) for key, _, item in _items(value)]


def _parts(value: Any) -> Iterator[Config | Unpinned]:
    """Yield the parts that need an import from the library."""
    if isinstance(value, Config | Unpinned):
        yield value
    for key, _, item in _items(value):
        yield from _parts(key)
        yield from _parts(item)


def _name(part: Config | Unpinned) -> str:
    """Return the name of a part's class in a cluster file, such as `as_chart.HubConfig`."""
    module, name = type(part).__module__, type(part).__name__
    return f"as_chart.{name}" if module == as_chart.__name__ else name


def _written(config: Config) -> list[str]:
    """Return the fields that must be written: all but defaults, and `kind` where it has one value."""
    return [
        name
        for name, field in type(config).model_fields.items()
        if getattr(config, name) != _default(field) and not (name == "kind" and len(get_args(field.annotation)) == 1)
    ]


def _default(field: FieldInfo) -> Any:
    default = field.get_default(call_default_factory=True, validated_data={})
    return object() if default is PydanticUndefined else default


def _flat(value: Any, place: Place = (), beside: Beside | None = None) -> str:
    if beside and place in beside.files:
        return f"text_file({_FILES} / {_text(beside.files[place])})"
    if isinstance(value, _Name):
        return value.name
    if isinstance(value, str):
        return f"Unpinned({_text(str(value))})" if isinstance(value, Unpinned) else _text(value)
    if (brackets := _brackets(value)) is None:
        return repr(value)
    items = [f"{prefix}{_flat(item, (*place, key), beside)}" for key, prefix, item in _items(value)]
    comma = "," if isinstance(value, tuple) and len(items) == 1 else ""
    return f"{brackets[0]}{', '.join(items)}{comma}{brackets[1]}"


def _brackets(value: Any) -> tuple[str, str] | None:
    """Return the brackets around the parts of a value, or None if it cannot have parts."""
    match value:
        case Config():
            return f"{_name(value)}(", ")"
        case _Evolved():
            return f"{value.expression}.evolve(", ")"
        case list():
            return "[", "]"
        case tuple():
            return "(", ")"
        case _Merged() | Mapping():
            return "{", "}"
    return None


def _text(value: str) -> str:
    """Return a string literal in double quotes, or in single quotes if that needs fewer escapes."""
    quoted = repr(value)
    if not quoted.startswith("'") or value.count('"') > value.count("'"):
        return quoted
    return '"' + quoted[1:-1].replace('"', '\\"').replace("\\'", "'") + '"'


def _lines(before: str, value: Any, after: str, depth: int, place: Place, beside: Beside) -> Iterator[str]:
    """Yield a value on one line if it fits and has no comment inside, else with one item a line."""
    indent = "    " * depth
    flat = f"{indent}{before}{_flat(value, place, beside)}{after}"
    is_file = place in beside.files
    if not is_file and _is_block(value):
        text = value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        yield from f'{indent}{before}"""\\\n{text}"""{after}'.split("\n")
        return
    fits = len(flat) <= _WIDTH and place not in beside.split and not _has_block(value, place, beside)
    brackets = _brackets(value)
    if is_file or fits or brackets is None or not _items(value):
        yield flat
        return
    yield f"{indent}{before}{brackets[0]}"
    for key, prefix, item in _items(value):
        inner = (*place, key)
        yield from (f"{indent}    {line}" for line in beside.above.get(inner, ()))
        yield from _lines(prefix, item, ",", depth + 1, inner, beside)
        yield from (f"{indent}    {line}" for line in beside.below.get(inner, ()))
    yield f"{indent}{brackets[1]}{after}"


def _is_block(value: Any) -> bool:
    """Return whether a value is a string of several lines that triple quotes can hold."""
    if not isinstance(value, str) or value.count("\n") < 2 or value.endswith('"'):
        return False
    return all(char.isprintable() or char == "\n" for char in value)


def _has_block(value: Any, place: Place, beside: Beside) -> bool:
    if place in beside.files:
        return False
    return _is_block(value) or any(_has_block(item, (*place, key), beside) for key, _, item in _items(value))


def _items(value: Any) -> list[tuple[str | int, str, Any]]:
    """Return the parts of a value, each with its key or index and the prefix that is written before it."""
    match value:
        case Config():
            return [(name, f"{name}=", _field(name, getattr(value, name))) for name in _written(value)]
        case _Evolved():
            return [(name, f"{name}=", _field(name, item)) for name, item in value.fields.items()]
        case _Merged():
            return [("**", "**", _Name(value.expression)), *_items(value.items)]
        case Mapping():
            return [(key, f"{_flat(key)}: ", item) for key, item in value.items()]
        case list() | tuple():
            return [(index, "", item) for index, item in enumerate(value)]
    return []


def _field(name: str, value: Any) -> Any:
    if name == "mode" and isinstance(value, int):
        return _Octal(value)
    # People write `cpu_limit=4`, not 4.0. Floats inside JSON objects stay as they are.
    return int(value) if isinstance(value, float) and value.is_integer() else value


class _Octal(int):
    """A file mode, written in octal."""

    def __repr__(self) -> str:
        return f"0o{self:o}"
