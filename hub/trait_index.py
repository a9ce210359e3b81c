"""Print the index of traits that a hub's configuration may set.

`python hub/trait_index.py > constructs/hexa_notebooks/traits/index.json` generates it from the installed releases of
jupyterhub, kubespawner and oauthenticator, and from hexa_hub. `hexa_notebooks.traits` uses the index to check a
configuration, and needs none of these packages.

A section is a configurable class, as in traitlets. It lists the class's own traits, each with a JSON Schema of the
values that it accepts, and the base classes in method resolution order, whose traits are valid in the section too. The
schema `false` marks a trait that no JSON value can set. MWOAuthenticator has no section, because it cannot be loaded
without the package mwoauth, which is not in the hub's image.
"""

import json
import math
import textwrap
from collections.abc import Iterable
from functools import singledispatch
from importlib.metadata import version
from typing import Any

import traitlets
from jupyterhub.app import JupyterHub  # type: ignore[import-untyped]
from jupyterhub.metrics import PeriodicMetricsCollector  # type: ignore[import-untyped]
from jupyterhub.traitlets import ByteSpecification, Callable, Command  # type: ignore[import-untyped]
from kubespawner import KubeSpawner  # type: ignore[import-untyped]
from kubespawner.proxy import KubeIngressProxy  # type: ignore[import-untyped]
from traitlets.config import Configurable

from hexa_hub.authenticator import AppAuthenticator
from hexa_hub.kubernetes_api import KubernetesApi
from hexa_hub.pod import PodSpawner
from hexa_hub.profiles import ProfileSpawner
from hexa_hub.spawner import WorkspaceSpawner

RELEASES = ("jupyterhub", "jupyterhub-kubespawner", "oauthenticator")
UNREGISTERED = (
    AppAuthenticator,
    KubeIngressProxy,
    KubeSpawner,
    KubernetesApi,
    PeriodicMetricsCollector,
    PodSpawner,
    ProfileSpawner,
    WorkspaceSpawner,
)
"""Classes that a hub can load but that have no entry point. `JupyterHub.classes` has those with one."""
ABSENT = ("dockerspawner",)
"""Packages with an entry point that may be in a developer's environment, but are not in the hub's image."""

Trait = traitlets.TraitType[Any, Any]
Schema = dict[str, Any] | bool


@singledispatch
def schema(trait: Trait) -> Schema:
    """Return the JSON Schema of the values of a trait, without null.

    Raises TypeError for an unknown type of trait. So a new release breaks the generator, not the checks.
    """
    raise TypeError(f"{trait.this_class}.{trait.name}: no JSON Schema for {type(trait).__name__}; register one here")


@schema.register(traitlets.Any)
def _(_trait: Trait) -> Schema:
    return True


@schema.register(traitlets.Bytes)
@schema.register(traitlets.Callable)
@schema.register(traitlets.Instance)
@schema.register(Callable)
def _(_trait: Trait) -> Schema:
    return False


@schema.register(traitlets.Unicode)
@schema.register(traitlets.Type)
def _(_trait: Trait) -> Schema:
    return {"type": ["string"]}


@schema.register(traitlets.CUnicode)
def _(_trait: Trait) -> Schema:
    return {"type": ["number", "string"]}


@schema.register(traitlets.Bool)
def _(_trait: Trait) -> Schema:
    return {"type": ["boolean"]}


@schema.register(traitlets.Int)
def _(trait: traitlets.Int[Any, Any]) -> Schema:
    return {"type": ["integer"], **bounds(trait)}


@schema.register(traitlets.Float)
def _(trait: traitlets.Float[Any, Any]) -> Schema:
    return {"type": ["number"], **bounds(trait)}


@schema.register(ByteSpecification)
def _(_trait: Trait) -> Schema:
    return {"type": ["number", "string"], "pattern": r"^[0-9]+(\.[0-9]+)?[KMGT]$"}


@schema.register(traitlets.Enum)
def _(trait: traitlets.Enum[Any]) -> Schema:
    return {"enum": list(trait.values or ())}


