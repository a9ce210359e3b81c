"""The comments of a values file, each with the setting that it stands at."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from hexa_notebooks.kubernetes.plaintext_secret import holds_a_secret, names_a_secret, text_holds_a_secret

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """One line of a comment."""

    path: Key
    """The setting that it stands at; empty for what stands above all of them, apart from the first."""
    line: int
    """Its line in the file."""
    text: str
    """What follows the `#`, as it stands there."""
    below: bool = False
    """Whether it stands below its setting: a setting that was commented out, at the end of a section."""


def read_comments(text: str, tokens: Iterable[yaml.Token], lines: Mapping[Key, int]) -> list[Comment]:
    """Return the comments of a file, with the path of the setting at whose line, above or below which each stands.

    Args:
        text: what the file holds.
        tokens: the same as tokens of YAML. Between two of these a `#` begins a comment, and nowhere else.
        lines: the line of each setting, by its path.

    """
    nearest: dict[int, Key] = {}
    for path, line in lines.items():
        if path and (line not in nearest or len(path) < len(nearest[line])):
            nearest[line] = path
    begins = [0, *(end.end() for end in _LINE_END.finditer(text))]
    rows = _LINE_END.split(text)
    settings = sorted(nearest)
    found = []
    for index, comment in _between(text, tokens):
        line = bisect_right(begins, index)
        column = index - begins[line - 1]
        if rows[line - 1][:column].strip() and line in nearest:
            found.append(Comment(nearest[line], line, comment))
            continue
        before, after = settings[: bisect_left(settings, line)], settings[bisect_right(settings, line) :]
        # A comment that is indented deeper than what follows ends the section before.
        outer = _indent(rows[after[0] - 1]) if after else -1
        if before and column > outer and _indent(rows[before[-1] - 1]) >= outer:
            sibling = next((each for each in reversed(before) if _indent(rows[each - 1]) <= column), before[-1])
            found.append(Comment(nearest[sibling], line, comment, below=True))
        elif after and (before or all(row.strip() for row in rows[line : after[0] - 1])):
            found.append(Comment(nearest[after[0]], line, comment))
        else:
            found.append(Comment((), line, comment))
    return found


_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]+(?=#)")


def _between(text: str, tokens: Iterable[yaml.Token]) -> Iterator[tuple[int, str]]:
    """Yield index and text of each comment: what begins with `#` between tokens, or after the mark of a block."""
    end = 0
    for token in tokens:
        yield from _comments(text, end, token.start_mark.index)
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.ScalarToken) and (mark := _BLOCK.match(text, token.start_mark.index)):
            yield from _comments(text, mark.end(), mark.end() + 1)
    yield from _comments(text, end, len(text))


def _comments(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    while (index := text.find("#", start, end)) >= 0:
        line_end = _LINE_END.search(text, index)
        start = line_end.start() if line_end else len(text)
        yield index, text[index + 1 : start].rstrip()


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip(" "))


_SETTING = re.compile(r"""[-#\s]*["']?([-\w./]+)["']?\s*[:=]\s*(.*)""")
_NAMED = re.compile(r"""([-\w./]+)["']?\s*[:=]\s*(\S+)""")
_FLAG = re.compile(r"--?([-\w]*(?:token|password|secret|key))[= ]\S", re.IGNORECASE)
_KEY = re.compile(
    r"-----(BEGIN|END) |(?<![:/\w])(?<!commit )[0-9a-fA-F]{32,}\b"
    r"|^\W*(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[\w+/=-]{40,}\W*$"
)
"""Part of a private key, or what `openssl rand` prints; a digest or a commit, after `:` or `/`, is none."""


def without_secrets(comments: Iterable[Comment], secrets: Iterable[str]) -> tuple[list[Comment], list[Comment]]:
    """Return the comments that may be shown, and those that may hold a secret: one of `secrets`, or one by its name."""
    shown: list[Comment] = []
    hidden: list[Comment] = []
    known = [secret for secret in secrets if len(secret) > 3]
    block: tuple[int, int] | None = None
    for comment in comments:
        setting = _SETTING.match(comment.text)
        indent = _indent(comment.text)
        # What is indented below a name that tells of a secret is its value.
        in_block = block is not None and comment.line == block[0] + 1 and (indent > block[1] or not comment.text)
        block = (comment.line, block[1]) if block and in_block else None
        if setting and names_a_secret(setting[1]) and setting[2] in ("", "|", ">", "|-", ">-", "|+", ">+"):
            block = (comment.line, indent)
        is_secret = (
            in_block
            or any(secret in comment.text for secret in known)
            or text_holds_a_secret(comment.text)
            or (setting is not None and holds_a_secret(setting[1], setting[2].strip("\"' ")))
            or any(holds_a_secret(name, value.strip("\"',;")) for name, value in _NAMED.findall(comment.text))
            or _KEY.search(comment.text)
            or _FLAG.search(comment.text)
        )
        (hidden if is_secret else shown).append(comment)
    return shown, hidden


def secrets_of(values: Any, name: str = "") -> Iterator[str]:
    """Yield the texts in values that are secrets by their names."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from secrets_of(value, name if names_a_secret(name) else str(key))
    elif isinstance(values, list):
        for item in values:
            yield from secrets_of(item, name)
    elif isinstance(values, str) and holds_a_secret(name, values):
        yield values


_DIRECTIVE = re.compile(r"#\s*(?=(noqa|type:|fmt:|ruff:|isort:|mypy:|flake8|pylint|pyright:|yapf:|nosec|nosemgrep))")


def as_python(text: str) -> str:
    """Return a comment as a Python comment that no tool takes for a directive, as `# type: LoadBalancer` would be."""
    shown = "".join(char if char.isprintable() else " " for char in text.expandtabs(4).replace("\xa0", " ")).rstrip()
    if shown and not shown.startswith((" ", "#")):
        shown = f" {shown}"
    return _DIRECTIVE.sub("# values: ", f"#{shown}")
