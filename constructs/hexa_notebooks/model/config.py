"""The base class of every Config, and the texts of its errors."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, core_schema

from hexa_notebooks.model.choices import in_words
from hexa_notebooks.model.errors import printable
from hexa_notebooks.model.mistakes import MARK, NOTE, Refused, is_refused
from hexa_notebooks.model.token_forms import TOKEN

_UNWRITABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Characters that some YAML reader refuses or reads as a line break: delete and C1 controls, line separators,
surrogates and non-characters. No setting needs them."""
_LARGEST = 2**53
"""The largest whole number that JavaScript holds exactly. Manifests pass through it."""


class Config(BaseModel):
    """A frozen, closed model: unknown fields and later changes are errors. Use `evolve` for a changed copy."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )

    checks: ClassVar[Sequence[Callable[[Any], None]]] = ()
    """Checks of the model as a whole, run after its own validators. A check raises ValueError. A subclass that
    sets it replaces those of its base."""

    def __init__(self, /, *values: Any, **fields: Any) -> None:
        """Validate the fields. Pass each by name.

        While a cluster file is loaded, errors are reported to `NOTE` instead of raised, so that one run shows them all.

        Raises:
            pydantic.ValidationError: lists every problem.
            TypeError: a value is passed without the name of its field.

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
            self._become_placeholder(fields, {*fields})
            return
        try:
            super().__init__(**fields)
            problems = []
        except ValidationError as error:
            problems = [*error.errors(include_url=False)]
            if all(problem["type"] == "value_error" and not problem["loc"] for problem in problems):
                problems += self._further_problems(problems)
            if note is None:
                raise _validation_error(type(self), problems) from None
        except Exception:
            if not refused:
                raise
            problems = []  # a validator stumbled over the placeholder of a value that was reported already
        if note is None or not (problems or refused):
            return
        # Problems of a refused value, or of a model that holds one, follow from a mistake that was reported already.
        new = [each for each in problems if (each["loc"][0] not in refused if each["loc"] else not refused)]
        if new:
            note(_validation_error(type(self), new))
        self._become_placeholder(fields, refused | {each["loc"][0] for each in new if each["loc"]})

    # Marks this as pydantic's own `__init__`: it then validates nested dictionaries without calling it.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def _become_placeholder(self, given: dict[str, Any], refused: set[Any]) -> None:
        """Fill in the fields without validation, so that the cluster file can run on to its next mistake."""
        values: dict[str, Any] = {MARK: Refused()}
        for name, field in type(self).model_fields.items():
            value = Refused() if field.is_required() else field.default
            values[name] = value if name in refused and not is_refused(given.get(name)) else given.get(name, value)
        object.__setattr__(self, "__dict__", values)
        object.__setattr__(self, "__pydantic_fields_set__", set(given))
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)

    def _further_problems(self, known: list[ErrorDetails]) -> Iterator[ErrorDetails]:
        """Yield the problems that later checks find. pydantic stops at the first check that fails."""
        texts = [str(problem["ctx"]["error"]) for problem in known]
        validators = type(self).__pydantic_decorators__.model_validators.values()
        for check in (*(each.func for each in validators if each.info.mode == "after"), *self.checks):
            try:
                check(self)
            except ValueError as error:
                text = str(error)
                if not any(text.endswith(each) for each in texts):
                    texts.append(text)
                    yield {**known[0], "msg": f"Value error, {text}", "ctx": {"error": error}}
            except Exception:  # noqa: S112 (the check relies on the one that failed)
                continue

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse the change.

        Raises:
            pydantic.ValidationError: always. It shows no value.

        """
        try:
            super().__setattr__(name, value)
        except ValidationError as error:
            raise _validation_error(type(self), error.errors(include_url=False)) from None

    @model_validator(mode="wrap")
    @classmethod
    def _with_readable_errors(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as error:
            types = {
                name: Annotated[field.annotation, field] if field.discriminator else field.annotation
                for name, field in cls.model_fields.items()
            }
            problems = [*_known_fields(cls, error.errors(include_url=False))]
            raise _validation_error(cls, in_words(problems, types)) from None

    @model_validator(mode="after")
    def _passes_its_checks(self) -> Self:
        for check in self.checks:
            check(self)
        return self

    @model_validator(mode="after")
    def _fits_into_yaml(self) -> Self:
        for name in type(self).model_fields:
            for part, is_key in _parts(getattr(self, name)):
                if is_key and part == "<<":
                    raise ValueError(f"{name}: YAML reads the key '<<' as a merge instruction; remove it")
                if isinstance(part, str) and (found := _UNWRITABLE.search(part)):
                    raise ValueError(
                        f"{name}: character {found.start() + 1} of a text is {found[0]!a}, which YAML cannot hold;"
                        " remove it"
                    )
                if isinstance(part, int | float) and not is_key and abs(part) > _LARGEST:
                    raise ValueError(
                        f"{name}: manifests cannot hold {part!r} exactly; write a number up to 2**53, or a string"
                    )
        return self

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with some fields changed. The whole copy is validated.

        Raises:
            pydantic.ValidationError: the copy is not valid, or a name is not a field.

        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**(fields | changes))


def _parts(value: Any) -> Iterator[tuple[Any, bool]]:
    """Yield every key and every plain value at any depth, each with whether it is a key."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, True
            yield from _parts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _parts(item)
    else:
        yield value, False


