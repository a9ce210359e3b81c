"""The types of the fields that later code reads, so that an invalid manifest is reported with the field."""

from typing import Any


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A name has one type in all kinds that are read, except `resources`, so the path to a field does not matter.
_MAPPINGS = _names("""
    annotations appArmorProfile capabilities configMap configMapKeyRef configMapRef data downwardAPI fieldRef
    httpGet hostPath ipBlock jobTemplate labels limits livenessProbe matchLabels metadata namespaceSelector
    persistentVolumeClaim podSelector projected readinessProbe requests roleRef rollingUpdate seccompProfile
    secret secretKeyRef secretRef securityContext selector spec startupProbe strategy template updateStrategy
    valueFrom
""")
_OBJECTS = _names("""
    containers egress env envFrom ephemeralContainers from imagePullSecrets ingress initContainers
    matchExpressions ownerReferences ports rules sources subjects tls to tolerations volumeClaimTemplates
    volumeMounts volumes
""")
_TEXTS = _names("""
    add apiGroups args command drop except nonResourceURLs policyTypes resourceNames values verbs
""")
_SCALARS = _names("""
    cidr claimName containerPort endPort hostPort key kind mountPath name namespace operator port protocol
    replicas secretName subPath type
""")
_FLAT = ("annotations", "labels", "matchLabels")
_REQUIRED = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ipBlock": ("cidr",),
    "roleRef": ("kind", "name"),
    "subjects": ("kind", "name"),
    "volumeClaimTemplates": ("metadata", "spec"),
    "volumes": ("name",),
}
_POD_KINDS = ("DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet")
_READ = {*_POD_KINDS} | _names("""
    ClusterRole ClusterRoleBinding ConfigMap CronJob Ingress Namespace NetworkPolicy PersistentVolumeClaim Pod
    PodDisruptionBudget Role RoleBinding Service ServiceAccount
""")
"""Kinds whose fields are read. Of other kinds, only the metadata is."""


def wrong_shape(body: dict[str, Any]) -> str | None:
    """Return the first field of an object with a wrong type, in words; None if all are right."""
    kind = body["kind"]
    wrong = _wrong({"metadata": body["metadata"]}, "")
    if wrong or kind not in _READ:
        return wrong
    read = {key: value for key, value in body.items() if key != "metadata"}
    if kind == "Ingress":
        # Only `tls` is read. Other fields of an Ingress have the names of fields above, with other types.
        spec = body.get("spec", {})
        read = {"tls": spec.get("tls", [])} if isinstance(spec, dict) else {"spec": spec}
    return _wrong(read, "") or _lacking(body)


def _wrong(fields: dict[str, Any], path: str) -> str | None:
    for name, value in fields.items():
        where = f"{path}.{name}" if path else name
        if (name in _MAPPINGS or (name == "resources" and not _is_rule(path))) and not isinstance(value, dict):
            return f"{where} is not a mapping"
        if name in _OBJECTS and not (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
            return f"{where} is not a list of mappings"
        if name in _TEXTS and not (
            isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)
        ):
            return f"{where} is not a list of strings"
        if name in _SCALARS and isinstance(value, dict | list):
            return f"{where} is not a string or number"
        if name in _FLAT and any(isinstance(item, dict | list) for item in value.values()):
            return f"{where} has a value that is not a string"
        items = (
            value if name in _OBJECTS else [value] if isinstance(value, dict) and name not in (*_FLAT, "data") else []
        )
        for index, item in enumerate(items):
            place = f"{where}[{index}]" if name in _OBJECTS else where
            lacking = [key for key in _REQUIRED.get(name, ()) if key not in item]
            if lacking:
                return f"{place} has no {lacking[0]}"
            if wrong := _wrong(item, place):
                return wrong
    return None


def _is_rule(path: str) -> bool:
    """Return whether this is a rule of a role, whose `resources` are names and not amounts."""
    return path.startswith("rules[")


def _lacking(body: dict[str, Any]) -> str | None:
    """Return a required field that is missing, in words."""
    match body["kind"]:
        case "Pod":
            path = ["spec", "containers"]
        case "CronJob":
            path = ["spec", "jobTemplate", "spec", "template", "spec", "containers"]
        case kind if kind in _POD_KINDS:
            path = ["spec", "template", "spec", "containers"]
        case "RoleBinding" | "ClusterRoleBinding":
            path = ["roleRef"]
        case "Service" if any("port" not in port for port in body.get("spec", {}).get("ports", [])):
            return "spec.ports has an item without port"
        case "Role" | "ClusterRole" if not all(
            _is_names(words) for rule in body.get("rules", []) for words in rule.values()
        ):
            return "rules has a field that is not a list of strings"
        case _:
            return None
    found: Any = body
    for index, name in enumerate(path):
        if name not in found:
            return f"has no {'.'.join(path[: index + 1])}"
        found = found[name]
    return None


def _is_names(words: Any) -> bool:
    return isinstance(words, list) and all(isinstance(word, str) for word in words)
