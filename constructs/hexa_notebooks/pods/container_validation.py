"""Rules of the API server for containers and security contexts. See `validation` for the rest of the pod."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.kubernetes.validation import checked, duplicates, exactly_one, in_range, one_of
from hexa_notebooks.model.field_types import amount_of, dns_label, port_name

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
PROTOCOLS = ("TCP", "UDP", "SCTP")
_ENV_NAME = re.compile(r"[ -<>-~]+")
_OWN_RESOURCES = ("cpu", "memory", "ephemeral-storage")
"""The resources that Kubernetes itself defines."""
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_PROBE_HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")
_HOOK_HANDLERS = ("exec", "httpGet", "sleep", "tcpSocket")
_GRACE_S = 30
"""Kubernetes' default of `terminationGracePeriodSeconds`."""
_LARGEST_ID = 2**31 - 1
_POD_FIELDS = re.compile(
    r"metadata\.(name|namespace|uid)|metadata\.(labels|annotations)\['[^']+'\]"
    r"|spec\.(nodeName|host|serviceAccountName)|status\.(hostIPs?|podIPs?)"
)
"""The fields that `fieldRef` can read."""
_SYSCTL = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?")


def refused_container(container: Mapping[str, Any], pod: Mapping[str, Any], *, as_chart: bool) -> Iterator[str]:
    """Yield the problems of a container of a pod."""
    at = f"container {container['name']!r}"
    if not as_chart:
        yield from checked(dns_label, container["name"], at)
    if not container.get("image"):
        yield f"{at}: image is missing"
    yield from one_of(container, at, imagePullPolicy=PULL_POLICIES)
    context = container.get("securityContext", {})
    yield from _mounts(container, context, at, as_chart=as_chart)
    yield from _env(container, at)
    yield from _ports(container.get("ports", []), at)
    yield from _resources(container.get("resources", {}), at, as_chart=as_chart)
    yield from _probes(container, at)
    yield from _lifecycle(container.get("lifecycle", {}), at, pod.get("terminationGracePeriodSeconds", _GRACE_S))
    if container in pod.get("initContainers", []) and container.get("restartPolicy") != "Always":
        for field in ("lifecycle", *_PROBES):
            if container.get(field):
                yield f"{at}: {field} needs a container that keeps running; write restartPolicy: Always, or remove it"
    yield from security_context(context, at)
    escalates = context.get("privileged") or "CAP_SYS_ADMIN" in context.get("capabilities", {}).get("add", [])
    if escalates and context.get("allowPrivilegeEscalation") is False:
        yield f"{at}: allowPrivilegeEscalation: false excludes privileged and CAP_SYS_ADMIN; remove one"
    if context.get("procMount") == "Unmasked" and pod.get("hostUsers") is not False:
        yield f"{at}: procMount Unmasked needs hostUsers: false in the pod"


def _mounts(container: Mapping[str, Any], context: Mapping[str, Any], at: str, *, as_chart: bool) -> Iterator[str]:
    for mount in container.get("volumeMounts", []):
        path = mount["mountPath"]
        place = f"{at}: mountPath {path!r}"
        if not path or ":" in path:
            yield f"{place} must not be empty or contain ':'"
        if mount.get("subPath") and mount.get("subPathExpr"):
            yield f"{place} has both subPath and subPathExpr; remove one"
        for field in ("subPath", "subPathExpr"):
            sub_path = mount.get(field, "")
            yield from relative(sub_path.lstrip("/") if as_chart else sub_path, f"{at}: {field}")
        if mount.get("mountPropagation") == "Bidirectional" and not context.get("privileged"):
            yield f"{place}: mountPropagation Bidirectional needs a privileged container"
        if mount.get("recursiveReadOnly", "Disabled") != "Disabled" and not mount.get("readOnly"):
            yield f"{place}: recursiveReadOnly needs readOnly: true"


def _env(container: Mapping[str, Any], at: str) -> Iterator[str]:
    for variable in container.get("env", []):
        place = f"{at}: env: {variable['name']!r}"
        if not _ENV_NAME.fullmatch(variable["name"]):
            yield f"{place} is not the name of a variable (letters, digits, '_', '-' and '.')"
        if variable.get("value") and variable.get("valueFrom"):
            yield f"{place} has both value and valueFrom; remove one"
        path = variable.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
        if path is not None and not _POD_FIELDS.fullmatch(path):
            yield f"{place}: fieldPath {path!r} is not a field that a variable can hold"


