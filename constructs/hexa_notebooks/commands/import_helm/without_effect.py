"""Values that the chart does not use, since what they belong to is off.

Source: the conditions at the beginning of the chart's templates.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import CHART, Value, defaults
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.commands.import_helm.yaml_1_1 import Key

_DEFAULTS = Tree(defaults(CHART))
_BUDGETS = ("hub.pdb", "proxy.chp.pdb", "proxy.traefik.pdb", "scheduling.userScheduler.pdb")
_POLICIES = ("hub", "proxy.chp", "proxy.traefik", "singleuser")
_PROBES = ("hub.livenessProbe", "hub.readinessProbe", "proxy.chp.livenessProbe", "proxy.chp.readinessProbe")
_ACCOUNTS = (
    "hub",
    "prePuller.continuous",
    "prePuller.hook",
    "proxy.traefik",
    "scheduling.userScheduler",
)
_ENABLED = (
    "cull",
    "httpRoute",
    "ingress",
    "scheduling.podPriority",
    "scheduling.userPlaceholder",
    "scheduling.userScheduler",
    *_BUDGETS,
    *_PROBES,
    *(f"{path}.networkPolicy" for path in _POLICIES),
)
"""Sections that their own `enabled` switches."""


def without_effect(tree: Tree, given: Mapping[str, Any]) -> str | None:
    """Return a line with the paths of what is given and not used, and what is off; None if there is nothing."""
    found: dict[str, None] = {}
    reasons: dict[str, None] = {}
    for section, reason in _unused(tree):
        for path in _given(given, section):
            if path not in found:
                found[path] = None
                reasons[reason] = None
    if not found:
        return None
    return f"set, but without effect in the chart, and left out: {', '.join(found)} ({', '.join(reasons)})"


def is_unused(tree: Tree, path: str) -> bool:
    """Return whether what stands at a path belongs to something that is off."""
    return any(f"{path}.".startswith(f"{section}.") for section, _ in _unused(tree))


def _unused(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the sections that the chart does not use, and why."""
    for section in _ENABLED:
        if not tree.get(f"{section}.enabled"):
            yield section, f"{section}.enabled is false"
    if not tree.get("imagePullSecret.create"):
        yield "imagePullSecret", "imagePullSecret.create is false"
    for pod in _ACCOUNTS:
        if not tree.get(f"{pod}.serviceAccount.create"):
            yield f"{pod}.serviceAccount.annotations", f"{pod}.serviceAccount.create is false"
    if not tree.get("singleuser.cloudMetadata.blockWithIptables"):
        yield "singleuser.networkTools", "singleuser.cloudMetadata.blockWithIptables is false"
    yield from _unused_tls(tree)
    yield from _unused_pullers(tree)
    yield from _unused_database(tree)
    yield from _unused_storage(tree)


def _unused_tls(tree: Tree) -> Iterator[tuple[str, str]]:
    kind = tree.get("proxy.https.type")
    reason = f"proxy.https.type is {kind}"
    if not tree.get("proxy.https.enabled"):
        kind, reason = None, "proxy.https.enabled is false"
        yield "proxy.https", reason
        yield "proxy.service.nodePorts.https", reason
    if kind != "letsencrypt" or not tree.get("proxy.https.hosts"):
        reason = "proxy.https.hosts is empty" if kind == "letsencrypt" else reason
        yield "proxy.https.letsencrypt", reason
        yield "proxy.secretSync", reason
        traefik = (CHART.keys or {})["proxy"].keys or {}
        for key in traefik["traefik"].keys or {}:
            if key != "pdb":  # which the chart makes all the same
                yield f"proxy.traefik.{key}", reason
    if kind != "letsencrypt":
        yield "proxy.https.hosts", reason
    if kind != "manual":
        yield "proxy.https.manual", reason
    if kind != "secret":
        yield "proxy.https.secret", reason


def _unused_pullers(tree: Tree) -> Iterator[tuple[str, str]]:
    off = [name for name in ("hook", "continuous") if not tree.get(f"prePuller.{name}.enabled")]
    for name in off:
        yield f"prePuller.{name}", f"prePuller.{name}.enabled is false"
    if len(off) == 2:
        yield "prePuller", "prePuller.hook.enabled and prePuller.continuous.enabled are false"


def _unused_database(tree: Tree) -> Iterator[tuple[str, str]]:
    kind = tree.get("hub.db.type")
    reason = f"hub.db.type is {kind}"
    if kind != "sqlite-pvc":
        yield "hub.db.pvc", reason
    if kind in ("sqlite-pvc", "sqlite-memory"):
        yield "hub.db.url", reason
    if kind not in ("postgres", "mysql"):
        yield "hub.db.password", reason


def _unused_storage(tree: Tree) -> Iterator[tuple[str, str]]:
    storage, kind = "singleuser.storage", tree.get("singleuser.storage.type")
    reason = f"{storage}.type is {kind}"
    if kind != "static":
        yield f"{storage}.static", reason
    if kind != "dynamic":
        yield f"{storage}.dynamic", reason
        yield f"{storage}.capacity", reason
    if kind == "none":
        yield f"{storage}.homeMountPath", reason


def _given(values: Mapping[str, Any], section: str) -> Iterator[str]:
    """Yield the paths below a section at which a value is given that is not the chart's own."""
    known: Value = CHART
    value: Any = values
    for key in section.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return
        value = value[key]
        known = (known.keys or {}).get(key) or Value(())
    yield from _leaves(value, known, tuple(section.split(".")))


def _leaves(value: Any, known: Value, path: Key) -> Iterator[str]:
    if isinstance(value, Mapping) and (known.keys is not None or path[-1] in ("livenessProbe", "readinessProbe")):
        for key, item in value.items():
            yield from _leaves(item, (known.keys or {}).get(key) or Value(()), (*path, key))
        return
    dotted = ".".join(str(part) for part in path)
    if value in (None, "", [], {}) or path[-1] in ("enabled", "create") or value == _DEFAULTS.get(dotted):
        return
    yield dotted
