"""Parts of Kubernetes objects that a cluster file writes out itself, in Kubernetes' own JSON."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, JsonValue, model_validator

from hexa_notebooks.config import Config
from hexa_notebooks.field_types import matching
from hexa_notebooks.k8s import json_name

JsonObject: TypeAlias = dict[str, JsonValue]
"""An object in the spelling of Kubernetes: `{"runAsUser": 1000}`."""


def camel_case(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with its own fields as Kubernetes spells them; KubeSpawner takes Python's spelling too."""
    return {json_name(key): value for key, value in item.items()}


def _named(value: JsonObject) -> JsonObject:
    if isinstance(value.get("name"), str) and value["name"]:
        return value
    raise ValueError(f"{sorted(value)} has no name; Kubernetes tells the items of this list apart by their `name`")


Named = Annotated[JsonObject, AfterValidator(_named)]
"""A container, a volume or a variable: an object that its list knows by its `name`."""

Amount: TypeAlias = int | float | str
"""An amount of a resource, written as it stands: `250m`, `512Mi`, 2."""


IpFamilyPolicy = Annotated[
    str, AfterValidator(matching("[A-Za-z]+", "a policy for IP families, as in 'PreferDualStack'"))
]
"""`SingleStack`, `PreferDualStack` or `RequireDualStack`: whether a Service has an address of one family, of both where
the cluster has them, or must have both."""


class EnvVar(Config):
    """An environment variable as Kubernetes reads it: `$(NAME)` in `value` is replaced by that variable."""

    value: str | None = None
    """The text. None, the default, is an empty one."""
    value_from: JsonObject | None = None
    """Where Kubernetes takes it from instead, such as `{"fieldRef": {"fieldPath": "spec.nodeName"}}`."""

    @model_validator(mode="after")
    def _one_origin(self) -> "EnvVar":
        if None not in (self.value, self.value_from):
            raise ValueError("a variable has a value or value_from, not both; remove one of the two")
        return self
