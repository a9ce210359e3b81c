"""Type checks of Kubernetes' own JSON, by an index that `make kubernetes-schema` generates from the typed structs.

Loading the structs would start Node, and most commands check a cluster file without it.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from hexa_notebooks.model.config import did_you_mean
from hexa_notebooks.model.field_types import QUANTITY

Type: TypeAlias = str | list[Any]
"""The name of a struct or of a plain type, or `["list", type]` or `["mapping", type]`."""

INDEX = Path(__file__).with_name("index.json")
"""The fields of each struct, each with its type and whether it is required."""
ROOTS = (
    "DeploymentStrategy",
    "EnvVarSource",
    "HttpIngressPath",
    "IngressTls",
    "LabelSelector",
    "Lifecycle",
    "NetworkPolicyEgressRule",
    "NetworkPolicyIngressRule",
    "NodeSelectorTerm",
    "PodAffinityTerm",
    "PodSpec",
    "PolicyRule",
    "PreferredSchedulingTerm",
    "ServicePort",
    "WeightedPodAffinityTerm",
)
"""The structs that cluster files can write. The index has these and all structs inside them."""

_PLAIN: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "string": ("a string", str),
    "boolean": ("true or false", bool),
    "integer": ("a whole number", int),
    "integer or string": ("a number or a string", (int, str)),
    "quantity": ("an amount, such as '250m' or '512Mi'", (int, float, str)),
}


def mistyped(struct: str, value: Any, at: str = "") -> Iterator[str]:
    """Yield the problems in the JSON of a struct: values of a wrong type, and missing or unknown fields."""
    if not isinstance(value, Mapping):
        yield f"{at or 'it'} must be a mapping, got {value!r}"
        return
    fields = _index()[struct]
    for key, item in value.items():
        where = f"{at}.{key}" if at else key
        if key not in fields:
            yield f"{where} is not a field of Kubernetes 1.32, the oldest supported{did_you_mean(key, fields)}"
        elif item is not None:
            yield from _mismatch(fields[key][0], item, where)
    for key, (_, required) in fields.items():
        if required and value.get(key) is None:
            yield f"{at}.{key} is missing" if at else f"{key} is missing"


def _mismatch(kind: Type, value: Any, at: str) -> Iterator[str]:
    match kind:
        case ["mapping", inner]:
            if isinstance(value, Mapping):
                for key, item in value.items():
                    yield from _mismatch(inner, item, f"{at}.{key}")
            else:
                yield f"{at} must be a mapping, got {value!r}"
        case ["list", inner]:
            if isinstance(value, list | tuple):
                for index, item in enumerate(value):
                    yield from _mismatch(inner, item, f"{at}[{index}]")
            else:
                yield f"{at} must be a list, got {value!r}"
        case str() if kind in _PLAIN:
            what, types = _PLAIN[kind]
            if (
                not isinstance(value, types)
                or (isinstance(value, bool) and kind != "boolean")
                or (kind == "quantity" and not QUANTITY.fullmatch(str(value)))
            ):
                yield f"{at} must be {what}, got {value!r}"
        case str() if kind != "any":
            yield from mistyped(kind, value, at)


@cache
def _index() -> dict[str, dict[str, tuple[Type, bool]]]:
    index: dict[str, dict[str, tuple[Type, bool]]] = json.loads(INDEX.read_bytes())
    return index
