"""Rules of the API server that the types of fields do not express, and functions to check them.

Each function yields one text for each problem: its place, what is wrong, and the fix. Values must have the right types
already, and no nulls.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


def without_nulls(value: Any) -> Any:
    """Return JSON without fields that are null, which Kubernetes reads as fields that are not set."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list | tuple) else value


def refused_as(kind: str, value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the problems of a struct that a cluster file writes in Kubernetes' own JSON."""
    value = without_nulls(value)
    match kind:
        case "DeploymentStrategy":
            yield from _strategy(value)
        case "PolicyRule":
            yield from _rule(value)


def _strategy(strategy: Mapping[str, Any]) -> Iterator[str]:
    rolling = strategy.get("rollingUpdate", {})
    if strategy.get("type") == "Recreate" and "rollingUpdate" in strategy:
        yield "type Recreate takes no rollingUpdate; remove it"
    if all(rolling.get(field) in (0, "0%") for field in ("maxSurge", "maxUnavailable")):
        yield "maxSurge and maxUnavailable cannot both be 0, since no pod could be replaced"
    share = re.fullmatch(r"(\d+)%", str(rolling.get("maxUnavailable")))
    if share and int(share[1]) > 100:
        yield f"maxUnavailable must be at most 100%, got {share[0]!r}"


def _rule(rule: Mapping[str, Any]) -> Iterator[str]:
    if rule.get("nonResourceURLs"):
        yield "nonResourceURLs belong in a ClusterRole, and this is a Role; remove them"
        return
    for field, example in (("verbs", "['get']"), ("apiGroups", "[''] for pods"), ("resources", "['pods']")):
        if not rule.get(field):
            yield f"{field} is missing, as in {example}"


def checked(check: Callable[[str], str], value: str, at: str) -> Iterator[str]:
    """Yield the error of a validator of text, with its place."""
    try:
        check(value)
    except ValueError as error:
        yield f"{at}: {error}"


def duplicates(field: str, items: Iterable[Any]) -> Iterator[str]:
    """Yield the items that a list has more than once. The parts of a tuple together make one item."""
    for item, count in Counter(items).items():
        if count > 1:
            text = " ".join(map(str, filter(None, item))) if isinstance(item, tuple) else item
            yield f"{field}: {text!r} is not unique; rename or remove one"


def one_of(value: Mapping[str, Any], at: str, **allowed: tuple[str, ...]) -> Iterator[str]:
    """Yield the fields whose value is not one of the allowed words. An empty value counts as not set."""
    for field, words in allowed.items():
        if value.get(field) and value[field] not in words:
            yield f"{at}: {field} must be one of {', '.join(words)}, got {value[field]!r}"


def exactly_one(value: Mapping[str, Any], at: str, *fields: str) -> Iterator[str]:
    """Yield a problem unless exactly one of the fields is set."""
    found = [field for field in fields if field in value]
    if len(found) != 1:
        yield f"{at} must have exactly one of {', '.join(fields)}, got {' and '.join(found) or 'none'}"


def in_range(value: Mapping[str, Any], at: str, *fields: str, least: int = 0, most: float = math.inf) -> Iterator[str]:
    """Yield the fields whose number is out of range."""
    for field in fields:
        if field in value and not least <= value[field] <= most:
            limits = f"at least {least}" if most == math.inf else f"from {least} to {most}"
            yield f"{at}: {field} must be {limits}, got {value[field]}"
