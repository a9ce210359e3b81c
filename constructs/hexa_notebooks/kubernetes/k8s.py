"""Typed structs of the Kubernetes API. No other module names a Kubernetes version.

For mypy, the structs are those that cdk8s generated from the oldest supported release, 1.32: no field can be written
that a supported cluster does not know. At run time they are plain Python objects with the same fields. The generated
classes would start Node, take a third of a second to load, and convert each value; most commands need none of that.
"""

import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from hexa_notebooks.model.errors import OperatorError


class Struct:
    """A struct at run time: the fields that were set, by the names of the generated class."""

    def __init__(self, **fields: Any) -> None:
        self._values = fields

    def __getattr__(self, name: str) -> Any:
        """Return a field, or None if it was not set."""
        if name.startswith("_"):  # copy and pickle look for special methods before `_values` exists
            raise AttributeError(name)
        return self._values.get(name)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:  # pickle finds no class of this name in the module
        return _made, (type(self).__name__, self._values)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"


def _made(name: str, fields: dict[str, Any]) -> Any:
    return getattr(k8s, name)(**fields)


class _Structs:
    """The generated module at run time. A struct class is made on first use; a kind, such as `KubePod`, is loaded."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("Kube") and not name.endswith("Props"):
            from cdk8s_plus_32 import k8s as generated  # noqa: TID251

            found = getattr(generated, name)
        else:
            found = type(name, (Struct,), {})
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    from cdk8s_plus_32 import k8s as k8s  # noqa: TID251
else:
    k8s = _Structs()


def quantity(text: str) -> "k8s.Quantity":
    """Return an amount of CPU, memory or storage for a typed struct."""
    return cast("k8s.Quantity", text)


def int_or_string(content: int | str) -> "k8s.IntOrString":
    """Return a port number, a port name or a percentage for a typed struct."""
    return cast("k8s.IntOrString", content)


def with_json(struct: Any, **fields: Any) -> Any:
    """Return a typed struct with further fields that are JSON already. mypy does not check these."""
    struct._values.update(fields)
    return struct


_CAPITALS = {"api", "apiv3", "cidr", "cpu", "fqdn", "id", "io", "ip", "ipc", "pid", "tls", "uri", "uuid"}
"""Words that Kubernetes writes in capitals, except at the start of a name."""
_PLURALS = {"nonResourceUrLs": "nonResourceURLs", "podCidRs": "podCIDRs", "targetWwNs": "targetWWNs"}
"""Plurals of such words, which jsii splits: `pod_cid_rs`."""


def json_name(field: str) -> str:
    """Return Kubernetes' name of a field in Python's spelling: `load_balancer_ip` is `loadBalancerIP`."""
    first, *others = field.removesuffix("_").split("_")
    name = first + "".join(word.upper() if word in _CAPITALS else word.capitalize() for word in others)
    return _PLURALS.get(name, name)


@cache
def json_names(struct: Any) -> dict[str, str]:
    """Return Kubernetes' name of each field of a struct in `imports/`, or of one of cdk8s itself.

    In generated structs, the docstring of a field ends with its name in the schema: `:schema: Type#field`. cdk8s' own
    structs have no such line, and no acronyms: jsii's name is right.
    """
    if sys.flags.optimize > 1:
        raise OperatorError("Python runs without docstrings, from which the names of fields are read; remove -OO")
    schema = re.compile(r":schema: \S+#(\S+)")
    return {
        name: (schema.findall(getattr(struct, name).__doc__) or [spelt_by_jsii])[-1]
        for name, spelt_by_jsii in struct.__jsii_name_mapping__.items()
    }


def to_json(value: Any) -> Any:
    """Return typed structs at any depth as JSON for Kubernetes, with sorted keys. Fields that are None are left out."""
    if isinstance(value, Struct):
        value = {json_name(name): item for name, item in value._values.items() if item is not None}
    elif hasattr(type(value), "__jsii_name_mapping__"):
        struct: Any = type(value)
        names = json_names(struct)
        value = {names[name]: item for name, item in value._values.items() if item is not None}
    if isinstance(value, dict):
        return {key: to_json(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value
