"""The differences between two sets of manifests, object by object and field by field."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

from hexa_notebooks.commands.diff.alignment import replaced
from hexa_notebooks.commands.diff.redaction import follows_an_option, names_a_secret, redacted_path
from hexa_notebooks.manifests.defaults import without_notes
from hexa_notebooks.manifests.manifest_set import Hidden, Key, Manifest, ManifestError, ManifestSet
from hexa_notebooks.manifests.yaml_documents import document

Path: TypeAlias = tuple[str, ...]
"""Names of fields. An item of a list is its name or index in brackets."""


class _Absent:
    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()
"""The value of a missing field."""

_ITEM_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ports": (("name",), ("containerPort", "protocol"), ("port", "protocol")),
    "volumeMounts": (("mountPath",),),
    "subjects": (("kind", "namespace", "name"),),
    "hostAliases": (("ip",),),
}
"""The fields that identify the items of a list. Other lists use `name`."""
_ALIKE = 0.6
"""The share of common words from which on an item counts as changed, not as replaced."""
_QUANTITIES = {"limits", "requests", "sizeLimit", "capacity"}
_SUFFIXES = {"m": Fraction(1, 1000), "": Fraction(1)}
_SUFFIXES |= {unit: Fraction(1000 ** (index + 1)) for index, unit in enumerate("kMGTPE")}
_SUFFIXES |= {f"{unit}i": Fraction(1024 ** (index + 1)) for index, unit in enumerate("KMGTPE")}

_ASSIGNED: dict[str, tuple[Path, ...]] = {
    "Service": (
        ("spec", "clusterIP"),
        ("spec", "clusterIPs"),
        ("spec", "healthCheckNodePort"),
        ("spec", "ipFamilies"),
        ("spec", "ipFamilyPolicy"),
        ("spec", "ports", "*", "nodePort"),
    ),
    "PersistentVolumeClaim": (("spec", "volumeName"), ("spec", "storageClassName")),
    "Ingress": (("spec", "ingressClassName"),),
    "ServiceAccount": (("secrets",),),
}
"""Fields that the cluster sets if a manifest leaves them out, and then keeps."""
_ASSIGNED_TO_ALL: tuple[Path, ...] = (("metadata", "finalizers"), ("metadata", "ownerReferences"))


@dataclass(frozen=True)
class Change:
    """A field that differs."""

    path: Path
    old: Any
    new: Any

    def within(self, *path: str) -> bool:
        """Return whether the field is at a path or below it; `*` is any name."""
        return len(self.path) >= len(path) and self.touches(*path)

    def touches(self, *path: str) -> bool:
        """Return whether the field is at a path, below it, or above it."""
        return all(want in ("*", got) for want, got in zip(path, self.path, strict=False))

    def __str__(self) -> str:
        return shown_path(redacted_path(self.path))


@dataclass(frozen=True)
class Comparison:
    """The differences between two sets."""

    old: ManifestSet
    new: ManifestSet
    added: list[Manifest]
    removed: list[Manifest]
    pairs: dict[Key, tuple[Manifest, Manifest]]
    """The objects that both sets have."""
    changes: dict[Key, list[Change]]
    """The changed fields of each pair that differs."""
    unmanaged: list[Manifest]
    """Objects of the old set that controllers or the hub created. They are not compared."""

    @property
    def equal(self) -> bool:
        """Whether the sets are equal."""
        return not (self.added or self.removed or self.changes)


def compare(old: ManifestSet, new: ManifestSet) -> Comparison:
    """Match the objects of two sets and compare them."""
    claims = set(_claims_of_sets(old))
    unmanaged = [manifest for key, manifest in old.items() if key not in new and _is_unmanaged(manifest, claims)]
    left_out = {manifest.key for manifest in unmanaged}
    old = {key: manifest for key, manifest in old.items() if key not in left_out}
    old, new = _aligned(old, new), _aligned(new, old)
    pairs = {key: (old[key], new[key]) for key in sorted(old.keys() & new.keys())}
    found = {key: _changes(*pair) for key, pair in pairs.items()}
    return Comparison(
        old=old,
        new=new,
        added=[new[key] for key in sorted(new.keys() - old.keys())],
        removed=[old[key] for key in sorted(old.keys() - new.keys())],
        pairs=pairs,
        changes={key: changes for key, changes in found.items() if changes},
        unmanaged=sorted(unmanaged, key=lambda manifest: manifest.key),
    )


def _claims_of_sets(manifests: ManifestSet) -> Iterator[str]:
    """Yield the names of the claims of StatefulSets, without the number of the pod."""
    for key, manifest in manifests.items():
        if key.kind == "StatefulSet":
            for claim in manifest.body["spec"].get("volumeClaimTemplates", []):
                yield f"{claim['metadata']['name']}-{key.name}"


def _is_unmanaged(manifest: Manifest, claims_of_sets: set[str]) -> bool:
    """Return whether a controller, Helm or the hub created a live object."""
    key, metadata = manifest.key, manifest.body["metadata"]
    return manifest.live and (
        any(owner.get("controller") for owner in metadata.get("ownerReferences", []))
        or key.kind in ("Endpoints", "EndpointSlice", "Event", "Lease", "Pod", "ControllerRevision")
        or (key.kind, key.name) in (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"))
        or (key.kind == "Secret" and str(manifest.body.get("type", "")).startswith("helm.sh/release"))
        or (key.kind == "PersistentVolumeClaim" and _is_created_claim(key.name, metadata, claims_of_sets))
    )


def _is_created_claim(name: str, metadata: dict[str, Any], claims_of_sets: set[str]) -> bool:
    return (
        "hub.jupyter.org/username" in metadata.get("annotations", {})
        or metadata.get("labels", {}).get("component") == "singleuser-storage"
        or name.rpartition("-")[0] in claims_of_sets
    )


def _aligned(manifests: ManifestSet, others: ManifestSet) -> ManifestSet:
    """Give objects without a namespace the namespace that they have in the other set.

    `helm get manifest` prints no namespaces, `kubectl get` prints them all.
    """
    places: dict[tuple[str, str, str], list[str]] = {}
    for key in others:
        if key.namespace:
            places.setdefault((key.group, key.kind, key.name), []).append(key.namespace)
    everywhere = {key.namespace for key in others if key.namespace}
    common = next(iter(everywhere)) if len(everywhere) == 1 else ""
    aligned: ManifestSet = {}
    for key, manifest in manifests.items():
        found = places.get((key.group, key.kind, key.name), [])
        moved = manifest.within(found[0] if len(found) == 1 and key not in others else common)
        moved = manifest if moved.key in manifests or key in others else moved
        aligned[moved.key] = moved
    return aligned


def _changes(old: Manifest, new: Manifest) -> list[Change]:
    """Return the changed fields, except those that the cluster has assigned on one side only."""
    assigned = _ASSIGNED.get(new.key.kind, ()) + _ASSIGNED_TO_ALL
    bodies = (
        without_notes(old.body, new.body) if old.live else old.body,
        without_notes(new.body, old.body) if new.live else new.body,
    )
    return [
        change
        for change in fields(*bodies)
        if not any(
            change.within(*path) and ((old.live and change.new is ABSENT) or (new.live and change.old is ABSENT))
            for path in assigned
        )
    ]


def fields(old: Any, new: Any, path: Path = ()) -> Iterator[Change]:
    """Yield the differences between two values, sorted by field name."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from fields(old.get(key, ABSENT), new.get(key, ABSENT), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _items(old, new, path)
    elif isinstance(old, str) and isinstance(new, str) and old != new:
        yield from _texts(old, new, path)
    elif not _same(old, new, path):
        yield Change(path, old, new)