@schema.register(traitlets.List)
def array(trait: Any) -> dict[str, Any]:
    """Return the schema of a list."""
    items = {"items": nullable(trait._trait)} if trait._trait else {}
    return {"type": ["array"], **items, **({"minItems": trait._minlen} if trait._minlen else {})}


@schema.register(traitlets.Set)
def _(trait: Any) -> Schema:
    # traitlets converts the array to a set, so its items must be hashable, whatever their type.
    return {"type": ["array"], "items": {"type": ["boolean", "number", "string", "null"]}, **array(trait)}


@schema.register(Command)
def _(trait: Trait) -> Schema:
    return {**array(trait), "type": ["array", "string"]}


@schema.register(traitlets.Dict)
def _(trait: Any) -> Schema:
    values = {"additionalProperties": nullable(trait._value_trait)} if trait._value_trait else {}
    return {"type": ["object"], **values}


@schema.register(traitlets.Union)
def _(trait: traitlets.Union) -> Schema:
    """Merge the schemas of the alternatives. This is valid as long as no two of them share a type."""
    merged: dict[str, Any] = {"type": []}
    for alternative in map(nullable, trait.trait_types):
        if not isinstance(alternative, dict):
            if alternative:
                return True
            continue
        if not set(merged["type"]).isdisjoint(alternative["type"]):
            raise TypeError(f"{trait.this_class}.{trait.name}: two alternatives share a type, {alternative['type']}")
        merged |= {**alternative, "type": merged["type"] + alternative["type"]}
    return merged if merged["type"] else False


def bounds(trait: traitlets.Int[Any, Any] | traitlets.Float[Any, Any]) -> dict[str, float]:
    """Return the minimum and maximum of a number, if declared."""
    limits = {"minimum": trait.min, "maximum": trait.max}
    return {name: limit for name, limit in limits.items() if limit is not None and math.isfinite(limit)}


def nullable(trait: Trait) -> Schema:
    """Return the JSON Schema of a trait, with null if the trait accepts None."""
    values = schema(trait)
    if not trait.allow_none or values is True:
        return values
    if values is False:
        return {"type": ["null"]}
    keyword = "enum" if "enum" in values else "type"
    return {**values, keyword: [*values[keyword], None if keyword == "enum" else "null"]}


def configurable(classes: Iterable[type]) -> list[type[Configurable]]:
    """Return the classes that are sections, which have at least one configurable trait."""
    return [cls for cls in classes if issubclass(cls, Configurable) and cls.class_traits(config=True)]


def section(cls: type[Configurable]) -> dict[str, Any]:
    """Return one section. An inherited trait that the class redeclares as not configurable becomes `false`."""
    settable = cls.class_traits(config=True)
    inherited = {name for base in configurable(cls.__bases__) for name in base.class_traits(config=True)}
    own = {name: nullable(trait) for name, trait in cls.class_own_traits(config=True).items()}
    traits = {**dict.fromkeys(inherited - set(settable), False), **own}
    return {
        "bases": [base.__name__ for base in configurable(cls.__mro__[1:])],
        "traits": dict(sorted(traits.items())),
    }


def index() -> dict[str, Any]:
    """Return the whole index: the versions of the packages, then the sections by name."""
    registered = [cls for cls in JupyterHub().classes if not cls.__module__.startswith(ABSENT)]
    loadable = [JupyterHub, *registered, *UNREGISTERED]
    classes = {base for cls in loadable for base in configurable(cls.__mro__)}
    return {
        "versions": {name: version(name) for name in RELEASES},
        "sections": {cls.__name__: section(cls) for cls in sorted(classes, key=lambda cls: cls.__name__)},
    }


def one_key_a_line(value: Any, depth: int) -> str:
    """Format JSON with one key per line down to a depth, and everything below it in one line."""
    if depth == 0 or not isinstance(value, dict) or not value:
        return json.dumps(value)
    items = [f"{json.dumps(key)}: {one_key_a_line(item, depth - 1)}" for key, item in value.items()]
    return "{\n" + textwrap.indent(",\n".join(items), "  ") + "\n}"


if __name__ == "__main__":
    # The depth of {sections: {name: {traits: {name: schema}}}}, so that each trait is one line in a diff.
    print(one_key_a_line(index(), depth=4))
