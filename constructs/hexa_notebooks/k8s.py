"""The typed structs that every component writes, and the one place that names a Kubernetes version.

They come from the oldest supported release, 1.32, so that no field is written which a supported cluster does not know.
"""

import re
import sys
from functools import cache
from typing import Any

from cdk8s_plus_32 import k8s as k8s  # noqa: TID251

from hexa_notebooks.errors import OperatorError


class _PlainQuantity(k8s.Quantity):
    """A quantity that stays in Python: jsii's own would cross into Node once for each value."""

    text: str


class _PlainIntOrString(k8s.IntOrString):
    """Likewise a port or a percentage."""

    content: int | str


def quantity(text: str) -> k8s.Quantity:
    """Return an amount of CPU, memory or storage for a typed struct, as Kubernetes writes it."""
    plain = object.__new__(_PlainQuantity)
    plain.text = text
    return plain


def int_or_string(content: int | str) -> k8s.IntOrString:
    """Return a port number, a port name or a percentage for a typed struct."""
    plain = object.__new__(_PlainIntOrString)
    plain.content = content
    return plain


def with_json(struct: Any, **fields: Any) -> Any:
    """Return a typed struct with fields that are JSON already, which jsii would take for its own spelling."""
    struct._values.update(fields)
    return struct


@cache
def _json_names(struct: Any) -> dict[str, str]:
    """Return Kubernetes' name of each field. jsii's own differs in acronyms: `loadBalancerIp` for `loadBalancerIP`.

    The generated documentation of a field ends in the field of the schema that it comes from, `:schema: Type#field`,
    but in cdk8s' own structs, which have no acronyms.
    """
    if sys.flags.optimize > 1:
        raise OperatorError("Python runs without docstrings, where Kubernetes' names of fields stand: leave out -OO")
    schema = re.compile(r":schema: \S+#(\S+)")
    return {
        name: (schema.findall(getattr(struct, name).__doc__) or [spelt_by_jsii])[-1]
        for name, spelt_by_jsii in struct.__jsii_name_mapping__.items()
    }


def to_json(value: Any) -> Any:
    """Return a typed struct, or anything that holds some, as the JSON that Kubernetes reads, keys sorted.

    A field that was not set, or set to None, is left out.
    """
    if isinstance(value, _PlainQuantity):
        return value.text
    if isinstance(value, _PlainIntOrString):
        return value.content
    if hasattr(type(value), "__jsii_name_mapping__"):
        struct: Any = type(value)
        names = _json_names(struct)
        value = {names[name]: item for name, item in value._values.items() if item is not None}
    if isinstance(value, dict):
        return {key: to_json(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value
