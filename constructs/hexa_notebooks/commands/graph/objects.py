"""The objects of an installation as boxes, and their references as arrows."""

import re
from collections.abc import Iterator
from typing import Any

from hexa_notebooks.commands.graph.drawing import Box, Drawing, Form, Group
from hexa_notebooks.manifests.manifest_set import Key, Manifest, ManifestSet
from hexa_notebooks.manifests.selectors import selector, selects
from hexa_notebooks.manifests.workloads import containers, labels, pod_spec, references, template

LEFT_OUT = {
    "BackendConfig": "settings of load balancers",
    "ClusterRole": "roles and their bindings",
    "ClusterRoleBinding": "roles and their bindings",
    "FrontendConfig": "settings of load balancers",
    "GCPBackendPolicy": "settings of load balancers",
    "GCPGatewayPolicy": "settings of load balancers",
    "HealthCheckPolicy": "settings of load balancers",
    "Namespace": "the Namespace, which is the frame",
    "NetworkPolicy": "NetworkPolicies, except the internet access that they leave to users' servers",
    "PodDisruptionBudget": "PodDisruptionBudgets",
    "PriorityClass": "PriorityClasses",
    "Role": "roles and their bindings",
    "RoleBinding": "roles and their bindings",
    "ValidatingAdmissionPolicy": "the hub's admission policy",
    "ValidatingAdmissionPolicyBinding": "the hub's admission policy",
}
"""Kinds that are not drawn, with the words for them in the help."""

_GROUPS = {
    "autohttps": Group.WAY_IN,
    "continuous-image-puller": Group.ROOM,
    "gateway": Group.WAY_IN,
    "httproute": Group.WAY_IN,
    "image-puller": Group.ROOM,
    "ingress": Group.WAY_IN,
    "proxy-public": Group.WAY_IN,
    "singleuser": Group.USERS,
    "user-placeholder": Group.ROOM,
    "user-scheduler": Group.ROOM,
}
"""The group of each label `component`. All others are in the core."""
_FORMS: dict[str, Form] = {
    "ConfigMap": "store",
    "PersistentVolumeClaim": "store",
    "Secret": "store",
    "Service": "service",
}
_CERTIFICATES = "networking.gke.io/managed-certificates"
_GOOGLE_ACCOUNT = "iam.gke.io/gcp-service-account"
_HOST = re.compile(r"https?://([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.[a-z.]+)?)?)?(?=[:/\s\"']|$)")
"""The host of a URL in the cluster's DNS: the name of a Service and, optionally, its namespace."""


def draw_objects(drawing: Drawing, manifests: ManifestSet) -> None:
    """Draw the objects and their references. Objects that are not in the set become dashed boxes."""
    shown = [
        manifests[key] for key in sorted(manifests) if key.kind not in LEFT_OUT and not _only_redirects(manifests[key])
    ]
    # All boxes come first: a reference to an object that has no box yet would draw it as created elsewhere.
    for manifest in shown:
        drawing.add(box_of(manifest))
    for manifest in shown:
        _draw_way_in(drawing, manifest)
        if manifest.key.kind == "Service":
            for workload in selected(manifest, manifests):
                drawing.connect(box_of(manifest), box_of(workload))
        elif template(manifest) is not None:
            _draw_pod(drawing, manifest, manifests)


def component(manifest: Manifest) -> str:
    """Return the label `component` of an object; empty if it has none."""
    return str(manifest.body["metadata"].get("labels", {}).get("component", ""))


def box_of(manifest: Manifest) -> Box:
    """Return the box of an object."""
    key, group = manifest.key, _GROUPS.get(component(manifest), Group.CORE)
    return Box(f"{key.kind} {key.name}", group, _detail(manifest), _FORMS.get(key.kind, "object"))


def elsewhere(kind: str, name: str, group: Group) -> Box:
    """Return the box of an object that may not be in the set."""
    return Box(f"{kind} {name}", group, form=_FORMS.get(kind, "object"), elsewhere=True)


def selected(service: Manifest, manifests: ManifestSet) -> Iterator[Manifest]:
    """Yield the workloads whose pods a Service selects."""
    for key in sorted(manifests):
        if template(manifests[key]) is not None and selects(selector(service), labels(manifests[key])):
            yield manifests[key]


def services(text: str, manifests: ManifestSet) -> Iterator[Manifest]:
    """Yield the Services in the URLs of a text."""
    named = {key.name: manifest for key, manifest in manifests.items() if key.kind == "Service"}
    for name, namespace in dict.fromkeys(_HOST.findall(text)):
        if name in named and namespace in ("", named[name].key.namespace):
            yield named[name]


