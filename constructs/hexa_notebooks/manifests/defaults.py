"""Fields that an API server adds to objects: bookkeeping, and defaults.

Defaults are removed rather than added, so that a manifest compares with one that leaves them out. Source: the
`SetDefaults_*` functions in `pkg/apis/*/*/defaults.go` of Kubernetes.
"""

from collections.abc import Callable
from typing import Any

Object = dict[str, Any]

_BOOKKEEPING = (
    *("creationTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields"),
    *("namespace", "resourceVersion", "selfLink", "uid"),
)
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""A copy of the whole manifest, even of the values of a Secret."""
_ANNOTATIONS = (
    "autopilot.gke.io/",
    "cloud.google.com/neg-status",
    "deployment.kubernetes.io/",
    "deprecated.daemonset.template.generation",
    "ingress.kubernetes.io/",
    "kubectl.kubernetes.io/restartedAt",
    "meta.helm.sh/",
    "pv.kubernetes.io/",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/",
)
"""Prefixes of annotations that controllers, kubectl and Helm write. Some controllers also act on them, so they count
if the other manifest has them."""
_GROUPS = (
    *("", "apps", "batch", "gateway.networking.k8s.io", "networking.k8s.io", "policy"),
    *("rbac.authorization.k8s.io", "scheduling.k8s.io", "storage.k8s.io"),
)
"""API groups of the kinds below. A custom resource can have a kind of the same name and other defaults."""

_POD: Object = {
    "dnsPolicy": "ClusterFirst",
    "enableServiceLinks": True,
    "hostIPC": False,
    "hostNetwork": False,
    "hostPID": False,
    "preemptionPolicy": "PreemptLowerPriority",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "serviceAccountName": "default",
    "terminationGracePeriodSeconds": 30,
}
_CONTAINER: Object = {
    "stdin": False,
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "tty": False,
}
_PROBE: Object = {
    **{"failureThreshold": 3, "successThreshold": 1},
    **{"initialDelaySeconds": 0, "periodSeconds": 10, "timeoutSeconds": 1},
}
_ROLLING: dict[str, Object] = {
    "Deployment": {"maxSurge": "25%", "maxUnavailable": "25%"},
    "DaemonSet": {"maxSurge": 0, "maxUnavailable": 1},
    "StatefulSet": {"partition": 0, "maxUnavailable": 1},
}
_MODE: Object = {"defaultMode": 0o644}
_VOLUMES = {"configMap": _MODE, "downwardAPI": _MODE, "hostPath": {"type": ""}, "projected": _MODE, "secret": _MODE}
_SPEC: dict[str, Object] = {
    "Deployment": {"progressDeadlineSeconds": 600, "replicas": 1, "revisionHistoryLimit": 10, "minReadySeconds": 0},
    "StatefulSet": {
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "podManagementPolicy": "OrderedReady",
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "minReadySeconds": 0,
        "serviceName": "",
    },
    "DaemonSet": {"revisionHistoryLimit": 10, "minReadySeconds": 0},
    "Job": {
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "completions": 1,
        "manualSelector": False,
        "parallelism": 1,
        "podReplacementPolicy": "TerminatingOrFailed",
        "suspend": False,
    },
    "Namespace": {"finalizers": ["kubernetes"]},
    "PersistentVolumeClaim": {"volumeMode": "Filesystem"},
    "Service": {
        "allocateLoadBalancerNodePorts": True,
        "externalTrafficPolicy": "Cluster",
        "internalTrafficPolicy": "Cluster",
        "ipFamilyPolicy": "SingleStack",
        "publishNotReadyAddresses": False,
        "sessionAffinity": "None",
        "type": "ClusterIP",
    },
}
_TOP: dict[str, Object] = {
    "ConfigMap": {"immutable": False},
    "PriorityClass": {"globalDefault": False, "preemptionPolicy": "PreemptLowerPriority"},
    "Secret": {"immutable": False, "type": "Opaque"},
    "StorageClass": {"allowVolumeExpansion": False, "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
}
_EMPTY = ("binaryData", "data", "imagePullSecrets", "rules", "secrets", "spec", "subjects")
_JOB_LABELS = ("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name")


def without_defaults(body: Object) -> Object:
    """Return a copy of an object without the fields that an API server would add."""
    kind = body["kind"] if body["apiVersion"].rpartition("/")[0] in _GROUPS else ""
    spec = _without_empty_terms(body.get("spec"))
    body = {key: value for key, value in body.items() if key != "status"}
    body["metadata"] = _metadata(body["metadata"])
    if isinstance(spec, dict):
        spec = _without(spec, _SPEC.get(kind, {}))
        body["spec"] = _spec(kind, spec)
    body = _without(body, _TOP.get(kind, {}))
    # Every API server sets this label on a Namespace.
    if kind == "Namespace":
        labels = _without(body["metadata"].get("labels", {}), {"kubernetes.io/metadata.name": body["metadata"]["name"]})
        body["metadata"] = _put(body["metadata"], "labels", labels)
    if kind in ("Role", "ClusterRole"):
        # The order of verbs, groups and resources has no meaning.
        body["rules"] = [{key: sorted(words) for key, words in rule.items()} for rule in body.get("rules", [])]
    if kind in ("RoleBinding", "ClusterRoleBinding"):
        body["roleRef"] = _without(body["roleRef"], {"apiGroup": "rbac.authorization.k8s.io"})
        body["subjects"] = [
            _without(subject, {"apiGroup": "" if subject["kind"] == "ServiceAccount" else "rbac.authorization.k8s.io"})
            for subject in body.get("subjects", [])
        ]
    return {key: value for key, value in body.items() if value not in ({}, []) or key not in _EMPTY}


def without_notes(body: Object, other: Object) -> Object:
    """Return a live object without the annotations of controllers that the other manifest does not have."""
    body = {**body, "metadata": _without_notes(body["metadata"], other["metadata"])}
    template, others = (each["spec"]["template"] if _has_template(each) else {} for each in (body, other))
    if template and others:
        metadata = _without_notes(template["metadata"], others["metadata"])
        body["spec"] = {**body["spec"], "template": {**template, "metadata": metadata}}
    return body


def _has_template(body: Object) -> bool:
    spec = body.get("spec")
    template = spec.get("template") if isinstance(spec, dict) else None
    return isinstance(template, dict) and isinstance(template.get("metadata"), dict)


def _without_notes(metadata: Object, other: Object) -> Object:
    own, others = (each.get("annotations", {}) for each in (metadata, other))
    notes = {key for key in own if key.startswith(_ANNOTATIONS) and key not in others}
    return _put(metadata, "annotations", _without_keys(own, notes))


def _without_keys(fields: Object, keys: set[str]) -> Object:
    return {key: value for key, value in fields.items() if key not in keys}


def _without_empty_terms(value: Any) -> Any:
    """Remove empty terms of selectors, at any depth."""
    if isinstance(value, dict):
        return {
            key: _without_empty_terms(item)
            for key, item in value.items()
            if item or key not in ("matchExpressions", "matchLabels")
        }
    return [_without_empty_terms(item) for item in value] if isinstance(value, list) else value


def _spec(kind: str, spec: Object) -> Object:
    match kind:
        case "Pod":
            return _pod(spec)
        case "Job":
            return _job(spec)
        case "CronJob":
            template = spec["jobTemplate"]
            return {**spec, "jobTemplate": {**template, "spec": _job(_without(template["spec"], _SPEC["Job"]))}}
        case "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet":
            return _rollout(kind, {**spec, "template": _template(spec["template"])})
        case "Service":
            return _each(spec, "ports", lambda port: _without(port, {"protocol": "TCP", "targetPort": port["port"]}))
        case "NetworkPolicy":
            return _network_policy(spec)
        case "HTTPRoute":
            return _http_route(spec)
    return spec


def _rollout(kind: str, spec: Object) -> Object:
    """Remove a rolling update with the default values."""
    if kind == "StatefulSet":
        spec = _each(spec, "volumeClaimTemplates", _claim)
    field = "strategy" if kind == "Deployment" else "updateStrategy"
    strategy = _without(spec.get(field, {}), {"type": "RollingUpdate"})
    strategy = _put(strategy, "rollingUpdate", _without(strategy.get("rollingUpdate", {}), _ROLLING.get(kind, {})))
    return _put(spec, field, strategy)


def _claim(claim: Object) -> Object:
    spec = _without(claim["spec"], _SPEC["PersistentVolumeClaim"])
    return {"metadata": _metadata(claim["metadata"]), "spec": spec}


def _job(spec: Object) -> Object:
    """Remove the labels and the selector that the Job controller generates, too."""
    template = _template(spec["template"])
    labels = {key: value for key, value in template["metadata"].get("labels", {}).items() if key not in _JOB_LABELS}
    spec = {**spec, "template": {**template, "metadata": _put(template["metadata"], "labels", labels)}}
    selector = spec.get("selector", {}).get("matchLabels", {})
    return {key: value for key, value in spec.items() if key != "selector" or not set(selector) <= set(_JOB_LABELS)}


def _template(template: Object) -> Object:
    return {"metadata": _metadata(template.get("metadata", {})), "spec": _pod(template["spec"])}


def _pod(spec: Object) -> Object:
    # `serviceAccount` is the deprecated alias, which the API server keeps equal.
    spec = _without(spec, {"serviceAccount": spec.get("serviceAccountName")})
    spec = _without(spec, _POD)
    for field in ("containers", "initContainers", "ephemeralContainers"):
        spec = _each(spec, field, _container)
    spec = _each(spec, "volumes", _volume)
    return {key: value for key, value in spec.items() if value not in ({}, [], "")}


def _container(container: Object) -> Object:
    container = _without(container, _CONTAINER)
    image = str(container.get("image", ""))
    tag = image.rpartition("/")[2].partition("@")[0].partition(":")[2]
    latest = "@" not in image and tag in ("", "latest")
    container = _without(container, {"imagePullPolicy": "Always" if latest else "IfNotPresent"})
    container = _each(container, "ports", _port)
    container = _each(container, "volumeMounts", lambda mount: _without(mount, {"readOnly": False, "subPath": ""}))
    container = _each(container, "env", _variable)
    for field in ("livenessProbe", "readinessProbe", "startupProbe"):
        if field in container:
            container[field] = _probe(container[field])
    resources = {key: value for key, value in container.get("resources", {}).items() if value}
    container = _put(container, "resources", resources)
    return {key: value for key, value in container.items() if value not in ({}, [], "")}


def _port(port: Object) -> Object:
    return _without(port, {"protocol": "TCP"})


def _variable(variable: Object) -> Object:
    variable = _without(variable, {"value": ""})
    field = variable.get("valueFrom", {}).get("fieldRef")
    if field is not None:
        return {**variable, "valueFrom": {"fieldRef": _without(field, {"apiVersion": "v1"})}}
    return variable


def _probe(probe: Object) -> Object:
    probe = _without(probe, _PROBE)
    if "httpGet" in probe:
        probe["httpGet"] = _without(probe["httpGet"], {"scheme": "HTTP"})
    return probe


def _volume(volume: Object) -> Object:
    return {key: _without(value, _VOLUMES[key]) if key in _VOLUMES else value for key, value in volume.items()}


def _network_policy(spec: Object) -> Object:
    types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
    spec = {**spec, "policyTypes": sorted(types)}
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        # An empty list of peers allows all peers, as no list does.
        rules = [_each(_put(rule, peers, rule.get(peers)), "ports", _port) for rule in spec.get(direction, [])]
        spec = _put(spec, direction, rules)
    return spec


def _http_route(spec: Object) -> Object:
    gateway = {"group": "gateway.networking.k8s.io", "kind": "Gateway"}
    spec = _each(spec, "parentRefs", lambda parent: _without(parent, gateway))
    return _each(spec, "rules", _route_rule)


def _route_rule(rule: Object) -> Object:
    service = {"group": "", "kind": "Service", "weight": 1}
    rule = _each(rule, "backendRefs", lambda backend: _without(backend, service))
    path = {"type": "PathPrefix", "value": "/"}
    matches = [_put(match, "path", _without(match.get("path", {}), path)) for match in rule.get("matches", [])]
    return _put(rule, "matches", [match for match in matches if match])


def _metadata(metadata: Object) -> Object:
    metadata = {key: value for key, value in metadata.items() if key not in _BOOKKEEPING}
    metadata = _put(metadata, "annotations", _without_keys(metadata.get("annotations", {}), {_LAST_APPLIED}))
    return _put(metadata, "labels", metadata.get("labels", {}))


def _without(fields: Object, defaults: Object) -> Object:
    """Remove the fields that have their default value. `False` is not 0 here, though Python has them equal."""
    return {
        key: value
        for key, value in fields.items()
        if key not in defaults or value != defaults[key] or type(value) is not type(defaults[key])
    }


def _put(fields: Object, key: str, value: Any) -> Object:
    """Set a field, or remove it if the value is empty."""
    rest = {name: item for name, item in fields.items() if name != key}
    return {**rest, key: value} if value else rest


def _each(fields: Object, key: str, change: Callable[[Object], Object]) -> Object:
    """Change each item of a list, and remove an empty list."""
    return _put(fields, key, [change(item) for item in fields.get(key, [])])
