"""Rights in the Kubernetes API that become wider."""

from collections.abc import Iterator
from typing import NamedTuple

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.hub_facts import HubFacts
from hexa_notebooks.manifests.manifest_set import Key, Manifest, ManifestSet, Object
from hexa_notebooks.manifests.selectors import same_namespace
from hexa_notebooks.manifests.workloads import pod_spec

_ANY = "*"
_CLUSTER = "*"
_ACCOUNT = "ServiceAccount"


class Right(NamedTuple):
    """A verb on a resource."""

    scope: str
    """The namespace, empty if the manifest leaves it out; `*` for the whole cluster."""
    group: str
    resource: str
    name: str
    """The name of one object; `*` for all objects."""
    verb: str

    def covers(self, other: "Right") -> bool:
        """Return whether this right includes another."""
        near = other.scope != _CLUSTER and (self.scope == other.scope or not self.scope or not other.scope)
        return (self.scope == _CLUSTER or near) and all(
            mine in (_ANY, theirs) for mine, theirs in zip(self[1:], other[1:], strict=True)
        )


def wider_rbac(comparison: Comparison, old_hub: HubFacts | None, new_hub: HubFacts | None) -> Iterator[Effect]:
    """Yield the subjects that get more rights. The names of roles make no difference.

    Roles without a binding in the set are compared as if an unknown subject had them.
    """
    before, after = _rights(comparison.old), _rights(comparison.new)
    for subject, rights in sorted(after.items()):
        if more := _more(_of(subject, before), rights):
            yield Effect("warning", "rbac", str(subject), f"may do more: {_shown(more)}")
    for key, (old, new) in comparison.pairs.items():
        if (olds := pod_spec(old)) and (news := pod_spec(new)):
            yield from _other_account(comparison, str(key), key, olds, news)
    if old_hub and new_hub:
        yield from _other_account(comparison, "users' servers", new_hub.key, old_hub.pod_spec, new_hub.pod_spec)


def _other_account(comparison: Comparison, name: str, pod: Key, old: Object, new: Object) -> Iterator[Effect]:
    """Yield an effect if pods get another service account, or newly get the token of their own."""
    accounts = [Key("", _ACCOUNT, pod.namespace, spec.get("serviceAccountName", "default")) for spec in (old, new)]
    has = _has_token(comparison.new, accounts[1], new)
    rights = _of(accounts[1], _rights(comparison.new)) if has else []
    may = f", which may {_shown(rights)}" if rights else ""
    if has and not _has_token(comparison.old, accounts[0], old):
        yield Effect("warning", "rbac", name, f"pods now get a token of {accounts[1]}{may}")
    # Even without a token, a cloud knows pods by their account. `default` has no rights there unless it is bound.
    elif accounts[0].name != accounts[1].name and (accounts[1].name != "default" or rights):
        yield Effect("warning", "rbac", name, f"pods run as {accounts[1]} instead of {accounts[0]}{may}")


def _has_token(manifests: ManifestSet, account: Key, pod: Object) -> bool:
    sources = [source for volume in pod.get("volumes", []) for source in volume.get("projected", {}).get("sources", [])]
    if any("serviceAccountToken" in source for source in sources):
        return True
    bodies = [manifest.body for key, manifest in manifests.items() if _is_same(key, account)]
    own = bodies[0].get("automountServiceAccountToken", True) if bodies else True
    return bool(pod.get("automountServiceAccountToken", own))


def _is_same(one: Key, other: Key) -> bool:
    return (one.kind, one.name) == (other.kind, other.name) and same_namespace(one, other)


def _of(subject: Key, rights: dict[Key, list[Right]]) -> list[Right]:
    return [right for key, own in rights.items() if _is_same(key, subject) for right in own]


def _more(before: list[Right], after: list[Right]) -> list[Right]:
    return [right for right in after if not any(had.covers(right) for had in before)]


def _rights(manifests: ManifestSet) -> dict[Key, list[Right]]:
    """Return the rights of each subject. A role without a binding gets a subject for itself."""
    found: dict[Key, list[Right]] = {}
    bound: set[Key] = set()
    for key, binding in sorted(manifests.items()):
        if key.kind not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        scope = _CLUSTER if key.kind == "ClusterRoleBinding" else key.namespace
        role = _role(manifests, binding)
        if role:
            bound.add(role.key)
            rights = [right for rule in role.body.get("rules", []) for right in _expanded(rule, scope)]
        else:
            # The role is not in the set, so its rights are unknown: they count as one right.
            reference = binding.body["roleRef"]
            rights = [Right(scope, reference["kind"], reference["name"], _ANY, "everything of")]
        for subject in binding.body.get("subjects", []):
            namespace = subject.get("namespace", key.namespace) if subject["kind"] == _ACCOUNT else ""
            found.setdefault(Key("", subject["kind"], namespace, subject["name"]), []).extend(rights)
    for key, role in sorted(manifests.items()):
        if key.kind in ("Role", "ClusterRole") and key not in bound:
            scope = _CLUSTER if key.kind == "ClusterRole" else key.namespace
            found[key._replace(kind=f"anyone bound to {key.kind}")] = [
                right for rule in role.body.get("rules", []) for right in _expanded(rule, scope)
            ]
    return found


def _role(manifests: ManifestSet, binding: Manifest) -> Manifest | None:
    reference = binding.body["roleRef"]
    for key, manifest in manifests.items():
        near = key.kind == "ClusterRole" or key.namespace == binding.key.namespace
        if near and (key.kind, key.name) == (reference["kind"], reference["name"]):
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
        where = "the whole cluster" if scope == _CLUSTER else f"namespace {scope}" if scope else "the namespace"
        texts.append(f"{', '.join(words)} {what}{'' if name == _ANY else f' {name}'} in {where}")
    return "; ".join(texts)