def programs(pod: dict[str, Any]) -> str:
    """Return the short image names of the containers that run as long as the pod, sidecars included."""
    stays = [*pod.get("containers", []), *(each for each in pod.get("initContainers", []) if "restartPolicy" in each)]
    images = (str(container.get("image", "")).rpartition("/")[2] for container in stays)
    return "\n".join(dict.fromkeys(re.split("[:@]", image)[0] for image in images))


def _detail(manifest: Manifest) -> str:
    body = manifest.body
    spec, annotations = body.get("spec", {}), body["metadata"].get("annotations", {})
    match manifest.key.kind:
        case "Ingress":
            return "\n".join(dict.fromkeys(rule["host"] for rule in spec.get("rules", []) if "host" in rule))
        case "HTTPRoute":
            return "\n".join(spec.get("hostnames", []))
        case "Service":
            ports = ", ".join(str(port.get("port")) for port in spec.get("ports", []))
            return f"{spec.get('type', 'ClusterIP')}, port {ports}"
        case "ServiceAccount":
            return f"as {annotations[_GOOGLE_ACCOUNT]}".replace("@", "\n@") if _GOOGLE_ACCOUNT in annotations else ""
        case "PersistentVolumeClaim":
            return str(spec.get("resources", {}).get("requests", {}).get("storage", ""))
    return programs(pod_spec(manifest))


def _only_redirects(manifest: Manifest) -> bool:
    """Return whether an object is an HTTPRoute that only redirects from http to https."""
    rules = manifest.body.get("spec", {}).get("rules", [])
    return manifest.key.kind == "HTTPRoute" and not any(rule.get("backendRefs") for rule in rules)


def _draw_way_in(drawing: Drawing, manifest: Manifest) -> None:
    own, spec = box_of(manifest), manifest.body.get("spec", {})
    match manifest.key.kind:
        case "Ingress":
            for backend in _backends(spec):
                drawing.connect(own, elsewhere("Service", backend["service"]["name"], Group.WAY_IN))
            names = manifest.body["metadata"].get("annotations", {}).get(_CERTIFICATES, "")
            certificates = [("ManagedCertificate", each.strip()) for each in names.split(",") if each.strip()]
            certificates += [("Secret", tls["secretName"]) for tls in spec.get("tls", []) if "secretName" in tls]
            for kind, name in certificates:
                drawing.connect(own, elsewhere(kind, name, Group.WAY_IN), "certificate", dashed=True)
        case "Gateway":
            for listener in spec.get("listeners", []):
                for each in listener.get("tls", {}).get("certificateRefs", []):
                    certificate = elsewhere(each.get("kind", "Secret"), each["name"], Group.WAY_IN)
                    drawing.connect(own, certificate, "certificate", dashed=True)
        case "HTTPRoute":
            for parent in spec.get("parentRefs", []):
                drawing.connect(elsewhere(parent.get("kind", "Gateway"), parent["name"], Group.WAY_IN), own)
            for rule in spec.get("rules", []):
                for backend in rule.get("backendRefs", []):
                    drawing.connect(own, elsewhere(backend.get("kind", "Service"), backend["name"], Group.WAY_IN))
        case "ExternalSecret":
            name = spec.get("target", {}).get("name", manifest.key.name)
            drawing.connect(own, elsewhere("Secret", name, Group.CORE), "makes", dashed=True)


def _backends(ingress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the backends of an Ingress that are Services."""
    paths = [path for rule in ingress.get("rules", []) for path in rule.get("http", {}).get("paths", [])]
    for backend in [ingress.get("defaultBackend", {}), *(path["backend"] for path in paths)]:
        if "service" in backend:
            yield backend


def _draw_pod(drawing: Drawing, manifest: Manifest, manifests: ManifestSet) -> None:
    own, spec = box_of(manifest), pod_spec(manifest)
    texts = [
        str(text)
        for container in containers(spec)
        for text in [
            *container.get("command", []),
            *container.get("args", []),
            *(variable.get("value", "") for variable in container.get("env", [])),
        ]
    ]
    for kind, name in sorted(references(spec)):
        drawing.connect(own, elsewhere(kind, name, own.group), dashed=True)
        read = manifests.get(Key("", kind, manifest.key.namespace, name)) if kind == "ConfigMap" else None
        texts += [str(text) for text in read.body.get("data", {}).values()] if read else []
    for service in services("\n".join(texts), manifests):
        if manifest not in selected(service, manifests):
            drawing.connect(own, box_of(service))
    if account := spec.get("serviceAccountName"):
        drawing.connect(own, elsewhere("ServiceAccount", account, own.group), dashed=True)
