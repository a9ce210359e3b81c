"""A consequence of an apply."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["unsafe", "warning", "note"]
"""`unsafe`: refused by the API server; or data, pods or what a policy refuses is lost. `warning`: who may do more.
`note`: what else happens."""

LEVELS: tuple[Level, ...] = ("unsafe", "warning", "note")


@dataclass(frozen=True)
class Effect:
    """A consequence of an apply, in words."""

    level: Level
    kind: str
    """What it is about, for machines: refused, selector, claim, database, network, rbac, admission, pod-security,
    cookies, users, secret, restart, stale, scale, unknown."""
    object: str
    """Whom it concerns."""
    text: str
