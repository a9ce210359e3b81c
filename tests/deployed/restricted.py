"""The Pod Security level `restricted`, with the rules of Kubernetes 1.32 to 1.37 combined.

These rules are stricter than the standard where our pods do not need what it allows: SELinux options, sysctls, Windows
options, `procMount`, and root in a user namespace.
"""

from collections.abc import Iterator
from typing import Any

from tests.manifests.synthesis import Object

VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"
}  # fmt: skip
PROFILES = {"RuntimeDefault", "Localhost"}


def violations(pod: Object) -> list[str]:
    """Return each violation in a pod or pod template, as its place and field. An empty result means that it passes."""
    return list(_violations(pod))


def _violations(pod: Object) -> Iterator[str]:
    spec = pod["spec"]
    pod_context = spec.get("securityContext") or {}
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield f"pod: {field}"
    for volume in spec.get("volumes") or ():
        for kind in volume.keys() - VOLUMES - {"name"}:
            yield f"volume {volume['name']}: {kind}"
    for key, profile in (pod.get("metadata", {}).get("annotations") or {}).items():
        if key.startswith("container.apparmor.security.beta.kubernetes.io/") and profile == "unconfined":
            yield f"pod: annotation {key}"
    for field in _weak_fields(pod_context):
        yield f"pod: {field}"
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(kind) or ():
            for field in _container_violations(container, pod_context):
                yield f"{container['name']}: {field}"


def _weak_fields(context: Object) -> Iterator[str]:
    """Yield fields that neither a pod nor a container may set."""
    if context.get("runAsNonRoot") is False:
        yield "runAsNonRoot"
    if context.get("runAsUser") == 0:
        yield "runAsUser"
    for field in ("seLinuxOptions", "sysctls", "windowsOptions", "procMount", "privileged"):
        if context.get(field):
            yield field
    for field in ("seccompProfile", "appArmorProfile"):
        if field in context and context[field]["type"] not in PROFILES:
            yield field


def _container_violations(container: Object, pod_context: Object) -> Iterator[str]:
    context = container.get("securityContext") or {}
    yield from _weak_fields(context)
    for field in ("runAsNonRoot", "seccompProfile"):
        if field not in pod_context | context:
            yield field
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation"
    capabilities: dict[str, Any] = context.get("capabilities") or {}
    if "ALL" not in capabilities.get("drop", ()):
        yield "capabilities.drop"
    for capability in set(capabilities.get("add") or ()) - {"NET_BIND_SERVICE"}:
        yield f"capabilities.add {capability}"
    if any(port.get("hostPort") for port in container.get("ports") or ()):
        yield "hostPort"
    lifecycle = container.get("lifecycle") or {}
    handlers = {name: container.get(name) for name in ("livenessProbe", "readinessProbe", "startupProbe")} | lifecycle
    for name, handler in handlers.items():
        # Refused since 1.34: a probe runs on the node and could reach what the pod cannot.
        if any(((handler or {}).get(action) or {}).get("host") for action in ("httpGet", "tcpSocket")):
            yield f"{name}.host"
