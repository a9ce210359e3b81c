"""Claims that servers or pods no longer reach: users' claims by their names, others by the pods that mount them."""

from collections.abc import Iterator, Sequence

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect, Level
from hexa_notebooks.manifests.hub_facts import HubFacts
from hexa_notebooks.manifests.manifest_set import Key, ManifestSet
from hexa_notebooks.manifests.selectors import same_namespace
from hexa_notebooks.manifests.workloads import claim_mounts, pod_spec
from hexa_notebooks.storage.claim_names import TemplateError
from hexa_notebooks.storage.profile_list import replacing
from hexa_notebooks.storage.user_storage import Mount, UserStorage

_USERS = (
    "anna",
    "anna.k@example.org",
    "Anna",
    "3rd-user",
    "a--b",
    "anna-of-a-name-that-is-longer-than-names-may-be-here",
)
_SERVERS = ("", "lab", "My_lab", "a-workspace-of-a-name-that-is-longer-than-names-may-be")
"""Sample names that differ under the slug schemes of KubeSpawner."""

_HOLDS = {
    "CustomResourceDefinition": "every object of this kind in the whole cluster",
    "Namespace": "everything in it, including users' claims,",
}
_REMEMBERED = (
    "; KubeSpawner 7 and later remember the claims of servers that they started: check with `hexa-notebooks claims`"
)


def claims(comparison: Comparison, old: HubFacts | None, new: HubFacts | None) -> Iterator[Effect]:
    """Yield the claims that are no longer reached."""
    if old and new:
        yield from _users_claims(old, new)
        yield from _code(old, new)
    elif new and not old and any(key.kind == "Deployment" and key.name.endswith("hub") for key in comparison.old):
        text = "the old set does not show the names of users' claims; include its Secret hub, which has values.yaml"
        yield Effect("warning", "unknown", str(new.key), text)
    elif old and not new:
        text = "the new set has no configuration of a hub, so it does not show the names of users' claims"
        yield Effect("warning", "unknown", str(old.key), text)
    yield from _pods_claims(comparison)


def _code(old: HubFacts, new: HubFacts) -> Iterator[Effect]:
    """Yield the traits that code sets in files of one side only. A file that both sides have sets the same values."""
    for facts, other in ((old, new), (new, old)):
        changed = {(place, setting.trait) for setting, place in facts.code.items() if setting not in other.code}
        for place, trait in sorted(changed):
            text = f"Python in {place} sets {trait}, which cannot be compared"
            yield Effect("warning", "unknown", str(facts.key), text)


def _users_claims(old: HubFacts, new: HubFacts) -> Iterator[Effect]:
    before, after = old.storage, new.storage
    servers = _SERVERS if old.traits.get("JupyterHub", {}).get("allow_named_servers") else ("",)
    for level, kind, text in [*_all_claims(before, after), *_each_claim(before, after, servers)]:
        yield Effect(level, kind, str(new.key), text)


def _all_claims(before: UserStorage, after: UserStorage) -> Iterator[tuple[Level, str, str]]:
    """Yield the level, kind and text of each effect on claims as a whole."""
    if before.namespace and after.namespace and before.namespace != after.namespace:
        places = f"namespace {before.namespace}, but servers look in {after.namespace}"
        yield "unsafe", "claim", f"users' claims stay in {places}"
    templates = before.user_namespaces, after.user_namespaces
    if templates[0] != templates[1]:
        whose = [f"namespaces {template}" if template else "the hub's namespace" for template in templates]
        places = f"{whose[0]}, but servers look in {whose[1]} (enable_user_namespaces)"
        yield "unsafe", "claim", f"users' claims stay in {places}"
    known = replacing(before)
    if found := [override for override in replacing(after) if override not in known]:
        text = f"these profiles override settings so that their servers do not reach users' files: {', '.join(found)}"
        yield "unsafe", "claim", text
    if after.deletes_claims and not before.deletes_claims:
        text = (
            "delete_pvc is turned on: deleting a user or a named server deletes the claim, and its files unless the"
            " volume's reclaim policy is Retain"
        )
        yield "warning", "claim", text


