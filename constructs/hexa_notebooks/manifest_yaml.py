"""Manifests as YAML: every string is a string again for whoever reads it, by YAML 1.1 or by Go's own mixture.

Go's YAML, with which kubectl reads, PyYAML and the package of cdk8s each take other words for numbers, booleans and
dates. So text without quotes is only what none of them takes for anything else. The layout is that of cdk8s.
"""

import json
import re
from typing import Any

_WORD = re.compile(r"|y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?\.inf|\.nan", re.IGNORECASE)
_NUMBER = re.compile(
    r"[-+]?(0x[0-9a-f]*|0[ob][0-9]*|[0-9]+(:[0-9]+)*\.?[0-9]*|\.[0-9]+|[0-9]*\.?[0-9]*e[-+]?[0-9]*)", re.IGNORECASE
)
"""What is a number once its underscores are gone; by sixties too, as in `12:30`."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?")
_SIGN = re.compile(r"^[ ,\[\]{}#&*!|>'\"%@`]|^[-?:]( |$)|^---|^\.\.\.|: | #|[ :]$|[\t\n]")
"""What is a sign of YAML's own in text without quotes."""
_UNWRITTEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What YAML cannot hold as it is, or takes for the end of a line."""
_NO_BLOCK = re.compile(r"\s*|.*\n[ \t]+", re.DOTALL)
"""Text that a block of lines would not keep: it is nothing but space, or its last line is."""
_LONGEST_KEY = 1000
"""The `:` after a key must come within 1024 characters, quotes included, unless a `?` stands before the key."""


def to_yaml(*objects: dict[str, Any]) -> str:
    """Return manifests as a stream of YAML documents, keys in their order."""
    return "---\n".join(_mapping(each, "") + "\n" for each in objects)


def _mapping(value: dict[str, Any], margin: str) -> str:
    return "\n".join(f"{margin}{_key(key, margin)}:{_value(item, margin + '  ')}" for key, item in value.items())


def _key(key: str, margin: str) -> str:
    text = _scalar(key)
    return text if len(text) <= _LONGEST_KEY else f"? {text}\n{margin}"


def _value(value: Any, margin: str) -> str:
    """Return what follows `key:`, in the same line or in lines with a margin."""
    if value and isinstance(value, dict):
        return f"\n{_mapping(value, margin)}"
    if value and isinstance(value, list):
        # An item begins in the line of its `-`.
        items = (_value(item, margin + "  ").lstrip(" \n") for item in value)
        return "".join(f"\n{margin}- {item}" for item in items)
    if isinstance(value, str) and "\n" in value and not _NO_BLOCK.fullmatch(value) and not _UNWRITTEN.search(value):
        return _block(value, margin)
    return f" {_scalar(value)}"


def _block(text: str, margin: str) -> str:
    """Return text line by line as it stands."""
    indented = "2" if re.match(r"\n*[ \t]", text) else ""
    end = "" if text.endswith("\n") else "-"
    lines = text.removesuffix("\n").split("\n")
    if not lines[-1]:
        end = "+"
    return "\n".join([f" |{indented}{end}", *(margin + line if line else "" for line in lines)])


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        # PyYAML knows a number with an exponent by its point.
        return re.sub(r"^(-?[0-9]+)e", r"\1.0e", json.dumps(value, allow_nan=False))
    other = _WORD.fullmatch(value) or _NUMBER.fullmatch(value.replace("_", "")) or _DATE.fullmatch(value)
    if not other and not _SIGN.search(value) and not _UNWRITTEN.search(value):
        return value
    if '"' in value and "'" not in value and not re.search(r"[\t\n]", value) and not _UNWRITTEN.search(value):
        return f"'{value}'"
    # JSON is YAML, but for what it leaves as it is.
    return _UNWRITTEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
