"""The content of all reports: result, counts, and values without secrets on one line."""

import json
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from hexa_notebooks.commands.diff.alignment import replaced
from hexa_notebooks.commands.diff.changes import ABSENT, Change, Comparison, is_hidden
from hexa_notebooks.commands.diff.effect import LEVELS, Effect
from hexa_notebooks.commands.diff.redaction import STARS, redacted
from hexa_notebooks.manifests.manifest_set import Hidden
from hexa_notebooks.model.errors import printable

Result: TypeAlias = Literal["equal", "different", "unsafe"]

_WIDTH = 100
_LINES = 24


@dataclass(frozen=True)
class Report:
    """A comparison and its effects."""

    comparison: Comparison
    effects: list[Effect]

    @property
    def result(self) -> Result:
        """The result: unsafe if any effect is."""
        if any(effect.level == "unsafe" for effect in self.effects):
            return "unsafe"
        return "equal" if self.comparison.equal else "different"

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of added, removed, changed, equal and unmanaged objects."""
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
        """The result on one line."""
        counts, levels = self.counts, [effect.level for effect in self.effects]
        objects = ", ".join(f"{counts[word]} {word}" for word in ("added", "removed", "changed", "equal"))
        words = {"unsafe": "unsafe", "warning": "to review", "note": "to know"}
        found = ", ".join(f"{levels.count(level)} {words[level]}" for level in LEVELS if level in levels)
        return f"{self.result.capitalize()}: {objects} objects" + (f"; effects: {found}" if found else "")


def shown(value: Any) -> str:
    """Return a redacted value as one line of printable text."""
    if value is ABSENT or isinstance(value, Hidden):
        return repr(value)
    if isinstance(value, str) and value and not value.isspace() and "\n" not in value:
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, default=repr)
    text = printable(text)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 24]}... ({len(text)} characters)"


def sides(change: Change) -> tuple[Any, Any] | None:
    """Return both sides of a change without possible secrets; None if only secrets differ."""
    if is_hidden(change):
        return None
    old, new = (value if value is ABSENT else redacted(value, change.path) for value in (change.old, change.new))
    return None if old == new or STARS in (old, new) else (old, new)


def lines(change: Change) -> list[tuple[str, str]]:
    """Return the lines of a change, each with its sign: - for the old value, + for the new one."""
    values = sides(change)
    if values is None:
        word = "added" if change.old is ABSENT else "removed" if change.new is ABSENT else "changed"
        return [("+" if word == "added" else "-" if word == "removed" else "~", f"{change}: {word}, not shown")]
    if all(isinstance(value, str) and "\n" in value for value in (change.old, change.new)):
        parts = list(replaced(change.old.split("\n"), change.new.split("\n")))
        old, new = (value.split("\n") for value in values)
        counts = [sum(part.i2 - part.i1 for part in parts), sum(part.j2 - part.j1 for part in parts)]
        found = [
            (sign, line)
            for i1, i2, j1, j2 in parts
            for sign, side in (("-", old[i1:i2]), ("+", new[j1:j2]))
            for line in side[:_LINES]
        ][:_LINES]
        more = sum(counts) - len(found)
        return [
            ("~", f"{change}: {counts[0]} lines removed, {counts[1]} added"),
            *((sign, f"  {_cut(printable(line))}") for sign, line in found),
            *([("~", f"  ... {more} more lines")] if more else []),
        ]
    return [
        (sign, f"{change}: {shown(value)}") for sign, value in zip("-+", values, strict=True) if value is not ABSENT
    ]


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}..."
