"""What the API server would refuse in a pod although each field has the right type.

Source: `ValidatePodSpec` in https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hexa_notebooks.kubernetes.schema import mistyped
from hexa_notebooks.kubernetes.validation import (
    checked,
    one_of,
    refused_container,
    refused_service_port,
    refused_spec,
    refused_volume,
)
from hexa_notebooks.model.field_types import amount_of, dns_label, label_value, port_name

_ENV_NAME = re.compile(r"[ -<>-~]+")
_OWN_RESOURCES = ("cpu", "memory", "ephemeral-storage")
"""The resources that Kubernetes knows by itself."""
_ONE_OF: dict[str, tuple[str, ...]] = {
    "imagePullPolicy": ("Always", "IfNotPresent", "Never"),
    "dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "effect": ("NoSchedule", "PreferNoSchedule", "NoExecute"),
    "operator": ("Exists", "Equal"),
    "protocol": ("TCP", "UDP", "SCTP"),
    "whenUnsatisfiable": ("DoNotSchedule", "ScheduleAnyway"),
}


def resource_name(name: str) -> str:
    """Return the name of a resource that a container may ask for.

    Raises:
        ValueError: Kubernetes knows none of that name, nor can a device be called so.

    """
    if name in _OWN_RESOURCES or "/" in name or name.startswith("hugepages-"):
        return name
    raise ValueError(
        f"{name!r} is no resource of Kubernetes; it has {', '.join(_OWN_RESOURCES)} and hugepages-SIZE, and devices"
        " with a domain, as in 'nvidia.com/gpu'"
    )


def refused(pod: Mapping[str, Any], *, as_chart: bool = False) -> Iterator[str]:
    """Yield what is wrong in the spec of a pod, each with its place there.

    With `as_chart` a subPath may be absolute, and containers and resources have any name, as in values that the Helm
    chart tests itself with.
    """
    wrong = [*mistyped("PodSpec", pod)]
    if wrong:
        yield from wrong
        return
    yield from conflicts(pod)
    yield from refused_spec(pod)
    for volume in pod.get("volumes", []):
        yield from _volume(volume, f"volume {volume['name']!r}")
        yield from refused_volume(volume, f"volume {volume['name']!r}")
    for container in [*pod.get("initContainers", []), *pod["containers"]]:
        yield from _container(container, f"container {container['name']!r}", as_chart=as_chart)
        yield from refused_container(container, f"container {container['name']!r}", pod)
    host_ports = [
        (port.get("hostPort") or port["containerPort"], port.get("protocol", "TCP"), port.get("hostIP", ""))
        for container in pod["containers"]
        for port in container.get("ports", [])
        if port.get("hostPort") or pod.get("hostNetwork")
    ]
    yield from twice("containers: hostPort", host_ports)
    for toleration in pod.get("tolerations", []):
        yield from _toleration(toleration)
    for key, value in pod.get("nodeSelector", {}).items():
        yield from checked(label_value, value, f"nodeSelector: {key}")
    for spread in pod.get("topologySpreadConstraints", []):
        yield from _one_of(spread, "topologySpreadConstraints", "whenUnsatisfiable")
        if spread["maxSkew"] < 1:
            yield f"topologySpreadConstraints: maxSkew must be at least 1, got {spread['maxSkew']}"
    yield from _one_of(pod, "pod", "dnsPolicy")
    if pod.get("terminationGracePeriodSeconds", 0) < 0:
        yield f"terminationGracePeriodSeconds must not be negative, got {pod['terminationGracePeriodSeconds']}"


def conflicts(pod: Mapping[str, Any]) -> Iterator[str]:
    """Yield what in the spec of a pod does not go with something else in it."""
    # What is no text is not for here: of users' pods nothing says that it has the right type.
    volumes = _texts(pod.get("volumes", []), "name")
    containers = [*pod.get("initContainers", []), *pod["containers"]]
    yield from twice("volumes", volumes)
    yield from twice("containers", _texts(containers, "name"))
    for container in containers:
        at = f"container {container.get('name')!r}"
        mounts = container.get("volumeMounts") or []
        yield from twice(f"{at}: mountPath", _texts(mounts, "mountPath"))
        for mount in mounts:
            if isinstance(mount.get("name"), str) and mount["name"] not in volumes:
                yield (
                    f"{at}: mountPath {mount.get('mountPath')!r} is of the volume {mount.get('name')!r}, which the pod"
                    " does not have; add it"
                )


def _texts(items: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    return [item[key] for item in items if isinstance(item.get(key), str)]


def twice(field: str, items: Iterable[Any]) -> Iterator[str]:
    """Yield what is there more than once, of a list that must have each once."""
    for item, count in Counter(items).items():
        if count > 1:
            text = " ".join(map(str, filter(None, item))) if isinstance(item, tuple) else item
            yield f"{field}: {text!r} is there twice; choose another"


def ports(field: str, items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong in the ports of a Service."""
    items = list(items)
    wrong = [problem for port in items for problem in mistyped("ServicePort", port, f"{field}: {port.get('name')!r}")]
    if wrong:
        yield from wrong
        return
    yield from twice(f"{field}: name", (port.get("name") for port in items))
    yield from twice(f"{field}: port", ((port["port"], port.get("protocol", "TCP")) for port in items))
    node_ports = ((port["nodePort"], port.get("protocol", "TCP")) for port in items if port.get("nodePort"))
    yield from twice(f"{field}: nodePort", node_ports)
    for port in items:
        at = f"{field}: port {port.get('name')!r}"
        yield from checked(dns_label, port.get("name") or "", at)
        yield from _one_of(port, at, "protocol")
        yield from _port(port["port"], at, "port")
        yield from refused_service_port(port, at)


