"""The report for a comment on a pull request."""

import html
import re
from collections.abc import Iterator
from itertools import groupby

from hexa_notebooks.commands.diff.report import Report, lines
from hexa_notebooks.manifests.manifest_set import Key
from hexa_notebooks.model.errors import printable

_HEADINGS = {"unsafe": "Unsafe", "warning": "To review", "note": "To know"}
_LENGTH = 60_000
"""The longest report, in characters. GitHub refuses a comment of more than 65536."""


def markdown(report: Report) -> str:
    """Return the report as Markdown: a summary, the effects, and each changed object in a collapsed section."""
    parts, length, left = [], 0, 0
    for part in _parts(report):
        length += len(part) + 1
        left += length > _LENGTH
        parts += [part] if length <= _LENGTH else []
    if left:
        parts.append(f"\n{left} more are left out, since a comment has a limited length.")
    return "\n".join(parts) + "\n"


def _parts(report: Report) -> Iterator[str]:
    yield f"**{_prose(report.summary)}**"
    for level, effects in groupby(report.effects, key=lambda effect: effect.level):
        yield f"\n### {_HEADINGS[level]}\n"
        for effect in effects:
            yield f"- {_code(effect.object)}: {_prose(effect.text)}"
    comparison = report.comparison
    for word, manifests in (
        ("Removed (an apply keeps these, a prune deletes them)", comparison.removed),
        ("Added", comparison.added),
    ):
        if manifests:
            names = ", ".join(_code(str(manifest.key)) for manifest in manifests)
            yield f"\n{word}: {names}"
    for key, changes in comparison.changes.items():
        found = [
            f"{' ' if mark == '~' else mark} {printable(line)}" for change in changes for mark, line in lines(change)
        ]
        yield _details(key, found, len(changes))


def _details(key: Key, found: list[str], count: int) -> str:
    text = "\n".join(found)
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", text)), default=0))
    fields = "1 field" if count == 1 else f"{count} fields"
    return f"\n<details><summary>{_code(str(key))}: {fields}</summary>\n\n{fence}diff\n{text}\n{fence}\n\n</details>"


def _code(text: str) -> str:
    return f"<code>{html.escape(printable(text))}</code>"


def _prose(text: str) -> str:
    """Return a text escaped for Markdown. A zero-width space after `@` keeps GitHub from mentioning anybody."""
    return re.sub(r"([\\`*_\[\]#|~@])", r"\\\1", html.escape(printable(text), quote=False)).replace("\\@", "@\u200b")
