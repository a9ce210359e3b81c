"""Parts of Kubernetes objects that a cluster file writes in Kubernetes' own JSON."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, JsonValue, model_validator

from hexa_notebooks.kubernetes.k8s import json_name
from hexa_notebooks.kubernetes.schema import mistyped
from hexa_notebooks.kubernetes.validation import refused_as
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import regex

JsonObject: TypeAlias = dict[str, JsonValue]
"""An object in Kubernetes' own JSON: `{"runAsUser": 1000}`."""


def camel_case(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with its top-level fields in camelCase. KubeSpawner accepts snake_case too."""
    return {json_name(key): value for key, value in item.items()}


def _named(value: JsonObject) -> JsonObject:
    if isinstance(value.get("name"), str) and value["name"]:
        return value
    raise ValueError(f"{sorted(value)} has no name; every item of this list needs a `name`")


Named = Annotated[JsonObject, AfterValidator(_named)]
"""A container, a volume or a variable: an object with a `name` that is unique in its list."""


def shaped_as(kind: str) -> AfterValidator:
    """Return a validator that refuses JSON which the API server would refuse as a `kind`, such as `PolicyRule`."""

    def check(value: JsonObject) -> JsonObject:
        if problems := [*mistyped(kind, value)] or [*refused_as(kind, value)]:
            raise ValueError("; ".join(problems))
        return value

    return AfterValidator(check)


PolicyRule = Annotated[JsonObject, shaped_as("PolicyRule")]
"""A rule of a Role, in Kubernetes' own JSON."""

Amount: TypeAlias = int | float | str
"""An amount of a resource, copied to the manifest unchanged: `250m`, `512Mi`, 2."""


def _each_once(families: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(families)) < len(families):
        raise ValueError(f"{', '.join(families)} has a family twice; write each once")
    return families


IpFamilies = Annotated[tuple[Literal["IPv4", "IPv6"], ...], AfterValidator(_each_once)]
"""The IP families of a Service, in order of preference."""

IpFamilyPolicy = Annotated[str, regex("[A-Za-z]+", "a policy for IP families, as in 'PreferDualStack'")]
"""The IP families of a Service: `SingleStack` for one, `PreferDualStack` for both if the cluster has both, or
`RequireDualStack` for both in any case."""


def check_ip_families(policy: str | None, families: tuple[str, ...]) -> None:
    """Refuse two families with the policy `SingleStack`, which is also the API server's default.

    Raises:
        ValueError: the policy allows one family, and `families` has two.

    """
    if len(families) > 1 and policy in (None, "SingleStack"):
        raise ValueError(
            f"ip_families: {' and '.join(families)} need an ip_family_policy other than {policy!r}; set it to"
            " 'PreferDualStack' or 'RequireDualStack', or name one family"
        )


class EnvVar(Config):
    """An environment variable in Kubernetes' own terms: `$(NAME)` in `value` is replaced by the variable NAME."""

    value: str | None = None
    """The value. None, the default, is an empty one."""
    value_from: Annotated[JsonObject, shaped_as("EnvVarSource")] | None = None
    """The source of the value, such as `{"fieldRef": {"fieldPath": "spec.nodeName"}}`. None by default."""

    @model_validator(mode="after")
    def _one_origin(self) -> "EnvVar":
        if None not in (self.value, self.value_from):
            raise ValueError("a variable has either value or value_from; remove one")
        return self
