"""The typed structs that every component writes, and the one place that names a Kubernetes version.

Their types are those that cdk8s generated from the oldest supported release, 1.32, so that no field is written which a
supported cluster does not know: mypy checks each field and each value. What is made when the library runs is plain
Python with the same fields. The generated classes would start Node, take a third of a second to load and convert each
value on its way; and a cluster file is checked, and read by most commands, without anything of that.
"""

import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from hexa_notebooks.model.errors import OperatorError


class Struct:
    """A struct as it was written: the fields of the generated class of the same name, and what they were set to."""

    def __init__(self, **fields: Any) -> None:
        self._values = fields

    def __getattr__(self, name: str) -> Any:
        """Return a field; None if it was not set."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self._values.get(name)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (type(self).__name__, self._values)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"


def _made(name: str, fields: dict[str, Any]) -> Any:
    return getattr(k8s, name)(**fields)


class _Structs:
    """Stands in for the generated module: makes a struct once it is named, and loads a kind, such as `KubePod`."""

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
    """Return an amount of CPU, memory or storage for a typed struct, as Kubernetes writes it."""
    return cast("k8s.Quantity", text)


def int_or_string(content: int | str) -> "k8s.IntOrString":
    """Return a port number, a port name or a percentage for a typed struct."""
    return cast("k8s.IntOrString", content)


def with_json(struct: Any, **fields: Any) -> Any:
    """Return a typed struct with fields that are JSON already, for which the struct has no type."""
    struct._values.update(fields)
    return struct


_ACRONYMS = {
    "clientIp": "clientIP",
    "clusterIp": "clusterIP",
    "datasetUuid": "datasetUUID",
    "diskUri": "diskURI",
    "downwardApi": "downwardAPI",
    "externalId": "externalID",
    "hostIp": "hostIP",
    "hostIpc": "hostIPC",
    "hostPid": "hostPID",
    "insecureSkipTlsVerify": "insecureSkipTLSVerify",
    "loadBalancerIp": "loadBalancerIP",
    "nodeId": "nodeID",
    "nonResourceUrLs": "nonResourceURLs",
    "openApiv3Schema": "openAPIV3Schema",
    "pdId": "pdID",
    "podCidr": "podCIDR",
    "podCidRs": "podCIDRs",
    "providerId": "providerID",
    "scaleIo": "scaleIO",
    "setHostnameAsFqdn": "setHostnameAsFQDN",
    "storagePolicyId": "storagePolicyID",
    "targetCpuUtilizationPercentage": "targetCPUUtilizationPercentage",
    "targetWwNs": "targetWWNs",
    "volumeId": "volumeID",
}
"""The fields that Kubernetes spells otherwise than their words say, those of `JSONSchemaProps` apart."""


def json_name(field: str) -> str:
    """Return how Kubernetes spells a field that is written as in Python: `load_balancer_ip` is `loadBalancerIP`."""
    first, *others = field.removesuffix("_").split("_")
    name = first + "".join(word.capitalize() for word in others)
    return _ACRONYMS.get(name, name)


@cache
def json_names(struct: Any) -> dict[str, str]:
    """Return the spelling of each field of a struct in `imports/`, or of one of cdk8s' own.

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