def _ports(ports: list[Mapping[str, Any]], at: str) -> Iterator[str]:
    yield from duplicates(f"{at}: port name", (port["name"] for port in ports if port.get("name")))
    for port in ports:
        yield from in_range(port, at, "containerPort", least=1, most=65535)
        yield from in_range(port, at, "hostPort", most=65535)
        yield from one_of(port, at, protocol=PROTOCOLS)
        if port.get("name"):
            yield from checked(port_name, port["name"], at)


def resource_name(name: str) -> str:
    """Return the name of a resource that a container may request.

    Raises:
        ValueError: neither Kubernetes nor a device can have a resource of this name.

    """
    if name in _OWN_RESOURCES or "/" in name or name.startswith("hugepages-"):
        return name
    raise ValueError(
        f"{name!r} is not a resource of Kubernetes: write {', '.join(_OWN_RESOURCES)}, hugepages-SIZE, or a device with"
        " its domain, as in 'nvidia.com/gpu'"
    )


def _resources(resources: Mapping[str, Any], at: str, *, as_chart: bool) -> Iterator[str]:
    requests, limits = resources.get("requests", {}), resources.get("limits", {})
    for name in dict.fromkeys((*requests, *limits)):
        if not as_chart:
            yield from checked(resource_name, name, at)
        amounts = [amount_of(str(each[name])) for each in (requests, limits) if name in each]
        if len(amounts) == 2 and amounts[0] > amounts[1]:
            yield f"{at} requests {requests[name]!r} of {name}, more than its limit {limits[name]!r}"
        # A node can neither share nor overcommit devices and huge pages.
        is_device = "/" in name and not name.startswith("kubernetes.io/")
        if is_device and any(amount % 1 for amount in amounts):
            yield f"{at}: {name} must be a whole number"
        if is_device or name.startswith("hugepages-"):
            if name not in limits:
                yield f"{at}: {name} needs a limit, equal to its request"
            elif len({*amounts}) > 1:
                yield f"{at}: the request of {name} must equal its limit {limits[name]!r}"


def _probes(container: Mapping[str, Any], at: str) -> Iterator[str]:
    seconds = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds")
    for field in _PROBES:
        if field in container:
            probe, place = container[field], f"{at}: {field}"
            yield from exactly_one(probe, place, *_PROBE_HANDLERS)
            if field != "readinessProbe" and (probe.get("successThreshold") or 1) != 1:
                yield f"{place}: successThreshold must be 1, got {probe['successThreshold']}"
            yield from in_range(probe, place, *seconds, "successThreshold", "failureThreshold")


def _lifecycle(lifecycle: Mapping[str, Any], at: str, grace_s: int) -> Iterator[str]:
    for field in ("postStart", "preStop"):
        if field in lifecycle:
            hook, place = lifecycle[field], f"{at}: lifecycle.{field}"
            yield from exactly_one(hook, place, *_HOOK_HANDLERS)
            seconds = hook.get("sleep", {}).get("seconds", 0)
            if not 0 <= seconds <= grace_s:
                yield (
                    f"{place} sleeps {seconds} seconds, but the pod has {grace_s} to stop; shorten it, or set a longer"
                    " terminationGracePeriodSeconds"
                )


def security_context(context: Mapping[str, Any], at: str) -> Iterator[str]:
    """Yield the problems of the security context of a pod or a container."""
    place = f"{at}: securityContext"
    yield from in_range(context, place, "runAsUser", "runAsGroup", "fsGroup", most=_LARGEST_ID)
    for group in context.get("supplementalGroups", []):
        yield from in_range({"supplementalGroups": group}, place, "supplementalGroups", most=_LARGEST_ID)
    yield from one_of(
        context, place, fsGroupChangePolicy=("Always", "OnRootMismatch"), procMount=("Default", "Unmasked")
    )
    for field in ("appArmorProfile", "seccompProfile"):
        profile = context.get(field, {})
        yield from one_of(profile, f"{place}: {field}", type=("Localhost", "RuntimeDefault", "Unconfined"))
        if profile and (profile.get("type") == "Localhost") != bool(profile.get("localhostProfile")):
            yield f"{place}: {field}: type Localhost and localhostProfile go together; write both or neither"
    sysctls = [each["name"] for each in context.get("sysctls", [])]
    yield from duplicates(f"{place}: sysctls", sysctls)
    for name in sysctls:
        if not _SYSCTL.fullmatch(name):
            yield f"{place}: sysctls: {name!r} is not the name of a sysctl, as in 'net.core.somaxconn'"


def relative(path: str, at: str) -> Iterator[str]:
    """Yield a problem if a path is absolute or leaves its folder."""
    if path.startswith("/") or ".." in path.split("/"):
        yield f"{at} must be relative and without '..', got {path!r}"
