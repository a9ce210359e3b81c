"""Admission policies that refuse less."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.manifest_set import Manifest

_POLICY, _BINDING = "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"
_WHOM = {"matchConditions": "the requests that it checks", "matchConstraints": "the resources that it checks"}
_TEXT = r"'(?:[^'\\]|\\.)*'"


def looser_admission(comparison: Comparison) -> Iterator[Effect]:
    """Yield the policies and bindings that admit more than before."""
    for manifest in comparison.removed:
        if manifest.key.kind in (_POLICY, _BINDING):
            yield _unsafe(manifest, "is removed: the objects that it refuses will be admitted")
    for old, new in comparison.pairs.values():
        if old.key.kind == _BINDING:
            yield from _binding(old, new)
        elif old.key.kind == _POLICY:
            yield from _policy(old, new)


def _binding(old: Manifest, new: Manifest) -> Iterator[Effect]:
    before, after = _spec(old), _spec(new)
    if _denies(before) and not _denies(after):
        actions = ", ".join(map(str, _list(after.get("validationActions")))) or "nothing"
        yield _unsafe(new, f"no longer refuses anything: its action is {actions}")
    for field in _differing(before, after, but=("validationActions",)):
        yield _unsafe(new, f"changes its {field}: objects that it refuses may be admitted")


def _policy(old: Manifest, new: Manifest) -> Iterator[Effect]:
    before, after = _spec(old), _spec(new)
    if after.get("failurePolicy", "Fail") != "Fail" and before.get("failurePolicy", "Fail") == "Fail":
        yield _unsafe(new, "admits objects that it cannot check: its failurePolicy is no longer Fail")
    for field in _differing(before, after, but=("failurePolicy", "validations", "variables")):
        what = f"{field}, {_WHOM[field]}" if field in _WHOM else field
        yield _unsafe(new, f"changes its {what}: objects that it refuses may be admitted")
    kept = {item.get("expression") for item in _mappings(after, "validations")}
    lost = [
        str(item.get("message") or item.get("expression"))
        for item in _mappings(before, "validations")
        if item.get("expression") not in kept
    ]
    other, variables = [], _variables(after)
    for name, expression in _variables(before).items():
        if name not in variables or _loses_a_check(expression, variables[name]):
            lost.append(name)
        elif expression != variables[name]:
            other.append(name)
    if lost:
        # A rule may also be gone because nothing that it checks is admitted any more. Only a person can tell.
        yield _unsafe(new, f"loses or changes rules, so that it may admit more: {'; '.join(lost)}")
    if other:
        yield Effect("warning", "admission", str(new.key), f"admits other objects because of {', '.join(other)}")


def _loses_a_check(old: str, new: str) -> bool:
    """Return whether the new expression lacks a check of the old one. The admitted values may differ."""
    checks, tables = zip(*map(_checks, (old, new)), strict=True)
    return bool(checks[0] - checks[1]) or any(
        tables[1][key, False] > tables[0][key, False] and tables[1][key, True] < tables[0][key, True]
        for key, _ in tables[0]
    )


def _checks(expression: str) -> tuple[Counter[str], Counter[tuple[str, bool]]]:
    """Return the lines of a CEL expression without the admitted values, and for each field how often it is limited."""
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
    return {str(item.get("name")): str(item.get("expression")) for item in _mappings(spec, "variables")}


def _mappings(spec: dict[str, Any], field: str) -> list[dict[str, Any]]:
    return [item for item in _list(spec.get(field)) if isinstance(item, dict)]


def _denies(spec: dict[str, Any]) -> bool:
    return "Deny" in _list(spec.get("validationActions"))


def _spec(manifest: Manifest) -> dict[str, Any]:
    """Return the spec. `shapes` does not check it, so any part of it can have any type."""
    spec = manifest.body.get("spec")
    return spec if isinstance(spec, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _unsafe(manifest: Manifest, text: str) -> Effect:
    return Effect("unsafe", "admission", str(manifest.key), text)
