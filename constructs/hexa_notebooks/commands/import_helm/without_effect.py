"""Values that the chart ignores, because the part that would use them is off.

Source: the conditions at the beginning of the chart's templates.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import BUDGETS, CHART, PROBES, Value, defaults
from hexa_notebooks.commands.import_helm.tree import Tree, dotted
from hexa_notebooks.commands.import_helm.values_yaml import Key

_DEFAULTS = Tree(defaults(CHART))
_ENABLED = (
    *("cull", "httpRoute", "ingress"),
    *("scheduling.podPriority", "scheduling.userPlaceholder", "scheduling.userScheduler"),
    *BUDGETS,
    *PROBES,
    *("hub.networkPolicy", "proxy.chp.networkPolicy", "proxy.traefik.networkPolicy", "singleuser.networkPolicy"),
)
"""Sections with an `enabled` of their own."""
_ACCOUNTS = ("hub", "prePuller.continuous", "prePuller.hook", "proxy.traefik", "scheduling.userScheduler")
_SWITCHED = (
    *((section, f"{section}.enabled") for section in _ENABLED),
    ("imagePullSecret", "imagePullSecret.create"),
    *((f"{pod}.serviceAccount.annotations", f"{pod}.serviceAccount.create") for pod in _ACCOUNTS),
    ("singleuser.networkTools", "singleuser.cloudMetadata.blockWithIptables"),
)
"""Sections, each with the value that switches it on."""
_TYPED = (
    ("hub.db.pvc", "hub.db.type", ("sqlite-pvc",)),
    ("hub.db.url", "hub.db.type", ("mysql", "postgres", "other")),
    ("hub.db.password", "hub.db.type", ("mysql", "postgres")),
    ("singleuser.storage.static", "singleuser.storage.type", ("static",)),
    ("singleuser.storage.dynamic", "singleuser.storage.type", ("dynamic",)),
    ("singleuser.storage.capacity", "singleuser.storage.type", ("dynamic",)),
    ("singleuser.storage.homeMountPath", "singleuser.storage.type", ("dynamic", "static")),
)
"""Sections, each with the type that it depends on, and the types that use it."""


def without_effect(tree: Tree, given: Mapping[str, Any]) -> str | None:
    """Return a line with the paths of values that are set and not used, and the reasons; None if there are none."""
    found: dict[str, str] = {}
    for section, reason in _unused(tree):
        for path in _given(given, section):
            found.setdefault(path, reason)
    if not found:
        return None
    reasons = dict.fromkeys(found.values())
    return f"set, but without effect in the chart, and left out: {', '.join(found)} ({', '.join(reasons)})"


def is_unused(tree: Tree, path: str) -> bool:
    """Return whether the value at a path belongs to something that is off."""
    return any(f"{path}.".startswith(f"{section}.") for section, _ in _unused(tree))


def _unused(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the sections that the chart does not use, and why."""
    for section, switch in _SWITCHED:
        if not tree.get(switch):
            yield section, f"{switch} is false"
    yield from _unused_tls(tree)
    off = [f"prePuller.{name}" for name in ("hook", "continuous") if not tree.get(f"prePuller.{name}.enabled")]
    yield from ((puller, f"{puller}.enabled is false") for puller in off)
    if len(off) == 2:
        yield "prePuller", "prePuller.hook.enabled and prePuller.continuous.enabled are false"
    for section, path, types in _TYPED:
        if tree.get(path) not in types:
            yield section, f"{path} is {tree.get(path)}"


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
        # The chart makes Traefik's budget even without Traefik.
        yield from (
            (f"proxy.traefik.{key}", reason) for key in CHART.keys["proxy"].keys["traefik"].keys if key != "pdb"
        )
    for section, user in (("hosts", "letsencrypt"), ("manual", "manual"), ("secret", "secret")):
        if kind != user:
            yield f"proxy.https.{section}", reason


def _given(values: Mapping[str, Any], section: str) -> Iterator[str]:
    """Yield the paths below a section whose values are given and differ from the chart's defaults."""
    known, value, path = CHART, values, section.split(".")
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return
        known, value = known.keys.get(key, Value(())), value[key]
    yield from _leaves(value, known, tuple(path))


def _leaves(value: Any, known: Value, path: Key) -> Iterator[str]:
    if isinstance(value, Mapping) and (known.keys or path[-1] in ("livenessProbe", "readinessProbe")):
        for key, item in value.items():
            yield from _leaves(item, known.keys.get(key, Value(())), (*path, key))
    elif value not in (None, "", [], {}, _DEFAULTS.get(dotted(path))) and path[-1] not in ("enabled", "create"):
        yield dotted(path)
