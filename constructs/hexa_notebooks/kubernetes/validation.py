"""What the API server would refuse in what few operators write: probes, handlers, security contexts, rules.

Source: `ValidatePodSpec` in https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go.
What is given has the right types already; a field that is null counts as one that is not there.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from hexa_notebooks.model.field_types import amount_of, dns_label, dns_name

_QUALIFIED = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_SYSCTL = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?")
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?")
"""Of any length, as in values that the Helm chart tests itself with."""
_LARGEST_ID = 2**31 - 1
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_PROBE_HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")
_HOOK_HANDLERS = ("exec", "httpGet", "sleep", "tcpSocket")
_NAMESERVERS = 3
_GRACE_S = 30
"""Seconds that a pod has to end where `terminationGracePeriodSeconds` says nothing."""
_SHORTEST_TOKEN_S = 600
_OWN_FIELDS = re.compile(
    r"metadata\.(name|namespace|uid)|metadata\.(labels|annotations)\['[^']+'\]"
    r"|spec\.(nodeName|host|serviceAccountName)|status\.(hostIPs?|podIPs?)"
)
_HOST_PATHS = ("BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")


def refused_spec(pod: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong in the fields of the pod itself."""
    dns = pod.get("dnsConfig") or {}
    servers = dns.get("nameservers") or []
    if pod.get("dnsPolicy") == "None" and not servers:
        yield "dnsPolicy: None needs dnsConfig with nameservers"
    if len(servers) > _NAMESERVERS:
        yield f"dnsConfig: at most {_NAMESERVERS} nameservers, got {len(servers)}"
    for field, addresses in (
        ("dnsConfig: nameservers", servers),
        ("hostAliases: ip", (alias.get("ip") or "" for alias in pod.get("hostAliases") or [])),
    ):
        yield from (f"{field}: {address!r} is no IP address" for address in addresses if not _is_address(address))
    for field, check in (
        ("hostname", dns_label),
        ("subdomain", dns_label),
        ("nodeName", dns_name),
        ("priorityClassName", dns_name),
        ("runtimeClassName", dns_name),
    ):
        if pod.get(field):
            yield from checked(check, pod[field], field)
    yield from one_of(pod, "pod", preemptionPolicy=("PreemptLowerPriority", "Never"))
    yield from one_of(pod.get("os") or {}, "os", name=("linux",))
    if pod.get("shareProcessNamespace") and pod.get("hostPID"):
        yield "shareProcessNamespace and hostPID cannot both be true; remove one"
    if pod.get("hostUsers") is False:
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.get(field):
                yield f"{field} does not go with hostUsers: false; remove one"
    spreads = pod.get("topologySpreadConstraints") or []
    yield from _twice(
        "topologySpreadConstraints", (f"{each['topologyKey']} {each['whenUnsatisfiable']}" for each in spreads)
    )
    yield from _twice("schedulingGates", (gate["name"] for gate in pod.get("schedulingGates") or []))
    for gate in pod.get("readinessGates") or []:
        if not _QUALIFIED.fullmatch(gate["conditionType"]):
            yield f"readinessGates: {gate['conditionType']!r} is no name of a condition, as in 'example.org/ready'"
    for claim in pod.get("resourceClaims") or []:
        yield from _exactly_one(
            claim, f"resourceClaims: {claim['name']!r}", ("resourceClaimName", "resourceClaimTemplateName")
        )
    yield from _security_context(pod.get("securityContext") or {}, "pod")


