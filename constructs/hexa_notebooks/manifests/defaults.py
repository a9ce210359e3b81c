"""What an API server adds to the objects that it stores: bookkeeping, and the defaults of fields left out."""

from typing import Any

Object = dict[str, Any]

_BOOKKEEPING: tuple[str, ...] = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "managedFields",
    "namespace",
)
_BOOKKEEPING += ("resourceVersion", "selfLink", "uid")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""A copy of all the rest, and of a Secret's values too."""
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
"""What controllers, kubectl and Helm write down for themselves; the beginnings of keys. Some controllers also act on
them, so that they count where a manifest has them."""
_GROUPS: tuple[str, ...] = (
    "",
    "apps",
    "batch",
    "gateway.networking.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
)
_GROUPS += ("scheduling.k8s.io", "storage.k8s.io")
"""Whose kinds have the defaults below; another group may have a kind of the same name."""

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
_PROBE: Object = {"failureThreshold": 3, "initialDelaySeconds": 0, "periodSeconds": 10}
_PROBE |= {"successThreshold": 1, "timeoutSeconds": 1}
_ROLLING: Object = {"maxSurge": "25%", "maxUnavailable": "25%"}
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
    "StorageClass": {
        "allowVolumeExpansion": False,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
    },
}
_EMPTY = ("binaryData", "data", "imagePullSecrets", "rules", "secrets", "spec", "subjects")
_JOB_LABELS = ("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name")


def without_defaults(body: Object) -> Object:
    """Return a new object that says the same without what an API server would add by itself."""
    kind = body["kind"] if body["apiVersion"].rpartition("/")[0] in _GROUPS else ""
    spec = _without_empty_terms(body.get("spec"))
    body = {key: value for key, value in body.items() if key != "status"}
    body["metadata"] = _metadata(body["metadata"])
    if isinstance(spec, dict):
        spec = _without(spec, _SPEC.get(kind, {}))
        body["spec"] = _spec(kind, spec)
    body = _without(body, _TOP.get(kind, {}))
    if kind == "Namespace":
        labels = _without(body["metadata"].get("labels", {}), {"kubernetes.io/metadata.name": body["metadata"]["name"]})
        body["metadata"] = _put(body["metadata"], "labels", labels)
    if kind in ("Role", "ClusterRole"):
        # Each list of a rule is a set.
        body["rules"] = [{key: sorted(words) for key, words in rule.items()} for rule in body.get("rules", [])]
    if kind in ("RoleBinding", "ClusterRoleBinding"):
        body["roleRef"] = _without(body["roleRef"], {"apiGroup": "rbac.authorization.k8s.io"})
        body["subjects"] = [
            _without(subject, {"apiGroup": "" if subject["kind"] == "ServiceAccount" else "rbac.authorization.k8s.io"})
            for subject in body.get("subjects", [])
        ]
    return {key: value for key, value in body.items() if value not in ({}, []) or key not in _EMPTY}


def without_notes(body: Object, other: Object) -> Object:
    """Return what an API server shows without the annotations that controllers wrote, and another manifest has not."""
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
    """Leave out the terms of selectors that ask for nothing."""
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
            spec = {**spec, "template": _template(spec["template"])}
            return _rollout(kind, spec)
        case "Service":
            ports = [_without(port, {"protocol": "TCP", "targetPort": port["port"]}) for port in spec.get("ports", [])]
            return _put(spec, "ports", ports)
        case "NetworkPolicy":
            return _network_policy(spec)
        case "HTTPRoute":
            return _http_route(spec)
    return spec


def _rollout(kind: str, spec: Object) -> Object:
    """Leave out a rolling update that says no more than the default one."""
    if kind == "StatefulSet":
        spec = _put(spec, "volumeClaimTemplates", [_claim(claim) for claim in spec.get("volumeClaimTemplates", [])])
    field = "strategy" if kind == "Deployment" else "updateStrategy"
    rolling = {
        "Deployment": _ROLLING,
        "DaemonSet": {"maxSurge": 0, "maxUnavailable": 1},
        "StatefulSet": {"partition": 0, "maxUnavailable": 1},
    }
    strategy = _without(spec.get(field, {}), {"type": "RollingUpdate"})
    strategy = _put(strategy, "rollingUpdate", _without(strategy.get("rollingUpdate", {}), rolling.get(kind, {})))
    return _put(spec, field, strategy)


def _claim(claim: Object) -> Object:
    spec = _without(claim["spec"], _SPEC["PersistentVolumeClaim"])
    return {"metadata": _metadata(claim["metadata"]), "spec": spec}


