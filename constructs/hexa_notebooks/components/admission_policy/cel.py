"""CEL expressions that compare an object with examples.

The value of an expression is a text that lists the differences. It is empty if the object matches. A field that no
example has is a difference, so that a new field of Kubernetes cannot bypass the policy. So is the absence of a field
that all examples have, because leaving a field out often weakens a pod.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final


class Pattern(str):
    """A regular expression, in RE2's syntax, that a whole text or key must match."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Pattern({str(self)!r})"

    def admits(self, text: str) -> bool:
        """Tell whether the text matches."""
        return re.fullmatch(self, text) is not None


class _Anything:
    def __repr__(self) -> str:
        return "ANYTHING"


ANYTHING: Final = _Anything()
"""An example of a field that may have any value, or be left out."""

_NAMED = ("containers", "env", "imagePullSecrets", "initContainers", "ports", "volumeMounts", "volumes")
"""Lists whose items are identified by name."""
_OPTIONAL = ("args", "env", "imagePullSecrets", "name", "ports", "tolerations", "volumeMounts", "volumes")
"""Fields that may be absent, as that does not weaken a pod."""
_TERMS = tuple(f"{verb}DuringSchedulingIgnoredDuringExecution" for verb in ("preferred", "required"))
_WHOLE = (*_TERMS, "appArmorProfile", "capabilities", "exec", "seLinuxOptions", "seccompProfile")
"""Fields that are compared as a whole."""
_TRUE_BY_DEFAULT = ("allowPrivilegeEscalation", "automountServiceAccountToken", "enableServiceLinks", "hostUsers")
"""Fields whose absence means `true`."""

_AMOUNTS = ("sizeLimit", "storage")
"""Quantities. The API server may write the same amount in another way."""

_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_FILES = {"defaultMode": 0o644}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "container": {
        "imagePullPolicy": Pattern("Always|IfNotPresent"),
        "lifecycle": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    },
    "ports": {"protocol": "TCP"},
    "livenessProbe": _PROBE,
    "readinessProbe": _PROBE,
    "startupProbe": _PROBE,
    "httpGet": {"path": "/", "scheme": "HTTP"},
    "grpc": {"service": ""},
    "fieldRef": {"apiVersion": "v1"},
    "serviceAccountToken": {"expirationSeconds": 3600},
    "secret": _FILES,
    "configMap": _FILES,
    "downwardAPI": _FILES,
    "projected": _FILES,
    "hostPath": {"type": ""},
}
"""The API server's defaults for fields that a request leaves out, by the field that contains them.

Source: the defaults in Kubernetes' API reference, https://kubernetes.io/docs/reference/kubernetes-api/.
"""


def excess(value: str, path: str, examples: Sequence[Any]) -> str:
    """Return an expression that lists the differences between a value and the examples.

    Args:
        value: the CEL expression of the value, which must be dynamic.
        path: the value's path, for the list of differences.
        examples: allowed values, or objects with the allowed fields.

    """
    return _excess(value, path, path.rpartition(".")[2], examples, 0) or "''"


def texts(expressions: Iterable[str | None]) -> str | None:
    """Return an expression that joins the texts of others, without those that are empty."""
    found = [expression for expression in expressions if expression]
    if len(found) < 2:
        return found[0] if found else None
    return f"[{_lines(found)}].filter(text, text != '').join(', ')"


def literal(value: Any) -> str:
    """Return a JSON value in CEL's syntax. CEL wants one type for all items of a list or map: others become `dyn`."""
    if isinstance(value, str):
        return "'" + json.dumps(str(value), ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    if isinstance(value, Mapping):
        parts = [f"{literal(key)}: {_of_one_type(item, [*value.values()])}" for key, item in sorted(value.items())]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_of_one_type(item, value) for item in value) + "]"
    return json.dumps(value)


def _of_one_type(item: Any, items: Sequence[Any]) -> str:
    same = len(items) == 1 or all(isinstance(other, str) for other in items)
    return literal(item) if same else f"dyn({literal(item)})"


