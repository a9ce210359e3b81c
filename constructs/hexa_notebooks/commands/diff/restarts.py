"""Pods that restart, or that should."""

from collections.abc import Iterator

from hexa_notebooks.commands.diff.changes import ABSENT, Change, Comparison, shown_path
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.manifest_set import Key
from hexa_notebooks.manifests.workloads import ROLLED, Reference, pod_spec, references

_TEMPLATE = ("spec", "template")
_SHOWN = 5


def restarts(comparison: Comparison) -> Iterator[Effect]:
    """Yield the workloads that restart, that scale, or that keep running with outdated configuration."""
    changed = {Reference(key.kind, key.name) for key in comparison.changes if key.kind in ("ConfigMap", "Secret")}
    for key, (_, new) in comparison.pairs.items():
        if key.kind not in ROLLED:
            continue
        changes = comparison.changes.get(key, [])
        within = [change for change in changes if change.within(*_TEMPLATE)]
        if within:
            waits = new.body["spec"].get("updateStrategy", {}).get("type") == "OnDelete"
            how = "restart when somebody deletes them (OnDelete)" if waits else "restart"
            yield Effect("note", "restart", str(key), f"its pods {how}: {_why(within)}")
        elif read := sorted(changed & references(pod_spec(new))):
            names = ", ".join(f"{kind} {name}" for kind, name in read)
            text = f"its pods read {names}, which changes, but do not restart automatically: restart them"
            yield Effect("note", "stale", str(key), text)
        yield from _scale(key, changes)


def _why(changes: list[Change]) -> str:
    checksums = [change for change in changes if _is_checksum(change)]
    names = [shown_path(change.path[2:]) for change in changes]
    if len(checksums) == len(changes):
        return f"only {', '.join(names)}, because the configuration that they read changes"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _is_checksum(change: Change) -> bool:
    place = ("metadata", "annotations")
    return change.path[2:4] == place and len(change.path) == 5 and change.path[4].startswith("checksum")


def _scale(key: Key, changes: list[Change]) -> Iterator[Effect]:
    for change in changes:
        if change.path == ("spec", "replicas"):
            old, new = (1 if value is ABSENT else value for value in (change.old, change.new))
            yield Effect("note", "scale", str(key), f"{old} -> {new} replicas")