def _container(container: Mapping[str, Any], at: str, *, as_chart: bool) -> Iterator[str]:
    if not as_chart:
        yield from checked(dns_label, container["name"], at)
    if not container.get("image"):
        yield f"{at}: image is missing"
    yield from _one_of(container, at, "imagePullPolicy")
    for mount in container.get("volumeMounts", []):
        path = mount["mountPath"]
        if not path or ":" in path:
            yield f"{at}: mountPath {path!r} must have a text without ':'"
        if mount.get("subPath") and mount.get("subPathExpr"):
            yield f"{at}: mountPath {path!r} has both subPath and subPathExpr; remove one"
        for field in ("subPath", "subPathExpr"):
            sub_path = mount.get(field, "")
            yield from _relative(sub_path.lstrip("/") if as_chart else sub_path, f"{at}: {field}")
    for variable in container.get("env", []):
        if not _ENV_NAME.fullmatch(variable["name"]):
            yield f"{at}: env: {variable['name']!r} is no name of a variable (letters, digits, '_', '-' and '.')"
        if variable.get("value") and variable.get("valueFrom"):
            yield f"{at}: env: {variable['name']!r} has both value and valueFrom; remove one"
    listed = container.get("ports", [])
    yield from twice(f"{at}: name of a port", (port["name"] for port in listed if port.get("name")))
    for port in listed:
        yield from _port(port["containerPort"], at, "containerPort")
        if "hostPort" in port:
            yield from _port(port["hostPort"], at, "hostPort", least=0)
        yield from _one_of(port, at, "protocol")
        if port.get("name"):
            yield from checked(port_name, port["name"], at)
    yield from _resources(container.get("resources", {}), at, as_chart=as_chart)


def _resources(resources: Mapping[str, Any], at: str, *, as_chart: bool) -> Iterator[str]:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name in dict.fromkeys((*requests, *limits)):
        if not as_chart:
            yield from checked(resource_name, name, at)
    for name, request in requests.items():
        if name in limits and amount_of(str(request)) > amount_of(str(limits[name])):
            yield f"{at}: it requests {request!r} of {name}, more than its limit {limits[name]!r}"


def _volume(volume: Mapping[str, Any], at: str) -> Iterator[str]:
    yield from checked(dns_label, volume["name"], at)
    sources = [key for key in volume if key != "name" and volume[key] is not None]
    if len(sources) > 1:
        yield f"{at} has more than one source: {', '.join(sources)}; leave one"
    if volume.get("hostPath") and ".." in volume["hostPath"]["path"].split("/"):
        yield f"{at}: hostPath must not contain '..', got {volume['hostPath']['path']!r}"
    for source in ("configMap", "secret"):
        for item in (volume.get(source) or {}).get("items") or []:
            yield from _relative(item["path"], f"{at}: path")
    claim = (volume.get("persistentVolumeClaim") or {"claimName": "any"})["claimName"]
    if not claim:
        yield f"{at}: claimName is missing"


def _toleration(toleration: Mapping[str, Any]) -> Iterator[str]:
    at = f"toleration of {toleration.get('key', '')!r}"
    yield from _one_of(toleration, at, "operator", "effect")
    operator = toleration.get("operator") or "Equal"
    if operator == "Exists" and toleration.get("value"):
        yield f"{at}: the operator Exists takes no value; remove it"
    if operator == "Equal":
        yield from checked(label_value, toleration.get("value", ""), at)
        if not toleration.get("key"):
            yield f"{at}: without a key the operator must be Exists"
    if toleration.get("tolerationSeconds") is not None and toleration.get("effect") != "NoExecute":
        yield f"{at}: tolerationSeconds needs the effect NoExecute"


def _port(number: int, at: str, field: str, *, least: int = 1) -> Iterator[str]:
    if not least <= number <= 65535:
        yield f"{at}: {field} must be from 1 to 65535, got {number}"


def _relative(path: str, at: str) -> Iterator[str]:
    if path.startswith("/") or ".." in path.split("/"):
        yield f"{at} must be relative and without '..', got {path!r}"


def _one_of(value: Mapping[str, Any], at: str, *fields: str) -> Iterator[str]:
    yield from one_of(value, at, **{field: _ONE_OF[field] for field in fields})
