"""`python -m hexa_notebooks.kubernetes.schema.generate`: print the index, from the structs that cdk8s generated."""

import json
from collections.abc import Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from cdk8s_plus_32 import k8s  # noqa: TID251 (the index is made from its types)

from hexa_notebooks.kubernetes.k8s import json_names
from hexa_notebooks.kubernetes.schema import ROOTS, Type

_PLAIN = {
    str: "string",
    bool: "boolean",
    int: "integer",
    k8s.IntOrString: "integer or string",
    k8s.Quantity: "quantity",
}


def index() -> dict[str, dict[str, tuple[Type, bool]]]:
    """Return the fields of each struct, by Kubernetes' names."""
    found: dict[str, dict[str, tuple[Type, bool]]] = {}
    wanted = [*ROOTS]
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        struct: Any = getattr(k8s, name)
        hints = get_type_hints(struct.__init__)
        found[name] = {}
        for spelt, field in json_names(struct).items():
            kind = _type(hints[spelt], wanted)
            found[name][field] = (kind, type(None) not in get_args(hints[spelt]))
    return found


def _type(hint: Any, wanted: list[str]) -> Type:
    """Return the type of a hint, and add the struct that it names to `wanted`."""
    if get_origin(hint) in (Union, UnionType):
        hint = get_args(hint)[0]  # the others are None, and the mapping that jsii accepts for any struct
    origin, arguments = get_origin(hint) or hint, get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hasattr(hint, "__jsii_name_mapping__"):
        wanted.append(hint.__name__)
        name: str = hint.__name__
        return name
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return ["mapping", _type(arguments[1], wanted)]
    return ["list", _type(arguments[0], wanted)] if arguments else "any"


if __name__ == "__main__":
    print(json.dumps(index(), indent=1, sort_keys=True))