def _job(spec: Object) -> Object:
    template = _template(spec["template"])
    labels = {key: value for key, value in template["metadata"].get("labels", {}).items() if key not in _JOB_LABELS}
    spec = {**spec, "template": {**template, "metadata": _put(template["metadata"], "labels", labels)}}
    selector = spec.get("selector", {}).get("matchLabels", {})
    return {key: value for key, value in spec.items() if key != "selector" or not set(selector) <= set(_JOB_LABELS)}


def _template(template: Object) -> Object:
    return {"metadata": _metadata(template.get("metadata", {})), "spec": _pod(template["spec"])}


def _pod(spec: Object) -> Object:
    spec = _without(spec, {"serviceAccount": spec.get("serviceAccountName")})
    spec = _without(spec, _POD)
    spec["containers"] = [_container(container) for container in spec["containers"]]
    for field in ("initContainers", "ephemeralContainers"):
        spec = _put(spec, field, [_container(container) for container in spec.get(field, [])])
    spec = _put(spec, "volumes", [_volume(volume) for volume in spec.get("volumes", [])])
    return {key: value for key, value in spec.items() if value not in ({}, [], "")}


def _container(container: Object) -> Object:
    container = _without(container, _CONTAINER)
    image = str(container.get("image", ""))
    tag = image.rpartition("/")[2].partition("@")[0].partition(":")[2]
    latest = "@" not in image and tag in ("", "latest")
    container = _without(container, {"imagePullPolicy": "Always" if latest else "IfNotPresent"})
    container = _put(container, "ports", [_without(port, {"protocol": "TCP"}) for port in container.get("ports", [])])
    mounts = [_without(mount, {"readOnly": False, "subPath": ""}) for mount in container.get("volumeMounts", [])]
    container = _put(container, "volumeMounts", mounts)
    container = _put(container, "env", [_variable(variable) for variable in container.get("env", [])])
    for field in ("livenessProbe", "readinessProbe", "startupProbe"):
        if field in container:
            container[field] = _probe(container[field])
    resources = {key: value for key, value in container.get("resources", {}).items() if value}
    container = _put(container, "resources", resources)
    return {key: value for key, value in container.items() if value not in ({}, [], "")}


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
    mode = {"configMap": 0o644, "downwardAPI": 0o644, "projected": 0o644, "secret": 0o644}
    volume = dict(volume)
    for source in mode.keys() & volume.keys():
        volume[source] = _without(volume[source], {"defaultMode": mode[source]})
    if "hostPath" in volume:
        volume["hostPath"] = _without(volume["hostPath"], {"type": ""})
    return volume


def _network_policy(spec: Object) -> Object:
    types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
    spec = {**spec, "policyTypes": sorted(types)}
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        rules = [
            _put(
                {key: value for key, value in rule.items() if value or key != peers},
                "ports",
                [_without(port, {"protocol": "TCP"}) for port in rule.get("ports", [])],
            )
            for rule in spec.get(direction, [])
        ]
        spec = _put(spec, direction, rules)
    return spec


def _http_route(spec: Object) -> Object:
    gateway = {"group": "gateway.networking.k8s.io", "kind": "Gateway"}
    spec = _put(spec, "parentRefs", [_without(parent, gateway) for parent in spec.get("parentRefs", [])])
    return _put(spec, "rules", [_route_rule(rule) for rule in spec.get("rules", [])])


def _route_rule(rule: Object) -> Object:
    service = {"group": "", "kind": "Service", "weight": 1}
    rule = _put(rule, "backendRefs", [_without(backend, service) for backend in rule.get("backendRefs", [])])
    path = {"type": "PathPrefix", "value": "/"}
    matches = [_put(match, "path", _without(match.get("path", {}), path)) for match in rule.get("matches", [])]
    return _put(rule, "matches", [match for match in matches if match])


def _metadata(metadata: Object) -> Object:
    metadata = {key: value for key, value in metadata.items() if key not in _BOOKKEEPING}
    metadata = _put(metadata, "annotations", _without_keys(metadata.get("annotations", {}), {_LAST_APPLIED}))
    return _put(metadata, "labels", metadata.get("labels", {}))


def _without(fields: Object, defaults: Object) -> Object:
    """Leave out the fields that have their default."""
    return {
        key: value
        for key, value in fields.items()
        if key not in defaults or value != defaults[key] or type(value) is not type(defaults[key])
    }


def _put(fields: Object, key: str, value: Any) -> Object:
    """Set a field, or leave it out where it would be empty."""
    rest = {name: item for name, item in fields.items() if name != key}
    return {**rest, key: value} if value else rest