def refused_container(container: Mapping[str, Any], at: str, pod: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong in the probes, handlers, mounts and rights of a container of a pod."""
    for field in _PROBES:
        probe = container.get(field)
        if probe is None:
            continue
        yield from _exactly_one(probe, f"{at}: {field}", _PROBE_HANDLERS)
        if field != "readinessProbe" and (probe.get("successThreshold") or 1) != 1:
            yield f"{at}: {field}: successThreshold must be 1, got {probe['successThreshold']}"
        yield from _numbers(
            probe,
            f"{at}: {field}",
            0,
            "initialDelaySeconds",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold",
        )
    grace = pod.get("terminationGracePeriodSeconds")
    grace = _GRACE_S if grace is None else grace
    for field in ("postStart", "preStop"):
        hook = (container.get("lifecycle") or {}).get(field)
        if hook is None:
            continue
        yield from _exactly_one(hook, f"{at}: lifecycle.{field}", _HOOK_HANDLERS)
        seconds = (hook.get("sleep") or {}).get("seconds", 0)
        if not 0 <= seconds <= grace:
            yield (
                f"{at}: lifecycle.{field}: it sleeps {seconds} seconds, and the pod has {grace} to end; write at most"
                " so many, or a longer terminationGracePeriodSeconds"
            )
    if container in (pod.get("initContainers") or []) and container.get("restartPolicy") != "Always":
        for field in ("lifecycle", *_PROBES):
            if container.get(field):
                yield f"{at}: {field} is for what keeps running; write restartPolicy: Always, or remove it"
    for variable in container.get("env") or []:
        path = ((variable.get("valueFrom") or {}).get("fieldRef") or {}).get("fieldPath")
        if path is not None and not _OWN_FIELDS.fullmatch(path):
            yield f"{at}: env: {variable['name']!r}: fieldPath {path!r} is none that a pod can be told"
    context = container.get("securityContext") or {}
    for mount in container.get("volumeMounts") or []:
        place = f"{at}: mountPath {mount['mountPath']!r}"
        if mount.get("mountPropagation") == "Bidirectional" and not context.get("privileged"):
            yield f"{place}: mountPropagation Bidirectional is for privileged containers only"
        if mount.get("recursiveReadOnly") not in (None, "Disabled") and not mount.get("readOnly"):
            yield f"{place}: recursiveReadOnly needs readOnly: true"
    yield from _devices(container.get("resources") or {}, at)
    yield from _security_context(context, at)
    if context.get("allowPrivilegeEscalation") is False:
        added = (context.get("capabilities") or {}).get("add") or []
        if context.get("privileged") or {"CAP_SYS_ADMIN"} & {*added}:
            yield f"{at}: allowPrivilegeEscalation: false does not go with privileged or CAP_SYS_ADMIN; remove one"
    if context.get("procMount") == "Unmasked" and pod.get("hostUsers") is not False:
        yield f"{at}: procMount Unmasked needs hostUsers: false of the pod"


def refused_volume(volume: Mapping[str, Any], at: str) -> Iterator[str]:
    """Yield what is wrong in the source of a volume."""
    if volume.get("configMap") is not None and not volume["configMap"].get("name"):
        yield f"{at}: configMap: name is missing"
    if volume.get("secret") is not None and not volume["secret"].get("secretName"):
        yield f"{at}: secret: secretName is missing"
    for field in ("configMap", "secret", "projected", "downwardAPI"):
        source = volume.get(field) or {}
        for part, name in ((source, "defaultMode"), *((item, "mode") for item in source.get("items") or [])):
            if part.get(name) is not None and not 0 <= part[name] <= 0o777:
                yield f"{at}: {field}: {name} must be from 0 to 0o777, which is 511, got {part[name]}"
    yield from one_of(volume.get("hostPath") or {}, f"{at}: hostPath", type=_HOST_PATHS)
    if volume.get("nfs") and not volume["nfs"]["path"].startswith("/"):
        yield f"{at}: nfs: path must begin with '/', got {volume['nfs']['path']!r}"
    yield from one_of(volume.get("image") or {}, f"{at}: image", pullPolicy=("Always", "IfNotPresent", "Never"))
    for source in (volume.get("projected") or {}).get("sources") or []:
        seconds = (source.get("serviceAccountToken") or {}).get("expirationSeconds")
        if seconds is not None and seconds < _SHORTEST_TOKEN_S:
            yield f"{at}: projected: a token lives at least {_SHORTEST_TOKEN_S} seconds, got {seconds}"
    template = (volume.get("ephemeral") or {}).get("volumeClaimTemplate")
    if template is not None:
        if not template["spec"].get("accessModes"):
            yield f"{at}: ephemeral: accessModes are missing, as in ['ReadWriteOnce']"
        if not ((template["spec"].get("resources") or {}).get("requests") or {}).get("storage"):
            yield f"{at}: ephemeral: resources.requests.storage is missing, as in '10Gi'"


def refused_service_port(port: Mapping[str, Any], at: str) -> Iterator[str]:
    """Yield what is wrong in where a port of a Service leads."""
    target = port.get("targetPort")
    if isinstance(target, str) and not _PORT_NAME.fullmatch(target):
        yield f"{at}: targetPort {target!r} is no name of a container's port, as in 'http'"
    if port.get("appProtocol") and not _QUALIFIED.fullmatch(port["appProtocol"]):
        yield f"{at}: appProtocol {port['appProtocol']!r} is no name of a protocol, as in 'http' or 'kubernetes.io/h2c'"


def refused_as(kind: str, value: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong in a struct of Kubernetes that a cluster file writes out itself."""
    match kind:
        case "DeploymentStrategy":
            yield from _strategy(value)
        case "PolicyRule":
            yield from _rule(value)


def _strategy(strategy: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong in how a Deployment replaces its pods."""
    rolling = strategy.get("rollingUpdate")
    if strategy.get("type") == "Recreate" and rolling is not None:
        yield "the type Recreate has no rollingUpdate; remove it"
    shares = {
        name: value for name in ("maxSurge", "maxUnavailable") if (value := (rolling or {}).get(name)) is not None
    }
    if {*shares.values()} <= {0, "0%"} and len(shares) == len(("maxSurge", "maxUnavailable")):
        yield "maxSurge and maxUnavailable cannot both be 0, since no pod could be replaced"
    share = re.fullmatch(r"(\d+)%", str(shares.get("maxUnavailable")))
    if share and int(share[1]) > 100:
        yield f"maxUnavailable must be at most 100%, got {share[0]!r}"


def _rule(rule: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong in a rule of a Role."""
    if rule.get("nonResourceURLs"):
        yield "nonResourceURLs are for a ClusterRole, and this is a Role; remove them"
        return
    for field, example in (("verbs", "['get']"), ("apiGroups", "[''] for pods"), ("resources", "['pods']")):
        if not rule.get(field):
            yield f"{field} is missing, as in {example}"


def _devices(resources: Mapping[str, Any], at: str) -> Iterator[str]:
    """Yield what is wrong with resources that a node cannot give out twice."""
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name in dict.fromkeys((*requests, *limits)):
        is_device = "/" in name and not name.startswith("kubernetes.io/")
        if not (is_device or name.startswith("hugepages-")):
            continue
        given = [amount_of(str(each[name])) for each in (requests, limits) if name in each]
        if is_device and any(amount % 1 for amount in given):
            yield f"{at}: {name} is given out in whole numbers only"
        if name not in limits:
            yield f"{at}: {name} needs a limit, the same as what is requested"
        elif len({*given}) > 1:
            yield f"{at}: the request of {name} must be the same as its limit {limits[name]!r}"


def _security_context(context: Mapping[str, Any], at: str) -> Iterator[str]:
    place = f"{at}: securityContext"
    yield from _numbers(context, place, 0, "runAsUser", "runAsGroup", "fsGroup", most=_LARGEST_ID)
    for group in context.get("supplementalGroups") or []:
        yield from _numbers({"supplementalGroups": group}, place, 0, "supplementalGroups", most=_LARGEST_ID)
    yield from one_of(
        context, place, fsGroupChangePolicy=("Always", "OnRootMismatch"), procMount=("Default", "Unmasked")
    )
    for field in ("appArmorProfile", "seccompProfile"):
        profile = context.get(field) or {}
        yield from one_of(profile, f"{place}: {field}", type=("Localhost", "RuntimeDefault", "Unconfined"))
        if profile and (profile.get("type") == "Localhost") != bool(profile.get("localhostProfile")):
            yield f"{place}: {field}: the type Localhost and localhostProfile go together; write both or neither"
    sysctls = [each["name"] for each in context.get("sysctls") or []]
    yield from _twice(f"{place}: sysctls", sysctls)
    for name in sysctls:
        if not _SYSCTL.fullmatch(name):
            yield f"{place}: sysctls: {name!r} is no name of a sysctl, as in 'net.core.somaxconn'"


def _exactly_one(value: Mapping[str, Any], at: str, fields: tuple[str, ...]) -> Iterator[str]:
    given = [field for field in fields if value.get(field) is not None]
    if len(given) != 1:
        yield f"{at} has {' and '.join(given) or 'nothing to do'}; write one of {', '.join(fields)}"


def _numbers(value: Mapping[str, Any], at: str, least: int, *fields: str, most: int | None = None) -> Iterator[str]:
    for field in fields:
        number = value.get(field)
        if number is not None and (number < least or (most is not None and number > most)):
            yield f"{at}: {field} must be at least {least}{f' and at most {most}' if most else ''}, got {number}"


def one_of(value: Mapping[str, Any], at: str, **allowed: tuple[str, ...]) -> Iterator[str]:
    """Yield which fields are none of the words that each may be."""
    for field, words in allowed.items():
        if value.get(field) and value[field] not in words:
            yield f"{at}: {field} must be one of {', '.join(words)}, got {value[field]!r}"


def _twice(field: str, items: Iterable[str]) -> Iterator[str]:
    yield from (f"{field}: {item!r} is there twice; leave one" for item, count in Counter(items).items() if count > 1)


def checked(check: Callable[[str], str], value: str, at: str) -> Iterator[str]:
    """Yield what a check says of a text, with its place."""
    try:
        check(value)
    except ValueError as error:
        yield f"{at}: {error}"


def _is_address(text: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(text))
    return False
