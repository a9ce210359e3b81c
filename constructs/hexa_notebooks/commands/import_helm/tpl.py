"""Templates in `hub.command`, `hub.args` and `proxy.chp.extraCommandLineFlags`, evaluated as the chart does.

Only expressions that look values up and calculate a little are evaluated. Any other is refused. The chart writes the
outcome into a list without quotes, so an outcome that YAML does not read as one string is refused too.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hexa_notebooks.commands.import_helm.chart_version import DEFAULT, RELEASES, built_in_objects
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.commands.import_helm.values_yaml import ValuesError, kind_of, parse_scalar
from hexa_notebooks.manifests.go_scalars import printed

_ACTION = re.compile(r"(?P<left>\s*\{\{-(?=\s)|\{\{)(?P<code>.*?)(?P<right>(?<=\s)-\}\}\s*|\}\})", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<raw>`[^`]*`)|(?P<whole>[-+]?\d+(?![\w.]))"""
    r"""|(?P<field>\$?(?:\.[A-Za-z_]\w*)+)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[|()]))"""
)
_ADVICE = "write the text itself"


class TemplateError(Exception):
    """A template that is not evaluated. The text says why and what to do, without values."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The objects that expressions can read."""

    values: Mapping[str, Any]
    """`.Values`"""
    release: str
    """`.Release.Name`"""
    namespace: str
    """`.Release.Namespace`"""
    version: str = DEFAULT
    """`.Chart.Version`"""

    def look_up(self, field: str) -> Any:
        """Return the value of a field such as `.Values.hub.baseUrl`. Helm holds all numbers of values as floats."""
        objects = built_in_objects(self.release, self.namespace, self.version)
        objects["Chart"]["AppVersion"] = RELEASES[self.version].jupyterhub
        value = Tree({"Values": self.values, **objects}).get(field.removeprefix("$")[1:])
        return float(value) if _is_number(value) else value


def evaluate(text: str, scope: Scope) -> str:
    """Return the outcome of a template as the chart's manifest has it.

    Raises:
        TemplateError: it cannot be evaluated here, or YAML does not read its outcome as one string.

    """
    outcome, end, pieces = text.rstrip("\n"), 0, []
    for action in _ACTION.finditer(outcome):
        pieces.append(outcome[end : action.start()])
        pieces.append(_printed(_Expression(action["code"], scope).value()))
        end = action.end()
    rest = outcome[end:]
    if "{{" in rest:
        raise TemplateError(f"has a '{{{{' without '}}}}'; {_ADVICE}")
    return _as_item("".join([*pieces, rest]))


def _as_item(outcome: str) -> str:
    """Return the string that YAML reads if a list has the outcome as an item without quotes."""
    if "\n" in outcome.strip():
        raise TemplateError("has several lines, which break the chart's manifest; write it on one line")
    fix = "; put quotes within the quotes, as in '\"...\"'"
    try:
        value = parse_scalar(outcome)
    except ValuesError:
        raise TemplateError(f"is invalid YAML in the chart's list, which has no quotes around it{fix}") from None
    if not isinstance(value, str):
        raise TemplateError(f"becomes {kind_of(value)} in the chart's list, which has no quotes around it{fix}")
    if value != outcome.strip() and outcome.strip()[:1] not in ("'", '"'):
        raise TemplateError(f"becomes another string in the chart's list, which has no quotes around it{fix}")
    return value


class _Expression:
    """A pipeline: values and calls. Each `|` passes a value to the next call as its last argument."""

    def __init__(self, code: str, scope: Scope) -> None:
        self._scope = scope
        self._tokens = _tokens(code)
        self._next = 0

    def value(self) -> Any:
        found = self._pipeline()
        if self._next < len(self._tokens):
            raise TemplateError(f"has an expression that is not understood; {_ADVICE}")
        return found

    def _pipeline(self) -> Any:
        found = self._command([])
        while self._takes("|"):
            found = self._command([found])
        return found

    def _command(self, last: list[Any]) -> Any:
        kind, text = self._peek()
        if kind == "name" and text not in _CONSTANTS:
            self._next += 1
            arguments = []
            while self._peek()[0] not in ("end", "mark") or self._peek()[1] == "(":
                arguments.append(self._operand())
            return _call(text, arguments + last)
        if last:
            raise TemplateError(f"pipes into something that is not a function; {_ADVICE}")
        return self._operand()

    def _operand(self) -> Any:
        kind, text = self._peek()
        self._next += 1
        match kind:
            case "text":
                try:
                    return json.loads(text)
                except ValueError:
                    raise TemplateError(f"has an escape that is not understood; {_ADVICE}") from None
            case "raw":
                return text[1:-1]
            case "whole":
                return int(text)
            case "name" if text in _CONSTANTS:
                return _CONSTANTS[text]
            case "field":
                return self._scope.look_up(text)
            case "mark" if text == "(":
                found = self._pipeline()
                if self._takes(")"):
                    return found
        raise TemplateError(f"has an expression that is not understood; {_ADVICE}")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("end", "")

    def _takes(self, mark: str) -> bool:
        taken = self._peek() == ("mark", mark)
        self._next += taken
        return taken


