"""What every report says: the result, the counts, and values that are short, printable and no secrets."""

import json
import re
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Literal, TypeAlias

from hexa_notebooks.diff.changes import ABSENT, Change, Comparison, is_hidden
from hexa_notebooks.diff.effect import LEVELS, Effect
from hexa_notebooks.diff.manifests import Hidden

Result: TypeAlias = Literal["equal", "different", "unsafe"]

_WIDTH = 100
_LINES = 24
_PASSWORD = re.compile(r"(://[^/@\s:]*:)[^/@\s]+@")


@dataclass(frozen=True)
class Report:
    """A comparison and its consequences."""

    comparison: Comparison
    effects: list[Effect]

    @property
    def result(self) -> Result:
        """What it comes to."""
        if any(effect.level == "unsafe" for effect in self.effects):
            return "unsafe"
        return "equal" if self.comparison.equal else "different"

    @property
    def counts(self) -> dict[str, int]:
        """How many objects are added, removed, changed, equal and left out."""
        comparison = self.comparison
        return {
            "added": len(comparison.added),
            "removed": len(comparison.removed),
            "changed": len(comparison.changes),
            "equal": len(comparison.pairs) - len(comparison.changes),
            "unmanaged": len(comparison.unmanaged),
        }

    @property
    def summary(self) -> str:
        """The result in a line."""
        counts, levels = self.counts, [effect.level for effect in self.effects]
        objects = ", ".join(f"{counts[word]} {word}" for word in ("added", "removed", "changed", "equal"))
        words = {"unsafe": "unsafe", "warning": "to look at", "note": "to know"}
        found = ", ".join(f"{levels.count(level)} {words[level]}" for level in LEVELS if level in levels)
        return f"{self.result.capitalize()}: objects {objects}" + (f"; consequences {found}" if found else "")


def shown(value: Any) -> str:
    """Return a value on one line that a terminal can take."""
    if isinstance(value, Hidden) or (isinstance(value, dict) and any(isinstance(v, Hidden) for v in value.values())):
        return "(hidden)"
    if value is ABSENT:
        return "(absent)"
    if isinstance(value, str) and value and not value.isspace() and "\n" not in value:
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, default=repr)
    text = printable(without_password(text))
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 24]}... ({len(text)} characters)"


def without_password(text: str) -> str:
    """Return a text without the passwords of the URLs in it."""
    return _PASSWORD.sub(r"\1***@", text)


def printable(text: str) -> str:
    """Return a text without characters that steer a terminal, or hide what stands there."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def lines(change: Change) -> list[tuple[str, str]]:
    """Return a change as lines, each with its sign: - for what was, + for what is."""
    if is_hidden(change):
        word = "added" if change.old is ABSENT else "removed" if change.new is ABSENT else "changed"
        return [("+" if word == "added" else "-" if word == "removed" else "~", f"{change}: {word}, not shown")]
    if all(isinstance(value, str) and "\n" in value for value in (change.old, change.new)):
        old, new = (without_password(value).splitlines() for value in (change.old, change.new))
        found = [line for line in unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]
        counts = [sum(line.startswith(sign) for line in found) for sign in "-+"]
        return [
            ("~", f"{change}: {counts[0]} lines go, {counts[1]} come"),
            *((line[0], f"  {_cut(printable(line[1:]))}") for line in found[:_LINES]),
            *([("~", f"  ... {len(found) - _LINES} lines more")] if len(found) > _LINES else []),
        ]
    sides = (("-", change.old), ("+", change.new))
    return [(sign, f"{change}: {shown(value)}") for sign, value in sides if value is not ABSENT]


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}..."
