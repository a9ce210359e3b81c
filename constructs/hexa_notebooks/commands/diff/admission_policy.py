"""What admission policies refuse: rules that go, or that are no longer in force."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.manifest_set import Manifest

_POLICY, _BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"
_WHOM = {"matchConditions": "whom it is for", "matchConstraints": "what it is for"}
_TEXT = r"'(?:[^'\\]|\\.)*'"


def looser_admission(comparison: Comparison) -> Iterator[Effect]:
    """Yield what was refused and will be admitted."""
    for manifest in comparison.removed:
        if manifest.key.kind in (_POLICY, _BINDING):
            yield _unsafe(manifest, "is removed: what it refuses will be admitted")
    for old, new in comparison.pairs.values():
        if old.key.kind == _BINDING:
            yield from _binding(old, new)
        elif old.key.kind == _POLICY:
            yield from _policy(old, new)


def _binding(old: Manifest, new: Manifest) -> Iterator[Effect]:
    before, after = _spec(old), _spec(new)
    if _denies(before) and not _denies(after):
        actions = ", ".join(map(str, _list(after.get("validationActions")))) or "nothing"
        yield _unsafe(new, f"refuses nothing any more: its action is {actions}")
    for field in _differing(before, after, but=("validationActions",)):
        yield _unsafe(new, f"changes its {field}: what it refuses may be admitted")


def _policy(old: Manifest, new: Manifest) -> Iterator[Effect]:
    before, after = _spec(old), _spec(new)
    if after.get("failurePolicy", "Fail") != "Fail" and before.get("failurePolicy", "Fail") == "Fail":
        yield _unsafe(new, "admits what it cannot judge: its failurePolicy is no longer Fail")
    for field in _differing(before, after, but=("failurePolicy", "validations", "variables")):
        what = f"{field}, {_WHOM[field]}" if field in _WHOM else field
        yield _unsafe(new, f"changes its {what}: what it refuses may be admitted")
    kept = {item.get("expression") for item in _list(after.get("validations")) if isinstance(item, dict)}
    lost = [
        str(item.get("message") or item.get("expression"))
        for item in _list(before.get("validations"))
        if isinstance(item, dict) and item.get("expression") not in kept
    ]
    other, variables = [], _variables(after)
    for name, expression in _variables(before).items():
        if name not in variables or _loses_a_check(expression, variables[name]):
            lost.append(name)
        elif expression != variables[name]:
            other.append(name)
    if lost:
        # A rule may also go since the thing that it is about is no longer admitted at all: somebody has to look.
        yield _unsafe(new, f"loses or changes rules, by which it may admit more: {'; '.join(lost)}")
    if other:
        yield Effect("warning", "admission", str(new.key), f"admits something else by {', '.join(other)}")


def _loses_a_check(old: str, new: str) -> bool:
    """Tell whether an expression lacks a check that another has. Which values it admits is another thing."""
    checks, tables = zip(*map(_checks, (old, new)), strict=True)
    return bool(checks[0] - checks[1]) or any(
        tables[1][key, False] > tables[0][key, False] and tables[1][key, True] < tables[0][key, True]
        for key, _ in tables[0]
    )


def _checks(expression: str) -> tuple[Counter[str], Counter[tuple[str, bool]]]:
    """Return the lines without what is admitted; and for each field of an object how often its values are limited."""
    lines: Counter[str] = Counter()
    table: Counter[tuple[str, bool]] = Counter()
    for line in expression.splitlines():
        fields = re.findall(rf"({_TEXT}): \[({_TEXT}(?:, {_TEXT})*)?\]", line)
        table.update((key, bool(values)) for key, values in fields)
        line = re.sub(rf"{_TEXT}: \[(?:{_TEXT}(?:, )?)*\]", "", line.strip().removesuffix(","))
        line = re.sub(rf"\[{_TEXT}(?:, {_TEXT})*\]", "[]", line)
        if re.sub(r"[\s,]", "", line):
            lines[re.sub(_TEXT, "''", line)] += 1
    return lines, table


def _differing(old: dict[str, Any], new: dict[str, Any], *, but: tuple[str, ...]) -> list[str]:
    return sorted(key for key in old.keys() | new.keys() if key not in but and old.get(key) != new.get(key))


def _variables(spec: dict[str, Any]) -> dict[str, str]:
    items = [item for item in _list(spec.get("variables")) if isinstance(item, dict)]
    return {str(item.get("name")): str(item.get("expression")) for item in items}


def _denies(spec: dict[str, Any]) -> bool:
    return "Deny" in _list(spec.get("validationActions"))


def _spec(manifest: Manifest) -> dict[str, Any]:
    """Return what nothing has checked, since nobody else reads it."""
    spec = manifest.body.get("spec")
    return spec if isinstance(spec, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _unsafe(manifest: Manifest, text: str) -> Effect:
    return Effect("unsafe", "admission", str(manifest.key), text)
