"""A consequence of an apply."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["unsafe", "warning", "note"]
"""`unsafe`: refused by the API server, or data or pods lost. `warning`: who may do more. `note`: what else happens."""

LEVELS: tuple[Level, ...] = ("unsafe", "warning", "note")


@dataclass(frozen=True)
class Effect:
    """A consequence of an apply, in words."""

    level: Level
    kind: str
    """What it is about, for machines: refused, selector, claim, database, network, rbac, pod-security, cookies, users,
    secret, restart, stale, scale, unknown."""
    object: str
    """Whom it concerns."""
    text: str
