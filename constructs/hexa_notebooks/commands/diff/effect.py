"""Effects of an apply."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["unsafe", "warning", "note"]
"""`unsafe`: the API server refuses a change, or data, pods of a selector or rules of a policy are lost. `warning`:
somebody gets more access, or something needs a look. `note`: any other effect."""

LEVELS: tuple[Level, ...] = ("unsafe", "warning", "note")


@dataclass(frozen=True)
class Effect:
    """An effect of an apply, in words."""

    level: Level
    kind: str
    """The topic, for programs: refused, selector, claim, database, network, rbac, admission, pod-security, cookies,
    users, secret, restart, stale, scale, unknown."""
    object: str
    """The object, or the users' servers, that the effect is about."""
    text: str
