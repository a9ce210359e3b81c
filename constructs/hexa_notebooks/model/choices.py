"""What a field takes, in words, where pydantic would only say which of its types did not match."""

import difflib
import types
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails, PydanticCustomError

_WRONG_KINDS = {
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
"""pydantic's errors of a value that is of another type altogether."""
_Location: TypeAlias = tuple[int | str, ...]
_WORDS = {str: "text", int: "a whole number", float: "a number", tuple: "a tuple", dict: "a dictionary"}


def in_words(problems: list[ErrorDetails], fields: Mapping[str, Any]) -> Iterator[ErrorDetails]:
    """Tell what a field takes once, in place of an error for each of its types.

    Args:
        problems: what pydantic says of a model.
        fields: the type of each of its fields.

    """
    for place, group in groupby(problems, lambda problem: _choice(problem["loc"], fields)):
        found = list(group)
        if place is None:
            yield from found
            continue
        where, members, label = place
        # Where one of its types has taken the value for its own, only what that one says helps.
        taken = [each for each in found if each["type"] not in _WRONG_KINDS or len(each["loc"]) > len(where) + label]
        if taken:
            for each in taken:
                each["loc"] = (*where, *each["loc"][len(where) + label :])
                yield each
        elif _says_more(members):
            yield _refusal(where, members, found[0]["input"])
        else:
            yield from found


def _choice(location: _Location, fields: Mapping[str, Any]) -> tuple[_Location, tuple[Any, ...], bool] | None:
    """Return where on the way to a place there is a choice of types, these, and whether one is named there next.

    A single model counts as a choice. None: there is none.
    """
    if not location or location[0] not in fields or "[key]" in location:
        return None
    wanted, depth = fields[str(location[0])], 1
    while True:
        tagged = False
        while get_origin(wanted) is Annotated:
            tagged = tagged or any(getattr(each, "discriminator", None) for each in get_args(wanted)[1:])
            wanted = get_args(wanted)[0]
        if get_origin(wanted) in (Union, types.UnionType):
            members = tuple(each for each in get_args(wanted) if each is not type(None))
            if len(members) == 1:
                wanted = members[0]
                continue
            return (location[:depth], members, not tagged) if depth <= len(location) else None
        if get_origin(wanted) in (tuple, list, dict) and len(location) > depth:
            wanted = get_args(wanted)[1 if get_origin(wanted) is dict else 0]
            depth += 1
        else:
            return location[:depth], (wanted,), False


def _plain(wanted: Any) -> Any:
    while get_origin(wanted) is Annotated:
        wanted = get_args(wanted)[0]
    return wanted


def _flat(members: tuple[Any, ...]) -> Iterator[Any]:
    for member in map(_plain, members):
        if get_origin(member) in (Union, types.UnionType):
            yield from _flat(get_args(member))
        else:
            yield member


def _is_model(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, BaseModel)


def _says_more(members: tuple[Any, ...]) -> bool:
    flat = list(_flat(members))
    return len(flat) > 1 or _is_model(flat[0])


def _refusal(where: _Location, members: tuple[Any, ...], got: Any) -> ErrorDetails:
    flat = list(_flat(members))
    literals = [each for member in flat if get_origin(member) is Literal for each in get_args(member)]
    models = [member for member in flat if _is_model(member)]
    words = [repr(each) for each in literals]
    words += [_WORDS.get(get_origin(member) or member, "something else") for member in flat if not _named(member)]
    words += [_written(model, alone=len(flat) == 1) for model in models]
    *others, last = dict.fromkeys(words)
    allowed = f"{', '.join(others)} or {last}" if others else last
    fix = ""
    if isinstance(got, type) and got in models:
        fix = f"; put brackets after it: {got.__name__}()"
    elif isinstance(got, str) and (near := difflib.get_close_matches(got, [each.__name__ for each in models], n=1)):
        fix = f"; did you mean {near[0]}(...)?"
    elif isinstance(got, Mapping) and len(models) > 1:
        kinds = [repr(each.model_fields["kind"].default) for each in models if "kind" in each.model_fields]
        fix = "; write the class" + (f", or as its kind one of {', '.join(kinds)}" if kinds else "")
    elif isinstance(got, list | tuple) and len(got) == 1 and isinstance(got[0], tuple(models)):
        fix = "; take the comma, or the brackets, around it away"
    error = PydanticCustomError("choice", "must be {allowed}", {"allowed": allowed, "fix": fix, "words": literals})
    return {"type": error.type, "loc": where, "msg": error.message(), "input": got, "ctx": error.context or {}}


def _named(member: Any) -> bool:
    return get_origin(member) is Literal or _is_model(member)


def _written(model: type[BaseModel], *, alone: bool) -> str:
    """Return how a model is written: with the first field that it needs, or that is nearly all there is to say."""
    fields = {name: field for name, field in model.model_fields.items() if name != "kind"}
    needed = [name for name, field in fields.items() if field.is_required()]
    texts = [name for name in list(fields)[:1] if _plain(fields[name].annotation) is str]
    first = next(iter(needed or (texts if alone else ())), None)
    if first is None:
        return f"{model.__name__}(...)" if alone and fields else f"{model.__name__}()"
    return f"{model.__name__}({first}=" + ('"...")' if _plain(fields[first].annotation) is str else "...)")
