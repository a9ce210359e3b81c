"""Rules of the API server for pods and Services that the types of fields do not express.

Source: `ValidatePodSpec` in https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hexa_notebooks.kubernetes.schema import mistyped
from hexa_notebooks.kubernetes.validation import checked, duplicates, exactly_one, in_range, one_of, without_nulls
from hexa_notebooks.model.field_types import dns_label, dns_name, ip_address, label_value
from hexa_notebooks.pods.container_validation import (
    PROTOCOLS,
    PULL_POLICIES,
    refused_container,
    relative,
    security_context,
)

_QUALIFIED = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?")
"""A port name of any length: values that the Helm chart tests itself with have long ones."""
_MOST_NAMESERVERS = 3
_SHORTEST_TOKEN_S = 600
_HOST_PATHS = ("BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")


def refused(pod: Mapping[str, Any], *, as_chart: bool = False) -> Iterator[str]:
    """Yield the problems of a pod spec, each with its place.

    `as_chart` allows absolute subPaths, and any names of containers and resources: values that the Helm chart tests
    itself with have these.
    """
    wrong = [*mistyped("PodSpec", pod)]
    if wrong:
        yield from wrong
        return
    pod = without_nulls(pod)
    yield from conflicts(pod)
    yield from _names_and_addresses(pod)
    yield from _security(pod)
    yield from _scheduling(pod)
    if pod.get("terminationGracePeriodSeconds", 0) < 0:
        yield f"terminationGracePeriodSeconds must not be negative, got {pod['terminationGracePeriodSeconds']}"
    for gate in pod.get("readinessGates", []):
        if not _QUALIFIED.fullmatch(gate["conditionType"]):
            yield f"readinessGates: {gate['conditionType']!r} is not the name of a condition, as in 'example.org/ready'"
    for claim in pod.get("resourceClaims", []):
        at = f"resourceClaims: {claim['name']!r}"
        yield from exactly_one(claim, at, "resourceClaimName", "resourceClaimTemplateName")
    for volume in pod.get("volumes", []):
        yield from _volume(volume)
    for container in [*pod.get("initContainers", []), *pod["containers"]]:
        yield from refused_container(container, pod, as_chart=as_chart)
    host_ports = [
        (port.get("hostPort") or port["containerPort"], port.get("protocol", "TCP"), port.get("hostIP", ""))
        for container in pod["containers"]
        for port in container.get("ports", [])
        if port.get("hostPort") or pod.get("hostNetwork")
    ]
    yield from duplicates("containers: hostPort", host_ports)


def conflicts(pod: Mapping[str, Any]) -> Iterator[str]:
    """Yield duplicates in a pod spec, and mounts of volumes that it does not have.

    Nothing has checked the types of a user's pod, so names that are not strings are ignored.
    """
    volumes = _texts(pod.get("volumes", []), "name")
    containers = [*pod.get("initContainers", []), *pod["containers"]]
    yield from duplicates("volumes", volumes)
    yield from duplicates("containers", _texts(containers, "name"))
    for container in containers:
        at = f"container {container.get('name')!r}"
        mounts = container.get("volumeMounts") or []
        yield from duplicates(f"{at}: mountPath", _texts(mounts, "mountPath"))
        for mount in mounts:
            if isinstance(mount.get("name"), str) and mount["name"] not in volumes:
                yield (
                    f"{at}: mountPath {mount.get('mountPath')!r} needs the volume {mount.get('name')!r}, which the pod"
                    " does not have; add it"
                )


def _texts(items: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    return [item[key] for item in items if isinstance(item.get(key), str)]


def _names_and_addresses(pod: Mapping[str, Any]) -> Iterator[str]:
    servers = pod.get("dnsConfig", {}).get("nameservers", [])
    if pod.get("dnsPolicy") == "None" and not servers:
        yield "dnsPolicy: None needs dnsConfig with nameservers"
    if len(servers) > _MOST_NAMESERVERS:
        yield f"dnsConfig: at most {_MOST_NAMESERVERS} nameservers, got {len(servers)}"
    for address in servers:
        yield from checked(ip_address, address, "dnsConfig: nameservers")
    for alias in pod.get("hostAliases", []):
        yield from checked(ip_address, alias.get("ip", ""), "hostAliases: ip")
    for check, fields in (
        (dns_label, ("hostname", "subdomain")),
        (dns_name, ("nodeName", "priorityClassName", "runtimeClassName")),
    ):
        for field in fields:
            if pod.get(field):
                yield from checked(check, pod[field], field)
    yield from one_of(
        pod,
        "pod",
        dnsPolicy=("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        preemptionPolicy=("PreemptLowerPriority", "Never"),
    )
    yield from one_of(pod.get("os", {}), "os", name=("linux",))


def _security(pod: Mapping[str, Any]) -> Iterator[str]:
    if pod.get("shareProcessNamespace") and pod.get("hostPID"):
        yield "shareProcessNamespace and hostPID cannot both be true; remove one"
    if pod.get("hostUsers") is False:
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.get(field):
                yield f"{field} is not allowed with hostUsers: false; remove one"
    yield from security_context(pod.get("securityContext", {}), "pod")


def _scheduling(pod: Mapping[str, Any]) -> Iterator[str]:
    for toleration in pod.get("tolerations", []):
        yield from _toleration(toleration)
    for key, value in pod.get("nodeSelector", {}).items():
        yield from checked(label_value, value, f"nodeSelector: {key}")
    yield from duplicates("schedulingGates", (gate["name"] for gate in pod.get("schedulingGates", [])))
    spreads, at = pod.get("topologySpreadConstraints", []), "topologySpreadConstraints"
    yield from duplicates(at, ((spread["topologyKey"], spread["whenUnsatisfiable"]) for spread in spreads))
    for spread in spreads:
        yield from one_of(spread, at, whenUnsatisfiable=("DoNotSchedule", "ScheduleAnyway"))
        yield from in_range(spread, at, "maxSkew", least=1)


def _toleration(toleration: Mapping[str, Any]) -> Iterator[str]:
    at = f"toleration of {toleration.get('key', '')!r}"
    yield from one_of(
        toleration, at, operator=("Exists", "Equal"), effect=("NoSchedule", "PreferNoSchedule", "NoExecute")
    )
    operator = toleration.get("operator") or "Equal"
    if operator == "Exists" and toleration.get("value"):
        yield f"{at}: the operator Exists takes no value; remove it"
    if operator == "Equal":
        yield from checked(label_value, toleration.get("value", ""), at)
        if not toleration.get("key"):
            yield f"{at}: without a key the operator must be Exists"
    if "tolerationSeconds" in toleration and toleration.get("effect") != "NoExecute":
        yield f"{at}: tolerationSeconds needs the effect NoExecute"


def _volume(volume: Mapping[str, Any]) -> Iterator[str]:
    at = f"volume {volume['name']!r}"
    yield from checked(dns_label, volume["name"], at)
    sources = [key for key in volume if key != "name"]
    if len(sources) > 1:
        yield f"{at} has more than one source: {', '.join(sources)}; keep one"
    for field, name in (("configMap", "name"), ("secret", "secretName"), ("persistentVolumeClaim", "claimName")):
        if field in volume and not volume[field].get(name):
            yield f"{at}: {field}: {name} is missing"
    for field in ("configMap", "secret", "projected", "downwardAPI"):
        source = volume.get(field, {})
        for part, name in ((source, "defaultMode"), *((item, "mode") for item in source.get("items", []))):
            if name in part and not 0 <= part[name] <= 0o777:
                yield f"{at}: {field}: {name} must be from 0 to 0o777, which is 511, got {part[name]}"
    for field in ("configMap", "secret"):
        for item in volume.get(field, {}).get("items", []):
            yield from relative(item["path"], f"{at}: path")
    host_path = volume.get("hostPath", {})
    if ".." in host_path.get("path", "").split("/"):
        yield f"{at}: hostPath must not contain '..', got {host_path['path']!r}"
    yield from one_of(host_path, f"{at}: hostPath", type=_HOST_PATHS)
    if "nfs" in volume and not volume["nfs"]["path"].startswith("/"):
        yield f"{at}: nfs: path must begin with '/', got {volume['nfs']['path']!r}"
    yield from one_of(volume.get("image", {}), f"{at}: image", pullPolicy=PULL_POLICIES)
    for source in volume.get("projected", {}).get("sources", []):
        token = source.get("serviceAccountToken", {})
        yield from in_range(token, f"{at}: projected", "expirationSeconds", least=_SHORTEST_TOKEN_S)
    if template := volume.get("ephemeral", {}).get("volumeClaimTemplate"):
        if not template["spec"].get("accessModes"):
            yield f"{at}: ephemeral: accessModes are missing, as in ['ReadWriteOnce']"
        if not template["spec"].get("resources", {}).get("requests", {}).get("storage"):
            yield f"{at}: ephemeral: resources.requests.storage is missing, as in '10Gi'"


def ports(field: str, items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the problems of the ports of a Service."""
    items = list(items)
    wrong = [problem for port in items for problem in mistyped("ServicePort", port, f"{field}: {port.get('name')!r}")]
    if wrong:
        yield from wrong
        return
    items = without_nulls(items)
    yield from duplicates(f"{field}: name", (port.get("name") for port in items))
    for number in ("port", "nodePort"):
        taken = ((port[number], port.get("protocol", "TCP")) for port in items if port.get(number))
        yield from duplicates(f"{field}: {number}", taken)
    for port in items:
        at = f"{field}: port {port.get('name')!r}"
        yield from checked(dns_label, port.get("name", ""), at)
        yield from one_of(port, at, protocol=PROTOCOLS)
        yield from in_range(port, at, "port", least=1, most=65535)
        target, protocol = port.get("targetPort"), port.get("appProtocol")
        if isinstance(target, str) and not _PORT_NAME.fullmatch(target):
            yield f"{at}: targetPort {target!r} is not the name of a port, as in 'http'"
        if protocol and not _QUALIFIED.fullmatch(protocol):
            yield f"{at}: appProtocol {protocol!r} is not the name of a protocol, as in 'http' or 'kubernetes.io/h2c'"
