"""Errors that list every value a field takes, in place of pydantic's error for each member of a union."""

import difflib
import types
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails, PydanticCustomError

_WRONG_TYPE = {
    "model_type",
    "model_attributes_type",
    "union_tag_invalid",
    "union_tag_not_found",
    "literal_error",
    "string_type",
    "int_type",
    "int_parsing",
    "int_from_float",
    "float_type",
    "float_parsing",
    "tuple_type",
    "dict_type",
}
"""pydantic's errors for a value of another type."""
_Location: TypeAlias = tuple[int | str, ...]
_WORDS = {str: "text", int: "a whole number", float: "a number", tuple: "a tuple", dict: "a dictionary"}


def in_words(problems: list[ErrorDetails], fields: Mapping[str, Any]) -> Iterator[ErrorDetails]:
    """Yield one error for each wrong value, in place of one for each type that the field takes.

    Args:
        problems: pydantic's errors for a model.
        fields: the type of each field of the model.

    """
    for choice, group in groupby(problems, lambda problem: _choice(problem["loc"], fields)):
        found = list(group)
        if choice is None:
            yield from found
            continue
        where, members, labelled = choice
        depth = len(where) + labelled
        # If one member recognised the value as its own, only that member's errors help.
        own = [each for each in found if each["type"] not in _WRONG_TYPE or len(each["loc"]) > depth]
        if own:
            for each in own:
                each["loc"] = (*where, *each["loc"][depth:])
                yield each
        elif len(members) > 1 or _is_model(members[0]):
            yield _refusal(where, members, found[0]["input"])
        else:
            yield from found  # pydantic's own words are as good for a single plain type


def _choice(location: _Location, fields: Mapping[str, Any]) -> tuple[_Location, tuple[Any, ...], bool] | None:
    """Return the union on the way to a location: its own location, its members, and whether pydantic labels them.

    pydantic adds a label, the member's name, to the location of an error in a union without a discriminator. A single
    type counts as a union of one. None: the location leads to no field.
    """
    if not location or location[0] not in fields or "[key]" in location:
        return None
    wanted, depth = fields[str(location[0])], 1
    while True:
        tagged = False
        while get_origin(wanted) is Annotated:
            tagged = tagged or any(getattr(each, "discriminator", None) for each in get_args(wanted)[1:])
            wanted = get_args(wanted)[0]
        if _is_union(wanted):
            members = tuple(each for each in get_args(wanted) if each is not type(None))
            if len(members) == 1:
                wanted = members[0]
                continue
            return (location[:depth], (*_flat(members),), not tagged) if depth <= len(location) else None
        if get_origin(wanted) in (tuple, list, dict) and len(location) > depth:
            wanted = get_args(wanted)[1 if get_origin(wanted) is dict else 0]
            depth += 1
        else:
            return location[:depth], (wanted,), False


def _plain(wanted: Any) -> Any:
    """Return a type without its annotations."""
    while get_origin(wanted) is Annotated:
        wanted = get_args(wanted)[0]
    return wanted


def _flat(members: tuple[Any, ...]) -> Iterator[Any]:
    for member in map(_plain, members):
        if _is_union(member):
            yield from _flat(get_args(member))
        else:
            yield member


def _is_union(wanted: Any) -> bool:
    return get_origin(wanted) in (Union, types.UnionType)


def _is_model(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, BaseModel)


def _refusal(where: _Location, members: tuple[Any, ...], got: Any) -> ErrorDetails:
    literals = [each for member in members if get_origin(member) is Literal for each in get_args(member)]
    models = [member for member in members if _is_model(member)]
    plain = [member for member in members if get_origin(member) is not Literal and not _is_model(member)]
    words = [repr(each) for each in literals]
    words += [_WORDS.get(get_origin(member) or member, "something else") for member in plain]
    words += [_written(model, alone=len(members) == 1) for model in models]
    *others, last = dict.fromkeys(words)
    allowed = f"{', '.join(others)} or {last}" if others else last
    fix = ""
    if isinstance(got, type) and got in models:
        fix = f"; add parentheses: {got.__name__}()"
    elif isinstance(got, str) and (near := difflib.get_close_matches(got, [each.__name__ for each in models], n=1)):
        fix = f"; did you mean {near[0]}(...)?"
    elif isinstance(got, Mapping) and len(models) > 1:
        kinds = [repr(each.model_fields["kind"].default) for each in models if "kind" in each.model_fields]
        fix = "; write the class" + (f", or set kind to one of {', '.join(kinds)}" if kinds else "")
    elif isinstance(got, list | tuple) and len(got) == 1 and isinstance(got[0], tuple(models)):
        fix = "; remove the trailing comma or the brackets around it"
    error = PydanticCustomError("choice", "must be {allowed}", {"allowed": allowed, "fix": fix, "words": literals})
    return {"type": error.type, "loc": where, "msg": error.message(), "input": got, "ctx": error.context or {}}


def _written(model: type[BaseModel], *, alone: bool) -> str:
    """Return a call of a model, with its first required field or, if it is the only choice, its leading text field."""
    fields = {name: field for name, field in model.model_fields.items() if name != "kind"}
    needed = [name for name, field in fields.items() if field.is_required()]
    texts = [name for name in list(fields)[:1] if _plain(fields[name].annotation) is str]
    first = next(iter(needed or (texts if alone else ())), None)
    if first is None:
        return f"{model.__name__}(...)" if alone and fields else f"{model.__name__}()"
    return f"{model.__name__}({first}=" + ('"...")' if _plain(fields[first].annotation) is str else "...)")
