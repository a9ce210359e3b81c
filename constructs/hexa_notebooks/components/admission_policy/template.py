"""Regular expressions for the values that KubeSpawner's templates expand to."""

import re
import string
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from hexa_notebooks.components.admission_policy.cel import Pattern

Names: TypeAlias = Mapping[str, Sequence[str]]
"""Placeholders that expand to a template again, with all templates that this may be."""
_SLUG = "[-.a-zA-Z0-9_]*"


def expanded(value: Any, names: Names) -> Any:
    """Return JSON with patterns in place of templates."""
    if isinstance(value, dict):
        return {key: expanded(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [expanded(item, names) for item in value]
    return _text(value, names) if type(value) is str else value


def _text(text: str, names: Names) -> str:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return text  # not a template, but a command that has braces
    if all(name is None for _, name, _, _ in parts):
        return "".join(plain for plain, *_ in parts)
    return Pattern("".join(re.escape(plain) + _placeholder(name, names) for plain, name, _, _ in parts))


def _placeholder(name: str | None, names: Names) -> str:
    if name is None:
        return ""
    if name in names:
        inner = {other: templates for other, templates in names.items() if other != name}
        found = [_text(template, inner) for template in names[name]]
        return f"(?:{'|'.join(text if isinstance(text, Pattern) else re.escape(text) for text in found)})"
    # Text from users, and unescaped names, can be anything.
    return ".*" if name in ("any", "value") or name.startswith("unescaped_") else _SLUG


def glob(pattern: str) -> Pattern:
    """Return the pattern of a shell wildcard with `*`, `?` and `[...]`, as `fnmatch` reads it."""
    # Not `fnmatch.translate`: its result has syntax that RE2 does not know.
    parts = re.findall(r"\*+|\?|\[!?\]?[^\]]*\]|.", pattern, re.DOTALL)
    return Pattern("".join(_glob_part(part) for part in parts))


def _glob_part(part: str) -> str:
    if part.startswith("*"):
        return ".*"
    if part == "?":
        return "."
    if len(part) > 1:
        inner = part[1:-1].replace("\\", "\\\\")
        return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
    return re.escape(part)
