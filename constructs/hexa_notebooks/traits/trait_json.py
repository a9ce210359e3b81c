"""Trait values as JSON. Configuration files in Python may set any object."""

import contextlib
import datetime
import decimal
import functools
import ipaddress
import json
import math
import re
import uuid
from collections.abc import Mapping, Set
from enum import Enum
from pathlib import Path, PurePath
from types import CodeType
from typing import Any

_TEXTS = (
    PurePath,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    decimal.Decimal,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    uuid.UUID,
)
"""Classes whose objects are shown as text."""
_DEEPEST = 50
_LONGEST_NUMBER = 1000
"""In bits. A longer number is shown in hexadecimal, since JSON readers refuse it."""


def to_json_value(value: Any, *, inside: tuple[int, ...] = ()) -> Any:
    """Return a value as JSON. Kubernetes objects get Kubernetes' spelling; code is shown by its name and file.

    The result is stable: it contains no memory addresses. `inside` holds the ids of the objects around the value.
    """
    match value:
        case Enum():
            return to_json_value(value.value, inside=inside)
        case None | bool():
            return value
        case int():
            return int(value) if value.bit_length() <= _LONGEST_NUMBER else hex(value)
        case float():
            return float(value) if math.isfinite(value) else str(float(value))
        case str():
            return str(value).encode("utf-8", "backslashreplace").decode()
        case bytes() | bytearray():
            return value.decode("utf-8", "backslashreplace")
        case re.Pattern():
            return to_json_value(value.pattern)
    if isinstance(value, _TEXTS):
        return str(value)
    if id(value) in inside or len(inside) > _DEEPEST:
        return "<what it is a part of>" if id(value) in inside else "<nested too deeply>"
    inside = (*inside, id(value))
    if isinstance(value, Mapping):
        return {_key(key): to_json_value(item, inside=inside) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json_value(item, inside=inside) for item in value]
    if isinstance(value, Set):
        return sorted((to_json_value(item, inside=inside) for item in value), key=lambda item: json.dumps(item))
    if not isinstance(value, type):
        with contextlib.suppress(Exception):  # the code of an unknown class may raise anything
            if hasattr(value, "attribute_map"):  # a model of the Kubernetes client
                fields = {key: getattr(value, name) for name, key in value.attribute_map.items()}
                return {key: to_json_value(item, inside=inside) for key, item in fields.items() if item is not None}
            if hasattr(value, "to_dict"):
                return to_json_value(value.to_dict(), inside=inside)
    return _name(value)


def _key(key: Any) -> str:
    found = to_json_value(key)
    return found if isinstance(found, str) else json.dumps(found)


def _name(value: Any) -> str:
    """Return the name of a piece of code, or of an object's class."""
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, functools.partial):
        return f"<partial of {_name(value.func)}>"
    if isinstance(code := getattr(value, "__code__", None), CodeType):
        if value.__module__ != "__main__":
            return f"{value.__module__}.{value.__qualname__}"
        if code.co_name == "<lambda>":
            return f"<lambda of {Path(code.co_filename).name}, line {code.co_firstlineno}>"
        return f"<function {code.co_qualname} of {Path(code.co_filename).name}>"
    if isinstance(module := getattr(value, "__module__", None), str) and hasattr(value, "__qualname__"):
        return f"{module}.{value.__qualname__}"
    return f"<object of {type(value).__module__}.{type(value).__qualname__}>"
