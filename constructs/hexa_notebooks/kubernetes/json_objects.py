"""Parts of Kubernetes objects that a cluster file writes out itself, in Kubernetes' own JSON."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, JsonValue, model_validator

from hexa_notebooks.kubernetes.k8s import json_name
from hexa_notebooks.kubernetes.schema import mistyped
from hexa_notebooks.kubernetes.validation import refused_as
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import matching

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


def shaped_as(kind: str) -> AfterValidator:
    """Return what refuses JSON that the API server would not take for Kubernetes' `kind`, such as `PolicyRule`."""

    def check(value: JsonObject) -> JsonObject:
        if problems := [*mistyped(kind, value)] or [*refused_as(kind, value)]:
            raise ValueError("; ".join(problems))
        return value

    return AfterValidator(check)


PolicyRule = Annotated[JsonObject, shaped_as("PolicyRule")]
"""Rights of a Role, as Kubernetes writes them."""

Amount: TypeAlias = int | float | str
"""An amount of a resource, written as it stands: `250m`, `512Mi`, 2."""


def _each_once(families: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(families)) < len(families):
        raise ValueError(f"a family is there twice in {', '.join(families)}; write each once")
    return families


IpFamilies = Annotated[tuple[Literal["IPv4", "IPv6"], ...], AfterValidator(_each_once)]
"""Families of a Service's addresses, in order of preference."""

IpFamilyPolicy = Annotated[
    str, AfterValidator(matching("[A-Za-z]+", "a policy for IP families, as in 'PreferDualStack'"))
]
"""`SingleStack`, `PreferDualStack` or `RequireDualStack`: whether a Service has an address of one family, of both where
the cluster has them, or must have both."""


def check_ip_families(policy: str | None, families: tuple[str, ...]) -> None:
    """Refuse both families where the policy is one.

    Raises:
        ValueError: the policy, or the API server's where there is none, is `SingleStack`.

    """
    if len(families) > 1 and policy in (None, "SingleStack"):
        raise ValueError(
            f"ip_families: {' and '.join(families)} are two, and ip_family_policy {policy!r} allows one; set it to"
            " 'PreferDualStack' or 'RequireDualStack', or name one family"
        )


class EnvVar(Config):
    """An environment variable as Kubernetes reads it: `$(NAME)` in `value` is replaced by that variable."""

    value: str | None = None
    """The text. None, the default, is an empty one."""
    value_from: Annotated[JsonObject, shaped_as("EnvVarSource")] | None = None
    """Where Kubernetes takes it from instead, such as `{"fieldRef": {"fieldPath": "spec.nodeName"}}`."""

    @model_validator(mode="after")
    def _one_origin(self) -> "EnvVar":
        if None not in (self.value, self.value_from):
            raise ValueError("a variable has a value or value_from, not both; remove one of the two")
        return self
