"""Scalars of YAML as Go's YAML library reads and prints them.

Helm, kubectl and the programs in the chart's images share that library: go.yaml.in/yaml/v2, through sigs.k8s.io/yaml.
Its rules are neither YAML 1.1 nor 1.2: `y` and `n` are booleans, dates and `1:30` are strings, `0o17` and `089` are
numbers.
"""

import math
import re
from decimal import Decimal
from typing import Any

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
"""The range of an integer in Go. A larger decimal number is a float, and any other larger number a string."""


def resolve(text: str) -> Any:
    """Return the value of a scalar without quotes; infinity stands for `.nan` too."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] not in "+-.0123456789" or not text.isascii():
        return text
    if _INFINITE.fullmatch(text):
        return math.inf
    digits = text.replace("_", "")
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
        return sign * int(digits, base)
    except ValueError:  # Python refuses to convert more than 4300 digits
        return sign * _INTEGERS.stop


def printed(value: Any) -> str | None:
    """Return a scalar as Go prints it; None for null, a list and a mapping."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case float():
            return printed_float(value)
    return None


def printed_float(value: float) -> str:
    """Return a float as Go prints it: with an exponent from a million on, and below 1/10000."""
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    power = len(digits) - 1 + int(exponent)
    if value == 0 or -5 < power < 6:
        return format(Decimal(repr(float(value))).normalize() + 0, "f")
    mantissa = f"{digits[0]}.{''.join(map(str, digits[1:]))}".rstrip(".")
    return f"{'-' if sign else ''}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02}"