_CREDENTIALS = re.compile(
    r"(?<=://)[^\s'\"]*:[^\s'\"]*(?=@)|(?<=[?&])[-\w]*(password|passwd|token|secret|key|sig|signature)=[^\s&'\"]+"
    rf"|{TOKEN.pattern}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY.*",
    re.DOTALL,
)
"""User and password in a URL, a secret in its query, a known form of token, or the start of a private key."""
_SECRET_FIELD = re.compile("(?<!pull_)secret|passw|pwd|token|credential|.key", re.IGNORECASE)
"""Names of fields whose value no error shows. Hiding one too many does no harm."""
_LONGEST_SHOWN = 40
_TYPES_OF_PYDANTIC = frozenset(get_args(core_schema.ErrorType))


def _validation_error(model: type[Config], problems: Iterable[ErrorDetails]) -> ValidationError:
    """Return an error with these problems that shows no input."""
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


def _known_fields(model: type[Config], problems: Iterable[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Suggest a field for each unknown one, and leave out the error that the suggested field is missing."""
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
    """Remove possible secrets from the text of a check's error."""
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


def explained(error: ValidationError, *, values: bool = True) -> Iterator[tuple[ErrorDetails, str]]:
    """Yield each problem with one line of text: where it is, what is wrong, what was got and what is allowed.

    `values=False` leaves out what was got, since it may be a secret.
    """
    problems = error.errors(include_url=False)
    for problem in problems:
        place = problem["loc"]
        if problem["type"] == "too_short" and any(
            place == other["loc"][: len(place)] != other["loc"] for other in problems
        ):
            continue  # pydantic counts only the valid items: the line about the invalid one is enough
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
        # The text of a check of the whole model starts with the model's name already.
        line = message if message.startswith(where) else f"{where}: {message}"
        yield problem, printable(line)


def _got(problem: ErrorDetails) -> str:
    """Return what was got: a short plain value itself, and only the type of any other, since it may hold a secret."""
    value = problem["input"]
    if "SecretKeyRef" in problem["msg"]:
        if "must be text" in problem["msg"] and isinstance(value, bool | int | float):
            kind = type(value).__name__
            return f", got a value of type {kind} (not shown, as it may be a secret); put it in quotes"
        return ", got something else (not shown, as it may be a secret)"
    if isinstance(value, type):
        return f"; got the class {value.__name__}"
    if isinstance(value, Config):
        return f"; got {type(value).__name__}(...)"
    if value is None or isinstance(value, bool | int | float | str):
        hidden = isinstance(value, str) and (len(value) > _LONGEST_SHOWN or _CREDENTIALS.search(value))
        # A string where a class belongs may be a password, unless it is close to a name that the error suggests.
        foreign = (
            isinstance(value, str) and problem["type"] == "choice" and " or " in problem["msg"] and not _fix(problem)
        )
        if hidden or foreign or _may_be_secret(problem["loc"]):
            return f"; got a value of type {type(value).__name__}, which is not shown"
        return f"; got {value!r}"
    return f"; got a value of type {type(value).__name__}"


def _fix(problem: ErrorDetails) -> str:
    """Return how to fix a problem for which pydantic's own message does not say it."""
    value = problem["input"]
    match problem["type"]:
        case "literal_error":
            return did_you_mean(str(value), re.findall(r"'([^']*)'", problem["ctx"]["expected"]))
        case "choice":
            near = did_you_mean(value, map(str, problem["ctx"]["words"])) if isinstance(value, str) else ""
            return problem["ctx"]["fix"] or near
        case "tuple_type":
            return "; a tuple with one item needs a comma, as in (item,)"
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
    """Return "; did you mean ...?" for the closest known word, or "" if none has a similarity of `cutoff` (0 to 1)."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"; did you mean {near[0]!r}?" if near else ""
