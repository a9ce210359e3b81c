"""Who may do what in the API: rights that become wider."""

from collections.abc import Iterator
from typing import NamedTuple

from hexa_notebooks.diff.changes import Comparison
from hexa_notebooks.diff.effect import Effect
from hexa_notebooks.diff.manifests import Key, Manifest, ManifestSet, Object

_ANY = "*"


class Right(NamedTuple):
    """A verb on a resource."""

    scope: str
    """The namespace, or all of the cluster."""
    group: str
    resource: str
    name: str
    """The object's own name; `*` for every object."""
    verb: str

    def covers(self, other: "Right") -> bool:
        """Tell whether it includes another."""
        return (self.scope == other.scope or self.scope == "cluster") and all(
            mine in (_ANY, theirs) for mine, theirs in zip(self[1:], other[1:], strict=True)
        )


def wider_rbac(comparison: Comparison) -> Iterator[Effect]:
    """Yield what subjects may do that they could not before, whatever the roles are called.

    Roles that nothing in the set binds are compared by themselves.
    """
    before, after = _rights(comparison.old), _rights(comparison.new)
    for subject, rights in sorted(after.items()):
        more = [right for right in rights if not any(had.covers(right) for had in before.get(subject, []))]
        if more:
            yield Effect("warning", "rbac", subject, f"may do more: {_shown(more)}")


def _rights(manifests: ManifestSet) -> dict[str, list[Right]]:
    found: dict[str, list[Right]] = {}
    bound: set[Key] = set()
    for key, binding in sorted(manifests.items()):
        if key.kind not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        scope = "cluster" if key.kind == "ClusterRoleBinding" else "the namespace"
        role = _role(manifests, binding)
        if role is not None:
            bound.add(role.key)
            rights = [right for rule in role.body.get("rules", []) for right in _expanded(rule, scope)]
        else:
            reference = binding.body["roleRef"]
            rights = [Right(scope, reference["kind"], reference["name"], _ANY, "everything of")]
        for subject in binding.body.get("subjects", []):
            found.setdefault(f"{subject['kind']} {subject['name']}", []).extend(rights)
    for key, role in sorted(manifests.items()):
        if key.kind in ("Role", "ClusterRole") and key not in bound:
            scope = "cluster" if key.kind == "ClusterRole" else "the namespace"
            found[f"whoever is bound to {key.kind} {key.name}"] = [
                right for rule in role.body.get("rules", []) for right in _expanded(rule, scope)
            ]
    return found


def _role(manifests: ManifestSet, binding: Manifest) -> Manifest | None:
    reference = binding.body["roleRef"]
    for key, manifest in manifests.items():
        if (key.kind, key.name) == (reference["kind"], reference["name"]):
            namespaced = key.kind == "ClusterRole" or key.namespace == binding.key.namespace
            if namespaced:
                return manifest
    return None


def _expanded(rule: Object, scope: str) -> Iterator[Right]:
    for verb in rule.get("verbs", []):
        for url in rule.get("nonResourceURLs", []):
            yield Right(scope, "", url, _ANY, verb)
        for group in rule.get("apiGroups", []):
            for resource in rule.get("resources", []):
                for name in rule.get("resourceNames") or [_ANY]:
                    yield Right(scope, group, resource, name, verb)


def _shown(rights: list[Right]) -> str:
    verbs: dict[tuple[str, ...], list[str]] = {}
    for right in rights:
        found = verbs.setdefault(right[:-1], [])
        if right.verb not in found:
            found.append(right.verb)
    texts = []
    for (scope, group, resource, name), words in verbs.items():
        what = f"{resource}.{group}" if group else resource
        if words == ["everything of"]:
            what = f"{group} {resource}"
        texts.append(f"{', '.join(words)} {what}{'' if name == _ANY else f' {name}'} in {scope}")
    return "; ".join(texts).replace("in cluster", "in the whole cluster")
