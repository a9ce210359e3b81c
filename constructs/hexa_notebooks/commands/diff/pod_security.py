"""Pods whose security becomes weaker."""

from collections.abc import Iterator
from typing import Any, get_args

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.hub_facts import HubFacts
from hexa_notebooks.manifests.manifest_set import Object
from hexa_notebooks.manifests.workloads import containers, pod_spec
from hexa_notebooks.pods.security import PodSecurityLevel

_ENFORCE = "pod-security.kubernetes.io/enforce"


def weaker_pods(comparison: Comparison, old_hub: HubFacts | None, new_hub: HubFacts | None) -> Iterator[Effect]:
    """Yield the pods that may do more on their node, and the namespaces that let them."""
    for key, (old, new) in comparison.pairs.items():
        before, after = pod_spec(old), pod_spec(new)
        if before and after:
            yield from _weaker(str(key), before, after)
        if key.kind == "Namespace":
            yield from _namespace(str(key), old.body, new.body)
    for manifest in comparison.added:
        spec = pod_spec(manifest)
        # A new pod is reported for the privileges that it has, not for the hardening that it lacks.
        if spec and (found := sorted({fact for _, fact, given in _facts(spec) if given})):
            yield Effect("warning", "pod-security", str(manifest.key), f"new pods with {', '.join(found)}")
    if old_hub and new_hub and old_hub.key.kind == new_hub.key.kind:
        yield from _weaker("users' servers", old_hub.pod_spec, new_hub.pod_spec)
        yield from _further_images(*(hub.storage.traits.get("allowed_images") or [] for hub in (old_hub, new_hub)))


def _further_images(old: list[str], new: list[str]) -> Iterator[Effect]:
    # An empty list allows any image.
    further = [] if not old else ["any"] if not new else sorted({*new} - {*old})
    if further:
        yield Effect(
            "warning", "pod-security", "users' servers", f"workspaces may use more images: {', '.join(further)}"
        )


def _weaker(name: str, old: Object, new: Object) -> Iterator[Effect]:
    before = {(container, fact) for container, fact, _ in _facts(old)}
    anywhere = {fact for _, fact in before}
    known = {container["name"] for field in ("containers", "initContainers") for container in old.get(field, [])} | {""}
    found: dict[str, list[str]] = {}
    for container, fact, _ in _facts(new):
        if (container, fact) not in before and (container in known or fact not in anywhere):
            found.setdefault(container, []).append(fact)
    for container, facts in found.items():
        who = f"container {container}" if container else "the pod"
        yield Effect("warning", "pod-security", name, f"{who} becomes less secure: {', '.join(facts)}")


def _facts(spec: Object) -> Iterator[tuple[str, str, bool]]:
    """Yield each weakness of a pod: the container or "", the words, and whether it is a privilege (not a lack)."""
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield "", field, True
    if spec.get("hostUsers") is not False:
        yield "", "no user namespace: root in it is root on the node", False
    for volume in spec.get("volumes", []):
        if "hostPath" in volume:
            yield "", f"hostPath {volume['hostPath'].get('path')}", True
    pod = spec.get("securityContext", {})
    for container in containers(spec):
        name, context = container.get("name", ""), {**pod, **container.get("securityContext", {})}
        for fact, given in _context(context):
            yield name, fact, given
        for port in container.get("ports", []):
            if port.get("hostPort"):
                yield name, f"hostPort {port['hostPort']}", True


def _context(context: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield each weakness of a security context, and whether it is a privilege (not a lack)."""
    capabilities, proc_mount = context.get("capabilities", {}), context.get("procMount", "Default")
    profiles = {field: context.get(field, {}).get("type") for field in ("seccompProfile", "appArmorProfile")}
    privileges = {
        "privileged": context.get("privileged"),
        **{f"capability {capability}": True for capability in capabilities.get("add", [])},
        "runs as root": context.get("runAsUser") == 0,
        f"procMount {proc_mount}": proc_mount != "Default",
        **{f"{field} Unconfined": profile == "Unconfined" for field, profile in profiles.items()},
    }
    lacks = {
        "no runAsNonRoot": not context.get("runAsNonRoot"),
        "allowPrivilegeEscalation": context.get("allowPrivilegeEscalation", True),
        "no readOnlyRootFilesystem": not context.get("readOnlyRootFilesystem"),
        "capabilities not dropped": "ALL" not in capabilities.get("drop", []),
        "no seccompProfile": not context.get("seccompProfile"),
    }
    yield from ((words, True) for words, found in privileges.items() if found)
    yield from ((words, False) for words, found in lacks.items() if found)


def _namespace(name: str, old: Object, new: Object) -> Iterator[Effect]:
    levels = get_args(PodSecurityLevel)
    found = [body["metadata"].get("labels", {}).get(_ENFORCE) for body in (old, new)]
    # A namespace without the label enforces nothing, like `privileged`.
    ranks = [levels.index(level) if level in levels else levels.index("privileged") for level in found]
    if ranks[1] < ranks[0]:
        text = f"enforces {found[1] or 'no Pod Security level'} instead of {found[0]}, so it admits less secure pods"
        yield Effect("warning", "pod-security", name, text)
