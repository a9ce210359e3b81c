"""A values file as Helm reads it, with the line of each value."""

from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from hexa_notebooks.commands.import_helm.comments import Comment, read_comments
from hexa_notebooks.manifests.go_yaml_reader import Key as Key
from hexa_notebooks.manifests.go_yaml_reader import Parser, read_yaml
from hexa_notebooks.model.errors import OperatorError

_MOST_VALUES = 200_000


class ValuesError(OperatorError):
    """Values that cannot be used: one line per problem."""


@dataclass(slots=True)
class ValuesFile:
    """What a file holds, and where."""

    values: dict[str, Any]
    """The top level."""
    lines: dict[Key, int] = field(default_factory=dict)
    """The line of each value, by its path; a value from an anchor has the line of the anchor's. There may be more:
    lines of what another value has replaced."""
    comments: list[Comment] = field(default_factory=list)
    """Its comments."""

    def below(self, path: Key) -> "ValuesFile":
        """Return what stands in a section as if it were all."""
        values: Any = self.values
        for key in path:
            values = values.get(key) if isinstance(values, dict) else None
        length = len(path)
        comments = [
            replace(comment, path=comment.path[length:]) for comment in self.comments if comment.path[:length] == path
        ]
        lines = {known[length:]: line for known, line in self.lines.items() if known[:length] == path}
        return ValuesFile(values if isinstance(values, dict) else {}, lines, comments)


def read_text(text: str, name: str) -> ValuesFile:
    """Read the text of a values file, which errors call by `name`.

    Raises:
        ValuesError: it is not one mapping in YAML.

    """
    documents = list(read_yaml(text, name, ValuesError, most=_MOST_VALUES, with_lines=True))
    if further := [document for document in documents[1:] if document.value is not None]:
        place = f"{name}:{further[0].line}"
        raise ValuesError(f"{place}: a second document begins; Helm would ignore it: give it in its own file")
    values, lines = (_through_floats(documents[0].value), documents[0].lines) if documents else (None, {})
    if values is not None and not isinstance(values, dict):
        raise ValuesError(f"{name}: must hold a mapping of keys to values, got {kind_of(values)}")
    return ValuesFile(values or {}, lines, read_comments(text, yaml.scan(text, Parser), lines))


def parse_scalar(text: str) -> Any:
    """Return what the text alone is as an item of a YAML list.

    Raises:
        ValuesError: it is no YAML.

    """
    documents = [*read_yaml(f"- {text}", "text", ValuesError, most=_MOST_VALUES)]
    value = documents[0].value
    return value[0] if len(documents) == len(value) == 1 else [each.value for each in documents]


def _through_floats(value: Any) -> Any:
    """Return values as Helm passes them on to templates: each number through a 64-bit float, which has 53 bits."""
    match value:
        case bool():
            return value
        case int():
            return int(float(value))
        case dict():
            return {key: _through_floats(item) for key, item in value.items()}
        case list():
            return [_through_floats(item) for item in value]
    return value


def kind_of(value: Any) -> str:
    """Return what a value is, in words that do not tell the value."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case float():
            return "a fraction"
        case int():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "a mapping"