def _excess(value: str, path: str, level: str, examples: Sequence[Any], depth: int) -> str | None:
    if any(_is_anything(example) for example in examples):
        return None
    examples = _unique(examples)
    mappings = [example for example in examples if isinstance(example, Mapping)]
    lists = [example for example in examples if isinstance(example, list | tuple)]
    if (mappings or lists) and level in _WHOLE:
        return f"{value} in {literal(mappings or lists)} ? '' : {literal(path)}"
    if mappings:
        return _mapping(value, path, level, mappings, depth)
    items = [item for example in lists for item in example]
    if any(isinstance(item, Mapping) for item in items):
        named = level in _NAMED and all(isinstance(item.get("name"), str) for item in items)
        return (_named_list if named else _list)(value, path, level, lists, depth)
    if lists:
        return f"{' || '.join(_same_list(value, example) for example in lists)} ? '' : {literal(path)}"
    return f"{_one_of(value, level, examples)} ? '' : {literal(path + ' = ')} + string({value})"


def _mapping(value: str, path: str, level: str, examples: Sequence[Mapping[str, Any]], depth: int) -> str | None:
    """Refuse keys that no example has, missing keys that all examples have, and other values than those of examples."""
    found: dict[str, list[Any]] = {}
    for example in examples:
        for key, item in example.items():
            found.setdefault(key, []).append(item)
    needed = [
        key
        for key, items in found.items()
        if len(items) == len(examples) and all(_is_needed(key, item) for item in items)
    ]
    for key, default in _DEFAULTS.get("container" if level in ("containers", "initContainers") else level, {}).items():
        # The API server adds the default if an example leaves the field out.
        if len(found.get(key, ())) < len(examples):
            found.setdefault(key, []).append(default)
    patterns = [key for key in found if isinstance(key, Pattern)]
    inside = f"{path}." if path else ""
    before = f"{literal(inside)} + " if path else ""
    # One lookup in a table costs less than a condition for each key. An empty list means that `checks` has the key.
    table, checks = {}, []
    for key, items in sorted(found.items()):
        if key in patterns:
            continue
        table[key] = _plain_texts(key, items)
        if not table[key]:
            has, part = (
                (f"has({value}.{key})", f"{value}.{key}")
                if re.fullmatch(r"[A-Za-z]\w*", key)
                else (f"{literal(key)} in {value}", f"{value}[{literal(key)}]")
            )
            if inner := _excess(part, f"{inside}{key}", key, items, depth):
                checks.append(f"{has} ? ({_broken(inner)}) : ''")
    keys = _lines(f"{literal(key)}: {literal(values)}" for key, values in table.items())
    admitted = f"{{{keys}}}[?key].optMap(values, values == [] || string({value}[key]) in values).orValue(false)"
    if patterns:
        admitted = f"({_one_of('key', '', patterns)} || {admitted})"
    lacking = f"{literal(sorted(needed))}.filter(key, !(key in {value})).map(key, {before}key + ' is missing')"
    return texts(
        [
            f"{value}.filter(key, !{admitted}).map(key, {before}key).join(', ')",
            f"{lacking}.join(', ')" if needed else None,
            *checks,
        ]
    )


def _plain_texts(key: str, items: Sequence[Any]) -> list[str]:
    """Return a field's allowed values as texts, or nothing if a list of texts cannot express them."""
    if key in _AMOUNTS or any(isinstance(item, Pattern) or not isinstance(item, str | int) for item in items):
        return []
    return list(dict.fromkeys(item if isinstance(item, str) else json.dumps(item) for item in items))


def _named_list(value: str, path: str, level: str, examples: Sequence[Sequence[Any]], depth: int) -> str:
    """Compare each item with the examples of the same name. A pattern applies to names that no example has exactly."""
    items = [item for example in examples for item in example]
    names = list(dict.fromkeys(item["name"] for item in items))
    literals = [name for name in names if not isinstance(name, Pattern)]
    each = f"item{depth}"
    name = f"{each}.?name.orValue('')"
    checks: list[str | None] = []
    if not any(map(_is_anything, names)):
        checks.append(f"{_one_of(name, '', names)} ? '' : {literal(path + '[')} + {name} + ']'")
    for known in names:
        if isinstance(known, Pattern):
            fitting = [item for item in items if isinstance(item["name"], Pattern) and item["name"] == known]
            conditions = [] if _is_anything(known) else [_one_of(name, "", [known])]
            conditions += [f"!({_one_of(name, '', literals)})"] if literals else []
            shown = "*"
        else:
            fitting = [item for item in items if _fits(item["name"], known)]
            conditions, shown = [f"{name} == {literal(known)}"], known
        inner = _excess(each, f"{path}[{shown}]", level, [item | {"name": ANYTHING} for item in fitting], depth + 1)
        if inner:
            checks.append(f"{' && '.join(conditions)} ? ({_broken(inner)}) : ''" if conditions else inner)
    of_items = f"{value}.map({each},{_next(texts(checks) or literal(''))}).filter(text, text != '').join(', ')"
    present = [
        f"{value}.exists({each}, {name} == {literal(known)}) ? '' : {literal(f'{path}[{known}] is missing')}"
        for known in literals
        if level in ("containers", "initContainers")
        and all(any(item["name"] == known for item in example) for example in examples)
    ]
    return texts([of_items, *present]) or of_items


