"""The report for a terminal."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from hexa_notebooks.commands.diff.report import Report, lines
from hexa_notebooks.model.errors import printable

_LEFT_BEHIND = " (objects marked - stay after an apply; a prune deletes them)"
_WIDTH, _LONGEST = 120, 50
_HEADINGS = {"unsafe": "UNSAFE", "warning": "TO REVIEW", "note": "TO KNOW"}


def text(report: Report) -> str:
    """Return the report as plain text: the effects first, then the objects."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield report.summary
    for level, effects in groupby(report.effects, key=lambda effect: effect.level):
        found = list(effects)
        width = min(max(len(effect.object) for effect in found), _LONGEST)
        yield ""
        yield _HEADINGS[level]
        for effect in found:
            yield from wrap(
                printable(effect.text),
                _WIDTH,
                initial_indent=f"  {printable(effect.object):{width}}  ",
                subsequent_indent=" " * (width + 4),
                break_long_words=False,
                break_on_hyphens=False,
            )
    comparison = report.comparison
    if not comparison.equal:
        yield ""
        yield f"OBJECTS{_LEFT_BEHIND if comparison.removed else ''}"
    for sign, manifests in (("-", comparison.removed), ("+", comparison.added)):
        for manifest in manifests:
            yield f"{sign} {printable(str(manifest.key))}"
    for key, changes in comparison.changes.items():
        yield f"~ {printable(str(key))}"
        for change in changes:
            for mark, line in lines(change):
                yield f"    {mark} {printable(line)}"
    if comparison.unmanaged:
        yield ""
        yield f"Not compared, since controllers or the hub created them: {len(comparison.unmanaged)} objects"
