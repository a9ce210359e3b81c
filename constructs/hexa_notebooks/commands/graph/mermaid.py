"""Drawings as Mermaid text, which GitHub, GitLab and mkdocs-material render."""

import re
from collections.abc import Iterator

from hexa_notebooks.commands.graph.drawing import Box, Drawing, Group

_SHAPES = {
    "object": ("[", "]"),
    "service": ("([", "])"),
    "store": ("[(", ")]"),
    "outside": ("(", ")"),
}
_STYLES = {
    "outside": "fill:#f3f4f6,stroke:#4b5563,color:#111827",
    "object": "fill:#dbeafe,stroke:#1d4ed8,color:#111827",
    "service": "fill:#dcfce7,stroke:#15803d,color:#111827",
    "store": "fill:#fef3c7,stroke:#b45309,color:#111827",
    "elsewhere": "stroke-dasharray:5 4",
}
"""Fixed colours, which are readable on light and dark pages."""


def mermaid(drawing: Drawing) -> str:
    """Return the text. The same drawing always gives the same text."""
    return "\n".join(_lines(drawing)) + "\n"


def escaped(text: str) -> str:
    """Return a text for a quoted label: characters with a meaning in Mermaid become entities such as `#34;`."""
    return re.sub(r"[^A-Za-z0-9 .:/@,()'-]", lambda found: f"#{ord(found[0])};", text)


def _lines(drawing: Drawing) -> Iterator[str]:
    ids = _ids(drawing)
    frames = ["cluster"]
    yield "flowchart TB"
    yield from (f"  {_box(box, ids[box.name])}" for box in drawing.boxes.values() if box.group is Group.OUTSIDE)
    yield f'  subgraph cluster["{escaped(drawing.title)}"]'
    for group in Group:
        boxes = [box for box in drawing.boxes.values() if box.group is group]
        if group is Group.OUTSIDE or not boxes:
            continue
        frames.append(group.name.lower())
        yield f'    subgraph {group.name.lower()}["{escaped(group.value)}"]'
        yield from (f"      {_box(box, ids[box.name])}" for box in boxes)
        yield "    end"
    yield "  end"
    for arrow in drawing.arrows:
        line = "-.->" if arrow.dashed else "-->"
        words = f'|"{escaped(arrow.words)}"|' if arrow.words else ""
        yield f"  {ids[arrow.source]} {line}{words} {ids[arrow.target]}"
    yield from (f"  style {frame} fill:none,stroke:#6b7280" for frame in frames)
    yield from (f"  classDef {name} {style}" for name, style in _STYLES.items())
    for name in _STYLES:
        styled = (box for box in drawing.boxes.values() if (box.elsewhere if name == "elsewhere" else name == box.form))
        if of_class := [ids[box.name] for box in styled]:
            yield f"  class {','.join(of_class)} {name}"


def _box(box: Box, name: str) -> str:
    opening, closing = _SHAPES[box.form]
    words = "<br/>".join(escaped(line) for line in (box.name, *box.detail.splitlines()))
    return f'{name}{opening}"{words}"{closing}'


def _ids(drawing: Drawing) -> dict[str, str]:
    """Return a unique Mermaid identifier for each box, such as `Deployment_hub`."""
    ids: dict[str, str] = {}
    for name in drawing.boxes:
        word = re.sub(r"[^A-Za-z0-9]", "_", name)
        while word in ids.values():
            word += "_"
        ids[name] = word
    return ids
