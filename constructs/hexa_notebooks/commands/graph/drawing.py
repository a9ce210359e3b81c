"""Drawings: boxes in groups, and arrows between them."""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["outside", "object", "service", "store"]
"""The look of a box. A store keeps data."""


class Group(Enum):
    """The frame around a box. The value is its title."""

    OUTSIDE = ""
    WAY_IN = "Way in"
    CORE = "Core"
    USERS = "Users"
    ROOM = "Room and images"


@dataclass(frozen=True)
class Box:
    """A Kubernetes object, or something outside that objects refer to."""

    name: str
    """The unique name, such as `Deployment hub`. It is the first line in the box."""
    group: Group
    detail: str = ""
    """The lines below the name. Empty by default."""
    form: Form = "object"
    elsewhere: bool = False
    """Whether somebody else creates the object. It has a dashed border."""


@dataclass(frozen=True)
class Arrow:
    """A reference from one box to another."""

    source: str
    """The name of the first box."""
    target: str
    """The name of the second box."""
    words: str = ""
    """The label. Empty by default."""
    dashed: bool = False
    """Whether it means configuration or preparation rather than requests."""


@dataclass
class Drawing:
    """Boxes, and arrows between them."""

    title: str
    """The title of the frame around all groups but the outside."""
    boxes: dict[str, Box] = field(default_factory=dict)
    """The boxes by name."""
    _arrows: dict[tuple[str, str], Arrow] = field(default_factory=dict)

    @property
    def arrows(self) -> list[Arrow]:
        """The arrows, at most one from one box to another."""
        return list(self._arrows.values())

    def add(self, box: Box) -> Box:
        """Add a box, unless there is one of its name. Return the box of that name."""
        return self.boxes.setdefault(box.name, box)

    def connect(self, source: Box, target: Box, words: str = "", *, dashed: bool = False) -> None:
        """Add an arrow and its boxes, unless they exist. An existing arrow without a label gets this one."""
        ends = self.add(source).name, self.add(target).name
        arrow = self._arrows.setdefault(ends, Arrow(*ends, words, dashed))
        if not arrow.words:
            self._arrows[ends] = replace(arrow, words=words)

    def into(self, box: Box) -> bool:
        """Return whether an arrow ends at a box."""
        return any(arrow.target == box.name for arrow in self.arrows)