def _each_claim(before: UserStorage, after: UserStorage, servers: Sequence[str]) -> Iterator[tuple[Level, str, str]]:
    """Yield the level, kind and text of each effect on the claims of sample users."""
    moved, lost = set(), []
    had: dict[Mount, str] | None = None
    try:
        for number, user in enumerate(_USERS, 1):
            for server in servers:
                had = None
                had = before.reached(user, server, userid=number)
                has = after.reached(user, server, userid=number)
                lost += [(user, server, mount, has) for mount in had if mount not in has]
                moved |= {(had[mount], has[mount]) for mount in had if mount in has and had[mount] != has[mount]}
    except TemplateError as error:
        # A template that also fails on the old side says nothing about the change.
        if had is None:
            yield "warning", "unknown", f"users' claims cannot be compared: {error}"
        else:
            yield "unsafe", "claim", f"users' servers would no longer start: {error}"
        return
    if lost:
        user, server, mount, has = lost[0]
        every = len({(user, server) for user, server, _, _ in lost}) == len(_USERS) * len(servers)
        whose = "every user's server" if every else f"servers of some names, such as {_server(user, server)},"
        remembered = _REMEMBERED if after.remembers and before.name_template != after.name_template else ""
        text = (
            f"{whose} would no longer mount its {'bucket' if mount.is_bucket else 'claim'}, {_shown(mount)} for"
            f" {_server(user, server)}{_instead(has)}{_why(before, after)}{remembered}"
        )
        yield "unsafe", "claim", text
    for path in sorted(moved):
        yield "warning", "claim", f"users' claims move in the server from {path[0]} to {path[1]}"
    if lost:
        return
    if before.makes_claims and not after.makes_claims and any(after.reached("anna")):
        text = "claims of new users are no longer created (storage_pvc_ensure): their servers would not start"
        yield "warning", "claim", text
    names = [storage.traits.get("pod_name_template", "jupyter-{user_server}") for storage in (before, after)]
    if names[0] != names[1]:
        text = f"pods of new servers are named {names[1]} instead of {names[0]}; running ones keep their names"
        yield "note", "claim", text


def _server(user: str, server: str) -> str:
    return f"{user}/{server}" if server else user


def _shown(mount: Mount) -> str:
    return f"{mount.claim} (folder {mount.folder})" if mount.folder else mount.claim


def _instead(has: dict[Mount, str]) -> str:
    found = ", ".join(_shown(mount) for mount in has)
    return f", but get {found}" if found else ", nor any other"


def _why(before: UserStorage, after: UserStorage) -> str:
    parts = []
    if before.name_template != after.name_template:
        parts.append(f"pvc_name_template was {before.name_template} and becomes {after.name_template}")
    schemes = [storage.traits.get("slug_scheme", "safe") for storage in (before, after)]
    if schemes[0] != schemes[1]:
        parts.append(f"slug_scheme was {schemes[0]} and becomes {schemes[1]}")
    return f": {'; '.join(parts)}" if parts else ""


def _pods_claims(comparison: Comparison) -> Iterator[Effect]:
    """Yield the claims that pods no longer mount, and those that the new set leaves out."""
    before, after = _mounted(comparison.old), _mounted(comparison.new)
    removed = {manifest.key.name: manifest.key for manifest in comparison.removed if _is_claim(manifest.key)}
    unmounted = set()
    for (claim, folder), pod in sorted(before.items()):
        if any(mount == (claim, folder) and same_namespace(pod, other) for mount, other in after.items()):
            continue
        unmounted.add(claim)
        moved = sorted(place or "the whole claim" for name, place in after if name == claim)
        what = f"its folder {folder}" if folder else "it"
        text = f"{pod} mounted {what} before, and no pod does now" + (
            f"; they mount {', '.join(moved)}" if moved else ""
        )
        yield Effect("unsafe", "claim", str(removed.get(claim, f"PersistentVolumeClaim {claim}")), text)
    for claim, key in sorted(removed.items()):
        if any(name == claim for name, _ in after):
            text = "is not in the new set, but still mounted: it must survive a prune and `helm uninstall`"
            yield Effect("warning", "claim", str(key), text)
        elif claim not in unmounted:
            yield Effect("unsafe", "claim", str(key), "is not in the new set, and no pod in that set mounts it")
    for manifest in comparison.removed:
        if manifest.key.kind == "StatefulSet" and manifest.body["spec"].get("volumeClaimTemplates"):
            text = "is not in the new set: the claims of its volumeClaimTemplates are no longer reached"
            yield Effect("unsafe", "claim", str(manifest.key), text)
        if held := _HOLDS.get(manifest.key.kind):
            yield Effect("unsafe", "claim", str(manifest.key), f"is not in the new set: a prune deletes {held} with it")


def _is_claim(key: Key) -> bool:
    return key.kind == "PersistentVolumeClaim" and not key.group


def _mounted(manifests: ManifestSet) -> dict[tuple[str, str], Key]:
    """Return the workload that mounts each claim, or each folder of it."""
    return {
        (claim, folder): key
        for key in sorted(manifests, reverse=True)
        for claim, folder, _ in claim_mounts(pod_spec(manifests[key]))
    }