def _same(old: Any, new: Any, path: Path) -> bool:
    # 1 and True are equal in Python, but not in Kubernetes.
    return bool(old == new) if type(old) is type(new) else _same_quantity(old, new, path)


def _same_quantity(old: Any, new: Any, path: Path) -> bool:
    return bool(_QUANTITIES & set(path[-2:])) and quantity(old) is not None and quantity(old) == quantity(new)


def _texts(old: str, new: str, path: Path) -> Iterator[Change]:
    """Compare JSON and YAML in strings, such as the traits in a ConfigMap, field by field."""
    if _same_quantity(old, new, path):
        return
    before, after = _structure(old, path), _structure(new, path)
    if before is None or after is None:
        yield Change(path, old, new)
        return
    yield from list(fields(before, after, path)) or [Change((*path, "(layout)"), old, new)]


def _structure(text: str, path: Path) -> Any:
    """Return the mapping in a JSON or YAML file of a ConfigMap; None for any other string."""
    if len(path) != 2 or path[0] != "data" or not path[1].endswith((".json", ".yaml", ".yml")):
        return None
    try:
        value = document(text, path[1])
    except ManifestError:
        return None
    return value if isinstance(value, dict) else None


def quantity(value: Any) -> Fraction | None:
    """Return the value of a Kubernetes quantity such as `250m`, `1Gi` or 2; None if it is not a quantity."""
    text = str(value)
    number = text.rstrip("imkKMGTPE")
    try:
        return Fraction(number) * _SUFFIXES[text[len(number) :]]
    except (KeyError, ValueError, ZeroDivisionError):
        try:
            return Fraction(text)  # 1e9
        except (ValueError, ZeroDivisionError):
            return None


