"""The base of every Config model, and how its errors read."""

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails

_UNWRITABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What kubectl refuses in a manifest, or reads as a line break, since cdk8s writes it as it is: delete and C1 controls,
line separators, surrogates and non-characters."""
_LARGEST = 2**53
"""cdk8s runs in JavaScript, whose whole numbers are exact up to here, and writes larger ones as `1e+30`."""


class Config(BaseModel):
    """A frozen, closed model: an unknown key is an error, and so is a later change. Use `evolve` for a changed copy."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        allow_inf_nan=False,
    )

    @model_validator(mode="before")
    @classmethod
    def _know_every_field(cls, data: Any) -> Any:
        if isinstance(data, dict):
            for key in data:
                if key not in cls.model_fields:
                    hint = did_you_mean(str(key), cls.model_fields) or f" (fields: {', '.join(cls.model_fields)})"
                    raise ValueError(f"{cls.__name__} has no field {key!r}{hint}")
        return data

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        for name in type(self).model_fields:
            if "<<" in _keys(getattr(self, name)):
                raise ValueError(f"{name}: YAML takes the key '<<' for an order to merge what it holds; remove it")
            for text in _texts(getattr(self, name)):
                if found := _UNWRITABLE.search(text):
                    raise ValueError(
                        f"{name}: {text!r} has the character {found[0]!a}, which YAML cannot hold; remove it"
                    )
            for number in _numbers(getattr(self, name)):
                if abs(number) > _LARGEST:
                    raise ValueError(
                        f"{name}: {number!r} is a number that manifests cannot hold exactly; at most 2**53, or a string"
                    )
        return self

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, validated anew as a whole.

        Raises:
            pydantic.ValidationError: the copy would not be valid, or a name is not a field.

        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**(fields | changes))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts((*value.keys(), *value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, dict):
        yield from _numbers((*value.values(),))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _keys(item)


def explain(error: ValidationError, *, values: bool = True) -> str:
    """Say in config words what is wrong and where, what was got and what is allowed; one line a problem.

    Without `values`, what was got is left out, since it may be a secret.
    """
    lines = []
    problems = error.errors(include_url=False)
    for problem in problems:
        place = problem["loc"]
        if problem["type"] == "too_short" and any(
            place == other["loc"][: len(place)] != other["loc"] for other in problems
        ):
            continue  # pydantic counts the items after it has dropped the refused ones
        where = ".".join([error.title, *(str(part) for part in place)])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "missing":
            message = "is required and has no default"
        elif problem["type"] in ("model_type", "model_attributes_type") and "SecretKeyRef" in message:
            message = 'must be SecretKeyRef(key="..."), got something else, which may be a secret and is not shown'
        elif problem["type"] != "value_error":
            message += (f"; got {problem['input']!r}" if values else "") + _fix(problem)
        # What a model says of itself as a whole begins with its name already.
        line = message if message.startswith(where) else f"{where}: {message}"
        lines.append("".join(char if char.isprintable() else repr(char)[1:-1] for char in line))
    return "\n".join(lines)


def _fix(problem: ErrorDetails) -> str:
    """Return what to write instead, where pydantic's own message leaves that open."""
    match problem["type"]:
        case "literal_error":
            return did_you_mean(str(problem["input"]), re.findall(r"'([^']*)'", problem["ctx"]["expected"]))
        case "tuple_type":
            return "; a tuple of one item is written with a comma, as in (item,)"
        case "model_type" | "model_attributes_type":
            return "; write an object of this library, such as the examples in clusters/ have"
    return ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" for the nearest known word, or nothing where none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
