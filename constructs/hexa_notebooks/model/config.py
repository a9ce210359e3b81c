"""The base of every Config model, and how its errors read."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, core_schema

from hexa_notebooks.model import choices
from hexa_notebooks.model.errors import printable
from hexa_notebooks.model.mistakes import MARK, NOTE, Refused, is_refused
from hexa_notebooks.model.token_forms import TOKEN

_UNWRITABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What no setting needs, and some reader of YAML refuses or takes for the end of a line: delete and C1 controls, line
separators, surrogates and non-characters."""
_LARGEST = 2**53
"""Manifests pass through JavaScript, whose whole numbers are exact up to here."""


class Config(BaseModel):
    """A frozen, closed model: an unknown key is an error, and so is a later change. Use `evolve` for a changed copy."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )

    checks: ClassVar[Sequence[Callable[[Any], None]]] = ()
    """What must hold for the model as a whole, beside its own validators. A check raises ValueError."""

    def __init__(self, /, *values: Any, **fields: Any) -> None:
        """Validate the fields, each of which is given by its name.

        Raises:
            pydantic.ValidationError: with all that is wrong. While a cluster file is loaded it is noted instead.
            TypeError: a value is given without the name of its field.

        """
        note = NOTE.get()
        refused = {name for name, value in fields.items() if note and is_refused(value)}
        if values:
            names = [name for name in type(self).model_fields if name != "kind"]
            error = TypeError(
                f"{type(self).__name__} takes its fields by name"
                + (f", as in {type(self).__name__}({names[0]}=...)" if names else ", and has none")
            )
            if note is None:
                raise error
            note(error)
            self._stand_in(fields, {*fields})
            return
        try:
            super().__init__(**fields)
            problems = []
        except ValidationError as error:
            problems = [*error.errors(include_url=False)]
            if all(problem["type"] == "value_error" and not problem["loc"] for problem in problems):
                problems += self._other_refusals(problems)
            if note is None:
                raise _validation_error(type(self), problems) from None
        except Exception:
            if not refused:
                raise
            problems = []  # what stands in for a refused value is not like a right one
        if note is None or not (problems or refused):
            return
        told = [each for each in problems if (each["loc"][0] not in refused if each["loc"] else not refused)]
        if told:
            note(_validation_error(type(self), told))
        self._stand_in(fields, refused | {each["loc"][0] for each in told if each["loc"]})

    # As pydantic's own does: a nested dictionary is validated in one go, and not by calling this.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def _stand_in(self, given: dict[str, Any], refused: set[Any]) -> None:
        """Become what a cluster file can go on with, although it is not valid."""
        values: dict[str, Any] = {MARK: Refused()}
        for name, field in type(self).model_fields.items():
            value = Refused() if field.is_required() else field.default
            values[name] = value if name in refused and not is_refused(given.get(name)) else given.get(name, value)
        object.__setattr__(self, "__dict__", values)
        object.__setattr__(self, "__pydantic_fields_set__", set(given))
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)

    def _other_refusals(self, known: list[ErrorDetails]) -> Iterator[ErrorDetails]:
        """Yield what the checks of the model as a whole say that come after the one which has refused it."""
        told = [str(problem["ctx"]["error"]) for problem in known]
        validators = type(self).__pydantic_decorators__.model_validators.values()
        for check in (*(each.func for each in validators if each.info.mode == "after"), *self.checks):
            try:
                check(self)
            except ValueError as error:
                text = str(error)
                if not any(text.endswith(each) for each in told):
                    told.append(text)
                    yield {**known[0], "msg": f"Value error, {text}", "ctx": {"error": error}}
            except Exception:  # noqa: S112 (it builds on what was refused before)
                continue

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse it, for a configuration is never changed.

        Raises:
            pydantic.ValidationError: always; it shows no value.

        """
        try:
            super().__setattr__(name, value)
        except ValidationError as error:
            raise _validation_error(type(self), error.errors(include_url=False)) from None

    @model_validator(mode="wrap")
    @classmethod
    def _in_words(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as error:
            raise _validation_error(cls, _in_words(cls, error.errors(include_url=False))) from None

    @model_validator(mode="after")
    def _passes_its_checks(self) -> Self:
        for check in self.checks:
            check(self)
        return self

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        for name in type(self).model_fields:
            if "<<" in _keys(getattr(self, name)):
                raise ValueError(f"{name}: YAML takes the key '<<' for an order to merge what it holds; remove it")
            for text in _texts(getattr(self, name)):
                if found := _UNWRITABLE.search(text):
                    raise ValueError(
                        f"{name}: character {found.start() + 1} of a text is {found[0]!a}, which YAML cannot hold;"
                        " remove it"
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


_CREDENTIALS = re.compile(
    r"(?<=://)[^\s'\"]*:[^\s'\"]*(?=@)|(?<=[?&])[-\w]*(password|passwd|token|secret|key|sig|signature)=[^\s&'\"]+"
    rf"|{TOKEN.pattern}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY.*",
    re.DOTALL,
)
"""A user and a password in a URL, a secret in its query, and what has the form of a token or begins a key."""
_SECRET_FIELD = re.compile("(?<!pull_)secret|passw|pwd|token|credential|.key", re.IGNORECASE)
"""Part of the names of fields whose value no error shows; one too many does no harm."""
_LONGEST_SHOWN = 40
_TYPES_OF_PYDANTIC = frozenset(get_args(core_schema.ErrorType))


def _validation_error(model: type[Config], problems: Iterable[ErrorDetails]) -> ValidationError:
    """Return an error of these problems, which shows no input."""
    details = (
        InitErrorDetails(
            type=problem["type"]
            if problem["type"] in _TYPES_OF_PYDANTIC
            else PydanticCustomError(problem["type"], problem["msg"], problem.get("ctx")),
            loc=problem["loc"],
            input=problem["input"],
            ctx=problem.get("ctx", {}),
        )
        for problem in map(_without_secret, problems)
    )
    return ValidationError.from_exception_data(model.__name__, [*details], hide_input=True)


def _in_words(model: type[Config], problems: Iterable[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Say what pydantic has found wrong with a model in the words of its fields."""
    types = {
        name: Annotated[field.annotation, field] if field.discriminator else field.annotation
        for name, field in model.model_fields.items()
    }
    return choices.in_words([*_known_fields(model, problems)], types)


def _known_fields(model: type[Config], problems: Iterable[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Say of a field that the model has not which one may be meant, and not that this one is missing."""
    problems, meant = [*problems], set[str]()
    for problem in problems:
        if problem["type"] == "extra_forbidden" and len(problem["loc"]) == 1:
            name = str(problem["loc"][0])
            near = difflib.get_close_matches(name, model.model_fields, n=1)
            meant.update(near)
            fields = ", ".join(field for field in model.model_fields if field != "kind")
            hint = did_you_mean(name, near) or (f" (fields: {fields})" if fields else "; it has none")
            problem["type"], problem["msg"] = "unknown_field", f"{model.__name__} has no field {name!r}{hint}"
    for problem in problems:
        if problem["type"] != "missing" or problem["loc"][0] not in meant or len(problem["loc"]) > 1:
            yield problem


def _without_secret(problem: ErrorDetails) -> ErrorDetails:
    """Take out of what one of our checks says what may be a secret."""
    if problem["type"] != "value_error":
        return problem
    text = _CREDENTIALS.sub("...", str(problem["ctx"]["error"]))
    value = problem["input"]
    if isinstance(value, str) and value and _may_be_secret(problem["loc"]):
        text = text.replace(repr(value), "a value that may be a secret, and is not shown,")
    return problem | {"ctx": {"error": ValueError(text)}}


def _may_be_secret(place: tuple[int | str, ...]) -> bool:
    names = [part for part in place if isinstance(part, str)]
    return bool(names) and names[-1] != "[key]" and _SECRET_FIELD.search(names[-1]) is not None


def explain(error: ValidationError) -> str:
    """Say in config words what is wrong and where, what was got and what is allowed; one line a problem."""
    return "\n".join(line for _, line in explained(error))


def explained(error: ValidationError, *, values: bool = True) -> Iterator[tuple[ErrorDetails, str]]:
    """Yield each problem, and the line of `explain` for it.

    Without `values`, what was got is left out of the line, since it may be a secret.
    """
    problems = error.errors(include_url=False)
    for problem in problems:
        place = problem["loc"]
        if problem["type"] == "too_short" and any(
            place == other["loc"][: len(place)] != other["loc"] for other in problems
        ):
            continue  # pydantic counts the items after it has dropped the refused ones
        where = ".".join([error.title, *(str(part) for part in place)])
        message = problem["msg"].removeprefix("Value error, ")
        match problem["type"]:
            case "missing":
                message = "is required and has no default"
            case "frozen_instance":
                message = f"cannot be changed; write a changed copy, as in config = config.evolve({place[-1]}=...)"
            case "unknown_field":
                where = ".".join([error.title, *(str(part) for part in place[:-1])])
            case "value_error":
                pass
            case _:
                message += (_got(problem) if values else "") + _fix(problem)
        # What a model says of itself as a whole begins with its name already.
        line = message if message.startswith(where) else f"{where}: {message}"
        yield problem, printable(line)


def _got(problem: ErrorDetails) -> str:
    """Return what was got: a short plain value as it stands, and of any other, which may hold a secret, what it is."""
    value = problem["input"]
    if "SecretKeyRef" in problem["msg"]:
        if "must be text" in problem["msg"] and isinstance(value, bool | int | float):
            kind = type(value).__name__
            return f", got a value of type {kind}, which may be a secret and is not shown; put it in quotes"
        return ", got something else, which may be a secret and is not shown"
    if isinstance(value, type):
        return f"; got the class {value.__name__}"
    if isinstance(value, Config):
        return f"; got {type(value).__name__}(...)"
    if value is None or isinstance(value, bool | int | float | str):
        hidden = isinstance(value, str) and (len(value) > _LONGEST_SHOWN or _CREDENTIALS.search(value))
        # Of a text where one of several classes belongs only a slip of the pen is surely no password.
        foreign = (
            isinstance(value, str) and problem["type"] == "choice" and " or " in problem["msg"] and not _fix(problem)
        )
        if hidden or foreign or _may_be_secret(problem["loc"]):
            return f"; got a value of type {type(value).__name__}, which is not shown"
        return f"; got {value!r}"
    return f"; got a value of type {type(value).__name__}"


def _fix(problem: ErrorDetails) -> str:
    """Return what to write instead, where pydantic's own message leaves that open."""
    value = problem["input"]
    match problem["type"]:
        case "literal_error":
            return did_you_mean(str(value), re.findall(r"'([^']*)'", problem["ctx"]["expected"]))
        case "choice":
            near = did_you_mean(value, map(str, problem["ctx"]["words"])) if isinstance(value, str) else ""
            return problem["ctx"]["fix"] or near
        case "tuple_type":
            return "; a tuple of one item is written with a comma, as in (item,)"
        case "float_parsing" if found := re.fullmatch(r"(\d+(?:\.\d+)?)(m|%)", value):
            return f"; write {Decimal(found[1]) / (1000 if found[2] == 'm' else 100):f}"
        case "int_parsing" | "float_parsing":
            return "; write a number without a unit and without quotes, as in 2"
        case "string_type" if isinstance(value, int | float):
            return f"; write it in quotes: {str(value)!r}"
        case "bool_parsing" | "bool_type":
            return "; write True or False"
    return ""


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return "; did you mean ...?" for the nearest known word, or nothing where none is as near as `cutoff`, of 1."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"; did you mean {near[0]!r}?" if near else ""
