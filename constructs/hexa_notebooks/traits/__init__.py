"""The hub's configuration as data: `{section: {trait: value}}`, checked and merged at synthesis.

Names and types come from `index.json`, which `hub/trait_index.py` generates from the pinned releases. Neither
JupyterHub nor traitlets is needed here. The checks are stricter than traitlets where traitlets would convert a likely
mistake: a boolean for a number, 0 or 1 for a boolean, an enum's value in another case.

`{"$env": "NAME"}`, at any depth, is a placeholder for a string that the hub reads from its environment when it starts,
such as a secret. `{"$env": "NAME", "split": ";"}` is a placeholder for that string split into a list of strings.
"""

import json
import math
import re
from collections.abc import Mapping
from copy import deepcopy
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias, TypedDict

from pydantic import JsonValue

__all__ = ["Traits", "check", "is_known", "merge"]

Traits: TypeAlias = dict[str, dict[str, JsonValue]]
"""A traitlets configuration: class name -> trait name -> value."""

_Schema: TypeAlias = dict[str, Any] | bool

_APPENDED = {("JupyterHub", "services"), ("JupyterHub", "load_roles")}
"""Lists to which every layer may add items."""


class _Section(TypedDict):
    bases: list[str]
    traits: dict[str, _Schema]


class _Index(TypedDict):
    versions: dict[str, str]
    sections: dict[str, _Section]


class _FromEnvironment(str):
    """The value of a placeholder while it is checked: a string of unknown content."""


def check(traits: Mapping[str, Mapping[str, JsonValue]], *, where: str) -> None:
    """Check that the hub would accept every section, trait and value.

    Args:
        traits: the traits to check.
        where: the configuration path that the traits come from. Error messages start with it.

    Raises:
        ValueError: an unknown section or trait, a value that its trait does not accept, or a malformed placeholder.

    """
    sections = _index()["sections"]
    for section, values in traits.items():
        if section not in sections:
            raise ValueError(f"{where}: there is no section {section}{_suggested_section(section)}")
        valid = _valid(section)
        for trait, value in values.items():
            if trait not in valid:
                raise ValueError(f"{where}: {section} has no trait {trait}{_suggested_trait(section, trait)}")
            _check_value(value, valid[trait], f"{where}: {section}.{trait}")


def is_known(section: str, trait: str | None = None) -> bool:
    """Return whether the index has a class of this name and, if `trait` is given, that trait."""
    return section in _index()["sections"] and (trait is None or trait in _valid(section))


def merge(*layers: tuple[str, Traits]) -> Traits:
    """Merge the traits of several layers, each with the configuration path it comes from, into a new configuration.

    Objects merge key by key. The lists `JupyterHub.services` and `JupyterHub.load_roles` are appended in layer order.
    No layer overrides another: several layers may set a trait only to the same value. This includes sections of
    subclasses, which traitlets prefers to the sections of their bases.

    Raises:
        ValueError: two layers set a trait to different values. The message names both paths.

    """
    merged: Traits = {}
    origins: dict[tuple[str, ...], str] = {}
    for where, traits in layers:
        for section, values in traits.items():
            _merge_into(merged.setdefault(section, {}), values, (section,), where, origins)
    _refuse_overridden(merged, origins)
    return merged


@cache
def _index() -> _Index:
    index: _Index = json.loads(files(__name__).joinpath("index.json").read_text(encoding="utf-8"))
    return index


def _valid(section: str) -> dict[str, _Schema]:
    """Return the traits that a section accepts: its own and those of its bases. The nearest definition wins."""
    sections = _index()["sections"]
    valid: dict[str, _Schema] = {}
    for name in (section, *sections[section]["bases"]):
        valid = sections[name]["traits"] | valid
    return valid


def _suggested_section(name: str) -> str:
    rule = " (a section is a class name and starts with a capital letter)" if name[:1].islower() else ""
    near = _nearest(name, _index()["sections"])
    return f"{rule}, did you mean {near}?" if near else rule + _releases()


def _suggested_trait(section: str, name: str) -> str:
    owners = [f"{owner}.{name}" for owner, content in _index()["sections"].items() if content["traits"].get(name)]
    near = " or ".join(owners) or _nearest(name, _valid(section))
    return f", did you mean {near}?" if near else _releases()


def _nearest(name: str, names: Mapping[str, object]) -> str | None:
    """Return the most similar name, if any is similar. Case is ignored: memLimit is close to mem_limit."""
    by_folded = {known.casefold(): known for known in names}
    return next((by_folded[near] for near in get_close_matches(name.casefold(), by_folded, n=1)), None)


def _releases() -> str:
    return " in " + ", ".join(f"{package} {version}" for package, version in _index()["versions"].items())


