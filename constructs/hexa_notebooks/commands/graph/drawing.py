"""A drawing: boxes in groups, and arrows between them."""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["outside", "object", "service", "store"]
"""How a box looks; a store keeps data."""


class Group(Enum):
    """Where a box stands; the value is the title of the frame."""

    OUTSIDE = ""
    WAY_IN = "Way in"
    CORE = "Core"
    USERS = "Users"
    ROOM = "Room and images"


@dataclass(frozen=True)
class Box:
    """An object of Kubernetes, or something beyond, of which objects tell."""

    name: str
    """What tells it apart, such as `Deployment hub`, and the first line in the box."""
    group: Group
    detail: str = ""
    """The lines below the name; empty for none."""
    form: Form = "object"
    elsewhere: bool = False
    """Whether it is only referred to, and made by somebody else."""


@dataclass(frozen=True)
class Arrow:
    """That one box uses another."""

    source: str
    """The name of the box where it begins."""
    target: str
    """The name of the box where it ends."""
    words: str = ""
    """What is written on it; empty for nothing."""
    dashed: bool = False
    """Whether it is about configuration or preparation, and no request goes along it."""


@dataclass
class Drawing:
    """Boxes, and arrows between them."""

    title: str
    """What is written on the frame around all that is not outside."""
    boxes: dict[str, Box] = field(default_factory=dict)
    """By their names."""
    _arrows: dict[tuple[str, str], Arrow] = field(default_factory=dict)

    @property
    def arrows(self) -> list[Arrow]:
        """The arrows, at most one from a box to another."""
        return list(self._arrows.values())

    def add(self, box: Box) -> Box:
        """Add a box, unless there is one of its name; return the one that is there."""
        return self.boxes.setdefault(box.name, box)

    def connect(self, source: Box, target: Box, words: str = "", *, dashed: bool = False) -> None:
        """Add an arrow, and its ends where they are not there yet; one that is there gets the words if it has none."""
        ends = self.add(source).name, self.add(target).name
        arrow = self._arrows.setdefault(ends, Arrow(*ends, words, dashed))
        if not arrow.words:
            self._arrows[ends] = replace(arrow, words=words)

    def into(self, box: Box) -> bool:
        """Tell whether an arrow ends at a box."""
        return any(arrow.target == box.name for arrow in self.arrows)
