"""KubeSpawner's templates as patterns of what they become."""

import re
import string
from typing import Any

from hexa_notebooks.admission_policy.cel import Pattern

_SLUG = "[-.a-zA-Z0-9_]*"


def expanded(value: Any, names: dict[str, str]) -> Any:
    """Return JSON whose templates are patterns; `names` holds those of placeholders that are templates themselves."""
    if isinstance(value, dict):
        return {key: expanded(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [expanded(item, names) for item in value]
    return _text(value, names) if type(value) is str else value


def _text(text: str, names: dict[str, str]) -> str:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return text  # no template, but a command with braces of its own
    if all(name is None for _, name, _, _ in parts):
        return "".join(plain for plain, *_ in parts)
    return Pattern("".join(re.escape(plain) + _placeholder(name, names) for plain, name, _, _ in parts))


def _placeholder(name: str | None, names: dict[str, str]) -> str:
    if name is None:
        return ""
    if name in names:
        inner = {other: template for other, template in names.items() if other != name}
        found = _text(names[name], inner)
        return found if isinstance(found, Pattern) else re.escape(found)
    # What users write, and their names as they stand, may hold anything.
    return ".*" if name in ("any", "value") or name.startswith("unescaped_") else _SLUG


def glob(pattern: str) -> Pattern:
    """Return a pattern with `*`, `?` and `[...]`, as `fnmatch` reads it."""
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