def _items(old: list[Any], new: list[Any], path: Path) -> Iterator[Change]:
    names = _names(old, new, path)
    if names is None:
        yield from _aligned_items(old, new, path)
        return
    olds, news = (dict(zip(names, items, strict=True)) for names, items in zip(names, (old, new), strict=True))
    for name in [*olds, *(name for name in news if name not in olds)]:
        yield from fields(olds.get(name, ABSENT), news.get(name, ABSENT), (*path, f"[{name}]"))
    orders = [[name for name in one if name in other] for one, other in ((olds, news), (news, olds))]
    if orders[0] != orders[1]:
        yield Change((*path, "(order)"), orders[0], orders[1])


def _names(old: list[Any], new: list[Any], path: Path) -> tuple[list[str], list[str]] | None:
    """Return the names of the items of both lists; None if an item has no name, or two have the same."""
    if not all(isinstance(item, dict) for item in [*old, *new]):
        return None
    for keys in _ITEM_KEYS.get(path[-1] if path else "", (("name",),)):
        both = [["/".join(str(item[key]) for key in keys if key in item) for item in items] for items in (old, new)]
        if all(all(names) and len(set(names)) == len(names) for names in both):
            return both[0], both[1]
    return None


def _aligned_items(old: list[Any], new: list[Any], path: Path) -> Iterator[Change]:
    """Compare two lists of items without names by their order."""
    words = [[json.dumps(item, sort_keys=True, default=repr) for item in items] for items in (old, new)]
    for i1, i2, j1, j2 in replaced(*words):
        both = 0
        while both < min(i2 - i1, j2 - j1) and _alike(words[0][i1 + both], words[1][j1 + both]):
            both += 1
        for offset in range(both):
            yield from fields(_item(old, i1 + offset), _item(new, j1 + offset), (*path, f"[{j1 + offset}]"))
        for index in range(i1 + both, i2):
            yield Change((*path, f"[{index}]"), _item(old, index), ABSENT)
        for index in range(j1 + both, j2):
            yield Change((*path, f"[{index}]"), ABSENT, _item(new, index))


def _item(items: list[Any], index: int) -> Any:
    """Return an item, with its secret hidden if its path does not show it: the value of an option or a variable."""
    item = items[index]
    if isinstance(item, str) and follows_an_option(items, index):
        return Hidden(item)
    if isinstance(item, dict) and isinstance(item.get("value"), str) and names_a_secret(str(item.get("name", ""))):
        return {**item, "value": Hidden(item["value"])}
    return item


def _alike(old: str, new: str) -> bool:
    """Return whether one item became the other, so that their fields are compared. Strings always are."""
    if not old.startswith("{"):
        return True
    words = [Counter(re.findall(r"\w+", text)) for text in (old, new)]
    return 2 * (words[0] & words[1]).total() > _ALIKE * (words[0].total() + words[1].total())


def shown_path(path: Path) -> str:
    """Return a path in its written form, such as `spec.containers[hub].image`."""
    text = ""
    for part in path:
        if part.startswith(("[", "(")):
            text += part if part.startswith("[") else f" {part}"
        elif part.replace("_", "a").replace("-", "a").isalnum():
            text += f".{part}" if text else part
        else:
            text += f"[{part}]"
    return text


def is_hidden(change: Change) -> bool:
    """Return whether a side of a change is a value of a Secret, or has one."""
    return any(isinstance(value, Hidden) or _holds_hidden(value) for value in (change.old, change.new))


def _holds_hidden(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(item, Hidden) for item in value.values())