def _list(value: str, path: str, level: str, examples: Sequence[Sequence[Any]], depth: int) -> str:
    """Require that each item matches one of the examples completely; no item may mix two of them."""
    each = f"item{depth}"
    items = _unique([item for example in examples for item in example])
    plain = [item for item in items if _is_plain(item) and level not in _DEFAULTS]
    conditions = [f"{each} in [{_lines(_of_one_type(item, plain) for item in plain)}]"] if plain else []
    for item in items:
        if item not in plain:
            inner = _excess(each, f"{path}[]", level, [item], depth + 1) or literal("")
            conditions.append(f"({_broken(inner)}) == ''")
    ok = " ||\n".join(conditions)
    return f"{value}.all({each},{_next(ok)}) ? '' : {literal(path)}"


def _is_anything(example: Any) -> bool:
    return example is ANYTHING or (isinstance(example, Pattern) and example == ".*")


def _is_plain(value: Any) -> bool:
    """Tell whether the API server stores the value unchanged, so that `==` can compare it."""
    if isinstance(value, Mapping):
        return not any(key in _DEFAULTS or key in _AMOUNTS or not _is_plain(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return not isinstance(value, Pattern) and value is not ANYTHING


def _fits(name: str, known: str) -> bool:
    return name.admits(known) if isinstance(name, Pattern) else name == known


def _is_needed(key: str, value: Any) -> bool:
    if _is_anything(value) or key in _OPTIONAL or isinstance(key, Pattern):
        return False
    if isinstance(value, Mapping):
        return any(_is_needed(inner, item) for inner, item in value.items())
    if isinstance(value, Pattern) and value.admits(""):
        return False
    return (value is False and key in _TRUE_BY_DEFAULT) or bool(value) or (value == 0 and key.startswith("runAs"))


def _one_of(value: str, level: str, choices: Sequence[Any]) -> str:
    if level in _AMOUNTS:
        same = (f"quantity(string({value})).compareTo(quantity({literal(str(choice))})) == 0" for choice in choices)
        return f"({' || '.join(same)})"
    plain = [str(choice) for choice in choices if not isinstance(choice, Pattern)]
    conditions = [f"string({value}) in {literal(plain)}"] if plain else []
    patterns = dict.fromkeys(choice for choice in choices if isinstance(choice, Pattern))
    if patterns:
        pattern = literal("^(?:" + "|".join(patterns) + ")$")
        conditions.append(f"string({value}).matches({pattern})")
    joined = " || ".join(conditions)
    return f"({joined})" if len(conditions) > 1 else joined


def _same_list(value: str, items: Sequence[Any]) -> str:
    if not any(isinstance(item, Pattern) for item in items):
        return f"{value} == {literal(list(items))}"
    same = (_one_of(f"{value}[{index}]", "", [item]) for index, item in enumerate(items) if not _is_anything(item))
    return f"({' && '.join([f'size({value}) == {len(items)}', *same])})"


def _unique(examples: Sequence[Any]) -> list[Any]:
    found: dict[str, Any] = {}
    for example in examples:
        found.setdefault(repr((type(example).__name__, example)), example)
    return list(found.values())


def _lines(parts: Iterable[str]) -> str:
    listed = list(parts)
    return _broken(",\n".join(listed)) if len(listed) > 1 else "".join(listed)


def _next(expression: str) -> str:
    broken = _broken(expression)
    return broken if broken.startswith("\n") else f" {broken}"


def _broken(expression: str) -> str:
    """Indent an expression of several lines, and put it on lines of its own."""
    indented = "\n".join(f"  {line}" for line in expression.splitlines())
    return f"\n{indented}\n" if "\n" in expression else expression
