"""What differs between two objects, field by field."""

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
"""Names of fields; an item of a list is its name or index in brackets."""


class _Absent:
    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()
"""What a field is that is not there."""

_ITEM_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ports": (("name",), ("containerPort", "protocol"), ("port", "protocol")),
    "volumeMounts": (("mountPath",),),
    "subjects": (("kind", "namespace", "name"),),
    "hostAliases": (("ip",),),
}
"""By which fields the items of a list are known, where it is not their name."""
_ALIKE = 0.6
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
"""What the cluster chooses where a manifest leaves it open, and keeps."""
_ASSIGNED_TO_ALL: tuple[Path, ...] = (("metadata", "finalizers"), ("metadata", "ownerReferences"))


@dataclass(frozen=True)
class Change:
    """A field that differs."""

    path: Path
    old: Any
    new: Any

    def within(self, *path: str) -> bool:
        """Tell whether it is at a path or below; `*` is any name."""
        return len(self.path) >= len(path) and all(
            want in ("*", got) for want, got in zip(path, self.path, strict=False)
        )

    def touches(self, *path: str) -> bool:
        """Tell whether it is at a path, below, or takes all of it away."""
        return all(want in ("*", got) for want, got in zip(path, self.path, strict=False))

    def __str__(self) -> str:
        return shown_path(redacted_path(self.path))


@dataclass(frozen=True)
class Comparison:
    """Two sets, object by object."""

    old: ManifestSet
    new: ManifestSet
    added: list[Manifest]
    removed: list[Manifest]
    pairs: dict[Key, tuple[Manifest, Manifest]]
    """The objects that both sets have, by the key that both go by."""
    changes: dict[Key, list[Change]]
    """What differs, for those of the pairs in which something does."""
    unmanaged: list[Manifest]
    """What controllers or the hub made, found in the old set."""

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
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
    """Yield how the claims of StatefulSets are called, up to their number."""
    for key, manifest in manifests.items():
        if key.kind == "StatefulSet":
            for claim in manifest.body["spec"].get("volumeClaimTemplates", []):
                yield f"{claim['metadata']['name']}-{key.name}"


def _is_unmanaged(manifest: Manifest, claims_of_sets: set[str]) -> bool:
    """Tell whether a live object is somebody's work in the cluster: of a controller, Helm, or the hub."""
    if not manifest.live:
        return False
    key, metadata = manifest.key, manifest.body["metadata"]
    if any(owner.get("controller") for owner in metadata.get("ownerReferences", [])):
        return True
    if key.kind in ("Endpoints", "EndpointSlice", "Event", "Lease", "Pod", "ControllerRevision"):
        return True
    if (key.kind, key.name) in (("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")):
        return True
    if key.kind == "Secret" and str(manifest.body.get("type", "")).startswith("helm.sh/release"):
        return True
    if key.kind == "PersistentVolumeClaim":
        return (
            "hub.jupyter.org/username" in metadata.get("annotations", {})
            or metadata.get("labels", {}).get("component") == "singleuser-storage"
            or key.name.rpartition("-")[0] in claims_of_sets
        )
    return False


def _aligned(manifests: ManifestSet, others: ManifestSet) -> ManifestSet:
    """Put the objects without a namespace into the one that the other set has them in."""
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
    """Yield what differs between two values, field by field, in the order of the names."""
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
    if type(old) is type(new):
        return bool(old == new)
    if _QUANTITIES & set(path[-2:]):
        return quantity(old) is not None and quantity(old) == quantity(new)
    return False


def _texts(old: str, new: str, path: Path) -> Iterator[Change]:
    """Compare structured text, such as the traits in a ConfigMap, by its fields."""
    if _QUANTITIES & set(path[-2:]) and quantity(old) is not None and quantity(old) == quantity(new):
        return
    before, after = _structure(old, path), _structure(new, path)
    if before is None or after is None:
        yield Change(path, old, new)
        return
    yield from list(fields(before, after, path)) or [Change((*path, "(layout)"), old, new)]


def _structure(text: str, path: Path) -> Any:
    """Return the mapping that a file of a ConfigMap holds; None if it holds none."""
    if len(path) != 2 or path[0] != "data" or not path[1].endswith((".json", ".yaml", ".yml")):
        return None
    try:
        value = document(text, path[1])
    except ManifestError:
        return None
    return value if isinstance(value, dict) else None


def quantity(value: Any) -> Fraction | None:
    """Return the amount that Kubernetes reads in `250m`, `1Gi` or 2; None if it is none."""
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
    """Return the names by which the items of both lists are known; None if they have none, or share one."""
    if not all(isinstance(item, dict) for item in [*old, *new]):
        return None
    for keys in _ITEM_KEYS.get(path[-1] if path else "", (("name",),)):
        both = [["/".join(str(item[key]) for key in keys if key in item) for item in items] for items in (old, new)]
        if all(all(names) and len(set(names)) == len(names) for names in both):
            return both[0], both[1]
    return None


def _aligned_items(old: list[Any], new: list[Any], path: Path) -> Iterator[Change]:
    """Compare two lists whose items have no names, in their order."""
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
    """Return an item whose path will not tell that it is a secret, or has one: an option's value, or a variable."""
    item = items[index]
    if isinstance(item, str) and follows_an_option(items, index):
        return Hidden(item)
    if isinstance(item, dict) and isinstance(item.get("value"), str) and names_a_secret(str(item.get("name", ""))):
        return {**item, "value": Hidden(item["value"])}
    return item


def _alike(old: str, new: str) -> bool:
    """Tell whether one item became the other, or took its place: text is compared as a whole anyway."""
    if not old.startswith("{"):
        return True
    words = [Counter(re.findall(r"\w+", text)) for text in (old, new)]
    return 2 * (words[0] & words[1]).total() > _ALIKE * (words[0].total() + words[1].total())


def shown_path(path: Path) -> str:
    """Return a path as people write it."""
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
    """Tell whether a value of it must not be shown."""
    return any(isinstance(value, Hidden) or _holds_hidden(value) for value in (change.old, change.new))


def _holds_hidden(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(item, Hidden) for item in value.values())
