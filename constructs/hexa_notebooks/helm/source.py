"""A configuration as the Python that makes it, for a cluster file that people go on with."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hexa_notebooks import as_chart
from hexa_notebooks.config import Config
from hexa_notebooks.field_types import Unpinned

_WIDTH = 120


def to_source(config: Config, *, introduction: str) -> str:
    """Return the text of a cluster file that makes `config` and nothing else, formatted as `ruff format` would.

    Only fields that differ from their defaults are written. `introduction` becomes the file's docstring.
    """
    names = sorted({_name(part).partition(".")[0] for part in _parts(config)})
    imports = f"from hexa_notebooks import {', '.join(names)}\n"
    if len(imports) > _WIDTH + 1:
        imports = "from hexa_notebooks import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"
    body = "\n".join(_lines("config = ", config, "", 0))
    return f'"""{introduction}"""\n\n{imports}\n{body}\n'


def _parts(value: Any) -> Iterator[Config | Unpinned]:
    """Yield what the library has a class for."""
    if isinstance(value, Config | Unpinned):
        yield value
    if isinstance(value, Config):
        value = [getattr(value, name) for name in _written(value)]
    elif isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for item in value:
            yield from _parts(item)


def _name(part: Config | Unpinned) -> str:
    """Return how a cluster file names the class of a part, such as `as_chart.HubConfig`."""
    module, name = type(part).__module__, type(part).__name__
    return f"as_chart.{name}" if module == as_chart.__name__ else name


def _written(config: Config) -> list[str]:
    """Return the fields that must be written: all but those that have their default, or tell the model's kind."""
    return [
        name
        for name, field in type(config).model_fields.items()
        if getattr(config, name) != _default(field) and not (name == "kind" and len(get_args(field.annotation)) == 1)
    ]


def _default(field: FieldInfo) -> Any:
    default = field.get_default(call_default_factory=True, validated_data={})
    return object() if default is PydanticUndefined else default


def _flat(value: Any) -> str:
    if isinstance(value, Config):
        return f"{_name(value)}({', '.join(f'{prefix}{_flat(item)}' for prefix, item in _items(value))})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flat(key)}: {_flat(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        comma = "," if len(value) == 1 else ""
        return "(" + ", ".join(_flat(item) for item in value) + comma + ")"
    if isinstance(value, list):
        return "[" + ", ".join(_flat(item) for item in value) + "]"
    if isinstance(value, Unpinned):
        return f"Unpinned({_text(str(value))})"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    """Return a string in double quotes, unless it holds more of these than of single ones."""
    quoted = repr(value)
    if not quoted.startswith("'") or value.count('"') > value.count("'"):
        return quoted
    return '"' + quoted[1:-1].replace('"', '\\"').replace("\\'", "'") + '"'


def _lines(before: str, value: Any, after: str, depth: int) -> Iterator[str]:
    """Yield the lines of a value, on one line if it fits, else an item a line."""
    indent = "    " * depth
    flat = f"{indent}{before}{_flat(value)}{after}"
    if _is_block(value):
        text = value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        yield from f'{indent}{before}"""\\\n{text}"""{after}'.split("\n")
        return
    if (len(flat) <= _WIDTH and not _has_block(value)) or not _items(value):
        yield flat
        return
    brackets = "[]" if isinstance(value, list) else "()" if isinstance(value, tuple) else "{}"
    opening, closing = (f"{_name(value)}(", ")") if isinstance(value, Config) else (brackets[0], brackets[1])
    yield f"{indent}{before}{opening}"
    for prefix, item in _items(value):
        yield from _lines(prefix, item, ",", depth + 1)
    yield f"{indent}{closing}{after}"


def _is_block(value: Any) -> bool:
    """Return whether a value is a text of several lines that can be written as such."""
    if not isinstance(value, str) or value.count("\n") < 2 or value.endswith('"'):
        return False
    return all(char.isprintable() or char == "\n" for char in value)


def _has_block(value: Any) -> bool:
    return _is_block(value) or any(_has_block(item) for _, item in _items(value))


def _items(value: Any) -> list[tuple[str, Any]]:
    """Return the parts of a value, each with what is written before it."""
    if isinstance(value, Config):
        return [(f"{name}=", _field(value, name)) for name in _written(value)]
    if isinstance(value, Mapping):
        return [(f"{_flat(key)}: ", item) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [("", item) for item in value]
    return []


def _field(config: Config, name: str) -> Any:
    value = getattr(config, name)
    if name == "mode" and value is not None:
        return _Octal(value)
    # People write `cpu_limit=4`; in JSON that an operator wrote a fraction stays one.
    return int(value) if isinstance(value, float) and value.is_integer() else value


class _Octal(int):
    """A file's mode, which people read in octal."""

    def __repr__(self) -> str:
        return f"0o{self:o}"