def _check_value(value: JsonValue, schema: _Schema, path: str) -> None:
    value = _without_placeholder(value, path)
    types = _types(value)
    if not types:
        raise ValueError(f"{path} is {value!r} ({type(value).__name__}), which JSON cannot express")
    if not _fits(value, types, schema):
        raise ValueError(f"{path} is {_shown(value)} ({types[0]}), allowed: {_describe(schema)}")
    keywords = schema if isinstance(schema, dict) else {}
    if isinstance(value, list):
        for position, item in enumerate(value):
            _check_value(item, keywords.get("items", True), f"{path}[{position}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_value(item, keywords.get("additionalProperties", True), f"{path}.{key}")


def _without_placeholder(value: JsonValue, path: str) -> JsonValue:
    if not (isinstance(value, dict) and "$env" in value):
        return value
    name, separator = value["$env"], value.get("split", ";")
    if (
        value.keys() <= {"$env", "split"}
        and (isinstance(name, str) and name.isascii() and name.isidentifier())
        and (isinstance(separator, str) and separator)
    ):
        string = _FromEnvironment(f"${name}")
        return [string] if "split" in value else string
    raise ValueError(f'{path} is {_shown(value)}, allowed: {{"$env": "NAME"}} or {{"$env": "NAME", "split": ";"}}')


def _types(value: JsonValue) -> tuple[str, ...]:
    """Return the JSON Schema types of a value, the most specific first; none if it is not JSON."""
    match value:
        case None:
            return ("null",)
        case bool():
            return ("boolean",)
        case int():
            return ("integer", "number")
        case float() if math.isfinite(value):
            return ("number", "integer") if value.is_integer() else ("number",)
        case str():
            return ("string",)
        case list():
            return ("array",)
        case dict():
            return ("object",)
    return ()


def _fits(value: JsonValue, types: tuple[str, ...], schema: _Schema) -> bool:
    """Return whether a value matches its schema, items and members aside. Knows the keywords that the index uses."""
    if isinstance(schema, bool):
        return schema
    if "enum" in schema:
        return bool(value in schema["enum"])
    if set(types).isdisjoint(schema["type"]):
        return False
    match value:
        case _FromEnvironment():
            return True
        case str():
            return "pattern" not in schema or re.fullmatch(schema["pattern"], value) is not None
        case int() | float():
            return bool(schema.get("minimum", -math.inf) <= value <= schema.get("maximum", math.inf))
        case list():
            return bool(len(value) >= schema.get("minItems", 0))
    return True


def _shown(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _describe(schema: _Schema) -> str:
    """Describe what a schema allows, as in `null or array of string`."""
    if schema is True:
        return "anything"
    if schema is False or schema == {"type": ["null"]}:
        return f"{'null' if schema else 'nothing'}, as only code can set it"
    if "enum" in schema:
        return "one of " + ", ".join(json.dumps(value) for value in schema["enum"])
    # Containers come last: "array of string or string" would be ambiguous.
    types = sorted(schema["type"], key=lambda name: name in ("array", "object"))
    return " or ".join(_describe_type(name, schema) for name in types)


def _describe_type(name: str, schema: dict[str, Any]) -> str:
    match name:
        case "string" if "pattern" in schema:
            return f"string matching {schema['pattern']}"
        case "integer" | "number" if "minimum" in schema or "maximum" in schema:
            return f"{name} from {schema.get('minimum', -math.inf)} to {schema.get('maximum', math.inf)}"
        case "array" if "items" in schema:
            return f"{'non-empty ' if 'minItems' in schema else ''}array of {_describe(schema['items'])}"
        case "object" if "additionalProperties" in schema:
            return f"object of {_describe(schema['additionalProperties'])}"
    return name


def _merge_into(
    merged: dict[str, JsonValue],
    values: Mapping[str, JsonValue],
    path: tuple[str, ...],
    where: str,
    origins: dict[tuple[str, ...], str],
) -> None:
    """Add the values of a layer. `origins` records which layer was the first to set each value."""
    for key, value in values.items():
        at = (*path, key)
        if key not in merged:
            merged[key] = deepcopy(value)
            origins[at] = where
            continue
        present = merged[key]
        if isinstance(present, dict) and isinstance(value, dict) and "$env" not in {*present, *value}:
            _merge_into(present, value, at, where, origins)
        elif isinstance(present, list) and isinstance(value, list) and at in _APPENDED:
            present.extend(deepcopy(value))
        elif present != value:
            # The layer that set the value, or the nearest object around it.
            origin = next(origins[at[:depth]] for depth in range(len(at), 0, -1) if at[:depth] in origins)
            raise ValueError(f"{'.'.join(at)} is set by both {origin} and {where}: remove one")


def _refuse_overridden(merged: Traits, origins: Mapping[tuple[str, ...], str]) -> None:
    """Raise ValueError if one layer sets a trait for a class and another layer sets it for a base of that class."""
    sections = _index()["sections"]
    for section, base in [(name, base) for name in merged if name in sections for base in sections[name]["bases"]]:
        for trait, value in merged.get(base, {}).items():
            if trait in merged[section] and merged[section][trait] != value:
                under, over = origins[base, trait], origins[section, trait]
                if under != over:
                    raise ValueError(
                        f"{base}.{trait} is set by {under}, but {section}.{trait}, which overrides it, by {over}:"
                        " remove one"
                    )
