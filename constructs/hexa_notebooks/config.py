"""The base of every Config model, and how its errors read."""

import difflib
from collections.abc import Iterable
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator


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
                    raise ValueError(
                        f"{cls.__name__} has no field {key!r}{did_you_mean(str(key), cls.model_fields)}"
                        f" (fields: {', '.join(cls.model_fields)})"
                    )
        return data

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, validated anew as a whole.

        Raises:
            pydantic.ValidationError: the copy would not be valid, or a name is not a field.

        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**(fields | changes))


def explain(error: ValidationError) -> str:
    """Say in config words what is wrong and where, what was got and what is allowed; one line a problem."""
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
        elif problem["type"] != "value_error":
            message += f"; got {problem['input']!r}"
        lines.append(f"{where}: {message}")
    return "\n".join(lines)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" for the nearest known word, or nothing where none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