_CONSTANTS = {"true": True, "false": False}


def _tokens(code: str) -> list[tuple[str, str]]:
    found, end, code = [], 0, code.rstrip()
    while end < len(code):
        token = _TOKEN.match(code, end)
        if token is None or token.lastgroup is None:
            raise TemplateError(f"has an expression that is not understood; {_ADVICE}")
        found.append((token.lastgroup, token[token.lastgroup]))
        end = token.end()
    return found


def _call(name: str, arguments: Sequence[Any]) -> Any:
    match name, arguments:
        case "add", [_, *_]:
            return sum(_whole(name, argument) for argument in arguments)
        case "sub", [first, second]:
            return _whole(name, first) - _whole(name, second)
        case "mul", [_, *_]:
            return math.prod(_whole(name, argument) for argument in arguments)
        case (("int" | "int64"), [number]):
            return _whole(name, number)
        case "quote", _:
            return " ".join(json.dumps(_printed(argument), ensure_ascii=False) for argument in arguments)
        case "toString", [value]:
            return _printed(value)
        case "upper", [str(text)]:
            return text.upper()
        case "lower", [str(text)]:
            return text.lower()
        case "trim", [str(text)]:
            return text.strip()
        case "trimPrefix", [str(prefix), str(text)]:
            return text.removeprefix(prefix)
        case "trimSuffix", [str(suffix), str(text)]:
            return text.removesuffix(suffix)
        case "replace", [str(old), str(new), str(text)] if old:
            return text.replace(old, new)
        case "printf", [str(form), *values]:
            return _formatted(form, values)
        case "default", [fallback, *given]:
            return given[0] if given and given[0] not in (None, "", 0, False, [], {}) else fallback
    if name in _FUNCTIONS:
        raise TemplateError(f"calls {name!r} with arguments that it does not take; {_ADVICE}")
    raise TemplateError(f"calls {name!r}, which is not evaluated; {_ADVICE}")


_FUNCTIONS = (
    *("add", "default", "int", "int64", "lower", "mul", "printf", "quote", "replace", "sub", "toString", "trim"),
    *("trimPrefix", "trimSuffix", "upper"),
)


def _formatted(form: str, values: Sequence[Any]) -> str:
    """Return the outcome of `printf` with `%s` for strings, `%d` for whole numbers, and `%v` for both."""
    kinds = {"s": str, "d": int, "v": str | int | float}
    left = list(values)

    def replaced(verb: re.Match[str]) -> str:
        if verb[1] == "%":
            return "%"
        if left and verb[1] in kinds and isinstance(left[0], kinds[verb[1]]) and not isinstance(left[0], bool):
            return _printed(left.pop(0))
        raise TemplateError(f"calls 'printf' with arguments that do not fit its text; {_ADVICE}")

    text = re.sub(r"%([a-z%]?)", replaced, form)
    if left:
        raise TemplateError(f"calls 'printf' with arguments that do not fit its text; {_ADVICE}")
    return text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,17})", value):
        return int(value)
    if _is_number(value):
        return int(value)
    raise TemplateError(f"calls {name!r} with {kind_of(value)} in place of a number; {_ADVICE}")


def _printed(value: Any) -> str:
    """Return a value as a template prints it."""
    text = printed(value)
    if text is None:
        problem = "a value that is not set" if value is None else f"{kind_of(value)}, which is not a string"
        raise TemplateError(f"names {problem}; {_ADVICE}")
    return text
