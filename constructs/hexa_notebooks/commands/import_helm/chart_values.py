"""Every value that the Zero to JupyterHub chart 4.4.0 knows: what it may be, and its default.

Source: the values in a render of release 4.4.0, and its reference of values. A key without a default is null there,
which is the same as absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEXT = "a string"
FLAG = "true or false"
WHOLE = "a whole number"
NUMBER = "a number"
LIST = "a list"
MAPPING = "a mapping"


@dataclass(frozen=True, slots=True)
class Value:
    """What a value may be."""

    kinds: tuple[str, ...]
    """What it may be, in words."""
    default: Any = None
    """What it is if no file gives it; `None` for absent."""
    allowed: tuple[str, ...] = ()
    """The strings that it may be, if not any."""
    items: "Value | None" = None
    """What the items of a list, or the entries of an open mapping, must be; `None` for anything."""
    keys: "Mapping[str, Value] | None" = None
    """All keys that a mapping may have; `None` for any."""
    required: bool = False
    """Whether the chart cannot do without it."""
    least: int | None = None
    """The smallest number that it may be."""


def defaults(value: Value) -> Any:
    """Return the tree of defaults."""
    if value.keys is None:
        return value.default
    found = {key: defaults(child) for key, child in value.keys.items()}
    return {key: default for key, default in found.items() if default is not None}


def _text(default: str | None = None, *, required: bool = False) -> Value:
    return Value((TEXT,), default, required=required)


def _flag(default: bool | None = None, *, required: bool = False) -> Value:
    return Value((FLAG,), default, required=required)


def _whole(default: int | None = None, *, required: bool = False) -> Value:
    return Value((WHOLE,), default, required=required)


def _choice(*allowed: str, default: str | None = None, required: bool = False) -> Value:
    return Value((TEXT,), default, allowed, required=required)


def _list(items: Value | None = None, default: tuple[Any, ...] = ()) -> Value:
    return Value((LIST,), list(default), items=items)


def _map(items: Value | None = None, default: Mapping[str, Any] | None = None, *, required: bool = False) -> Value:
    return Value((MAPPING,), dict(default or {}), items=items, required=required)


def _section(keys: Mapping[str, Value], *, required: bool = True) -> Value:
    return Value((MAPPING,), keys=keys, required=required)


_ANYTHING = Value((MAPPING,))
_OBJECTS = _list(_ANYTHING)
_TEXTS = _list(_text())
_TEXT_MAP = _map(_text())
_NAME_OR_OBJECT = Value((TEXT, MAPPING))
_SECRET_NAME = Value((TEXT, MAPPING), keys={"name": _text(required=True)})
_ENV = Value((MAPPING, LIST), {}, items=_NAME_OR_OBJECT)
_REVISIONS = Value((WHOLE,), least=0)
_IP_FAMILIES = {"ipFamilyPolicy": _text("PreferDualStack"), "ipFamilies": _TEXTS}
_PULL_POLICY = _choice("", "IfNotPresent", "Always", "Never")
_NOBODY = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsGroup": 65534,
    "runAsNonRoot": True,
    "runAsUser": 65534,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_RESTRICTED = _map(default=_NOBODY)
_STRATEGY = _section({"type": _text("Recreate"), "rollingUpdate": _text()}, required=False)
_LIFECYCLE = _section({"postStart": _ANYTHING, "preStop": _ANYTHING}, required=False)
_FILES = _map(
    Value(
        (MAPPING,),
        keys={
            "mountPath": _text(),
            "data": _ANYTHING,
            "stringData": _text(),
            "binaryData": _text(),
            "mode": _whole(),
        },
    )
)
_SERVICE_TYPES = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")


def _image(name: str, tag: str) -> Value:
    return _section(
        {
            "name": _text(name, required=True),
            "tag": _text(tag, required=True),
            "pullPolicy": _PULL_POLICY,
            "pullSecrets": _list(_SECRET_NAME),
        }
    )


def _liveness(delay: int) -> Value:
    return _probe_with(failureThreshold=30, initialDelaySeconds=delay, periodSeconds=10, timeoutSeconds=3)


def _readiness() -> Value:
    return _probe_with(failureThreshold=1000, initialDelaySeconds=0, periodSeconds=2, timeoutSeconds=1)


def _probe_with(**numbers: int) -> Value:
    """Return a probe, which may have any further field of Kubernetes'."""
    return _map(default={"enabled": True} | numbers, required=True)


def _budget(*, enabled: bool = False, **amounts: int) -> Value:
    return _section(
        {
            "enabled": _flag(enabled),
            "maxUnavailable": _whole(amounts.get("maxUnavailable")),
            "minAvailable": _whole(amounts.get("minAvailable")),
        }
    )


def _service_account() -> Value:
    return _section({"create": _flag(True, required=True), "name": _text(), "annotations": _TEXT_MAP})


def _network_policy(*, ports: tuple[str, ...] = (), metadata: bool = True, private: bool = True) -> Value:
    return _section(
        {
            "enabled": _flag(True),
            "ingress": _OBJECTS,
            "egress": _OBJECTS,
            "egressAllowRules": _section(
                {
                    "cloudMetadataServer": _flag(metadata),
                    "dnsPortsCloudMetadataServer": _flag(True),
                    "dnsPortsKubeSystemNamespace": _flag(True),
                    "dnsPortsPrivateIPs": _flag(True),
                    "nonPrivateIPs": _flag(True),
                    "privateIPs": _flag(private),
                }
            ),
            "interNamespaceAccessLabels": _choice("accept", "ignore", default="ignore"),
            "allowedIngressPorts": _list(Value((TEXT, WHOLE)), ports),
        }
    )


def _terms() -> Value:
    return _section({"required": _OBJECTS, "preferred": _OBJECTS}, required=False)


def _pool(purpose: str) -> Value:
    tolerations = tuple(
        {"effect": "NoSchedule", "key": f"hub.jupyter.org{mark}dedicated", "operator": "Equal", "value": purpose}
        for mark in "/_"
    )
    return _section(
        {
            "tolerations": _list(_ANYTHING, tolerations),
            "nodeAffinity": _section({"matchNodePurpose": _choice("ignore", "prefer", "require", default="prefer")}),
        }
    )


_HUB = _section(
    {
        "revisionHistoryLimit": _REVISIONS,
        "config": _map(
            _ANYTHING, {"JupyterHub": {"admin_access": True, "authenticator_class": "dummy"}}, required=True
        ),
        "service": _section(
            {
                "type": _choice(*_SERVICE_TYPES, default="ClusterIP"),
                "annotations": _TEXT_MAP,
                "ports": _section({"nodePort": _whole(), "appProtocol": _text()}),
                "extraPorts": _OBJECTS,
                "loadBalancerIP": _text(),
                **_IP_FAMILIES,
            }
        ),
        "baseUrl": _text("/", required=True),
        "cookieSecret": _text(),
        "initContainers": _OBJECTS,
        "nodeSelector": _TEXT_MAP,
        "tolerations": _OBJECTS,
        "concurrentSpawnLimit": _whole(64),
        "consecutiveFailureLimit": _whole(5),
        "activeServerLimit": _whole(),
        "deploymentStrategy": _STRATEGY,
        "db": _section(
            {
                "type": _choice(
                    "sqlite-pvc", "sqlite-memory", "mysql", "postgres", "other", default="sqlite-pvc", required=True
                ),
                "upgrade": _flag(),
                "pvc": _section(
                    {
                        "annotations": _TEXT_MAP,
                        "selector": _map(),
                        "accessModes": Value((LIST,), ["ReadWriteOnce"], items=_text(), required=True),
                        "storage": _text("1Gi", required=True),
                        "subPath": _text(),
                        "storageClassName": _text(),
                    },
                    required=False,
                ),
                "url": _text(),
                "password": _text(),
            }
        ),
        "labels": _TEXT_MAP,
        "annotations": _TEXT_MAP,
        "command": _TEXTS,
        "args": _TEXTS,
        "extraConfig": _map(_text()),
        "extraFiles": _FILES,
        "extraEnv": _ENV,
        "extraContainers": _OBJECTS,
        "extraVolumes": _OBJECTS,
        "extraVolumeMounts": _OBJECTS,
        "image": _image("quay.io/jupyterhub/k8s-hub", "4.4.0"),
        "resources": _map(),
        "podSecurityContext": _map(
            default={"fsGroup": 1000, "runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
        ),
        "containerSecurityContext": _map(
            default={
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "runAsGroup": 1000,
                "runAsUser": 1000,
            }
        ),
        "lifecycle": _LIFECYCLE,
        "loadRoles": _map(_ANYTHING),
        "services": _map(_ANYTHING),
        "pdb": _budget(minAvailable=1),
        "networkPolicy": _network_policy(),
        "allowNamedServers": _flag(False),
        "namedServerLimitPerUser": _whole(),
        "authenticatePrometheus": _flag(),
        "redirectToServer": _flag(),
        "shutdownOnLogout": _flag(),
        "templatePaths": _TEXTS,
        "templateVars": _map(),
        "livenessProbe": _liveness(300),
        "readinessProbe": _readiness(),
        "existingSecret": _text(),
        "serviceAccount": _service_account(),
        "extraPodSpec": _map(),
        "fsGid": _whole(),
    }
)

_PROXY = _section(
    {
        "secretToken": _text(),
        "annotations": _TEXT_MAP,
        "labels": _TEXT_MAP,
        "deploymentStrategy": _STRATEGY,
        "service": _section(
            {
                "type": _choice(*_SERVICE_TYPES, default="LoadBalancer"),
                "labels": _TEXT_MAP,
                "annotations": _TEXT_MAP,
                "nodePorts": _section({"http": _whole(), "https": _whole()}),
                "disableHttpPort": _flag(False),
                "extraPorts": _OBJECTS,
                "loadBalancerIP": _text(),
                "loadBalancerSourceRanges": _TEXTS,
                "externalIPs": _TEXTS,
                **_IP_FAMILIES,
            }
        ),
        "chp": _section(
            {
                "revisionHistoryLimit": _REVISIONS,
                "containerSecurityContext": _RESTRICTED,
                "image": _image("quay.io/jupyterhub/configurable-http-proxy", "5.2.0"),
                "extraCommandLineFlags": _TEXTS,
                "livenessProbe": _liveness(60),
                "readinessProbe": _readiness(),
                "resources": _map(),
                "defaultTarget": _text(),
                "errorTarget": _text(),
                "extraEnv": _ENV,
                "nodeSelector": _TEXT_MAP,
                "tolerations": _OBJECTS,
                "networkPolicy": _network_policy(ports=("http", "https")),
                "pdb": _budget(minAvailable=1),
                "extraPodSpec": _map(),
            }
        ),
        "traefik": _section(
            {
                "revisionHistoryLimit": _REVISIONS,
                "containerSecurityContext": _RESTRICTED,
                "image": _image("traefik", "v3.6.12"),
                "hsts": _section(
                    {
                        "includeSubdomains": _flag(False, required=True),
                        "preload": _flag(False, required=True),
                        "maxAge": _whole(15724800, required=True),
                    }
                ),
                "resources": _map(),
                "labels": _TEXT_MAP,
                "extraInitContainers": _OBJECTS,
                "extraEnv": _ENV,
                "extraVolumes": _OBJECTS,
                "extraVolumeMounts": _OBJECTS,
                "extraStaticConfig": _map(),
                "extraDynamicConfig": _map(),
                "nodeSelector": _TEXT_MAP,
                "tolerations": _OBJECTS,
                "extraPorts": _OBJECTS,
                "networkPolicy": _network_policy(ports=("http", "https")),
                "pdb": _budget(minAvailable=1),
                "serviceAccount": _service_account(),
                "extraPodSpec": _map(),
            }
        ),
        "secretSync": _section(
            {
                "containerSecurityContext": _RESTRICTED,
                "image": _image("quay.io/jupyterhub/k8s-secret-sync", "4.4.0"),
                "resources": _map(),
            }
        ),
        "https": _section(
            {
                "enabled": _flag(False),
                "type": _choice("", "letsencrypt", "manual", "offload", "secret", default="letsencrypt"),
                "letsencrypt": _section(
                    {
                        "contactEmail": _text(),
                        "acmeServer": _text("https://acme-v02.api.letsencrypt.org/directory"),
                    },
                    required=False,
                ),
                "manual": _section({"key": _text(), "cert": _text()}, required=False),
                "secret": _section({"name": _text(), "key": _text("tls.key"), "crt": _text("tls.crt")}, required=False),
                "hosts": _TEXTS,
            }
        ),
    }
)

_SINGLEUSER = _section(
    {
        "podNameTemplate": _text(),
        "extraTolerations": _OBJECTS,
        "nodeSelector": _TEXT_MAP,
        "extraNodeAffinity": _terms(),
        "extraPodAffinity": _terms(),
        "extraPodAntiAffinity": _terms(),
        "networkTools": _section(
            {"image": _image("quay.io/jupyterhub/k8s-network-tools", "4.4.0"), "resources": _map()}
        ),
        "cloudMetadata": _section(
            {"blockWithIptables": _flag(True, required=True), "ip": _text("169.254.169.254", required=True)}
        ),
        "networkPolicy": _network_policy(metadata=False, private=False),
        "events": _flag(True),
        "extraAnnotations": _TEXT_MAP,
        "extraLabels": _map(_text(), {"hub.jupyter.org/network-access-hub": "true"}),
        "extraFiles": _FILES,
        "extraEnv": _ENV,
        "lifecycleHooks": _LIFECYCLE,
        "initContainers": _OBJECTS,
        "extraContainers": _OBJECTS,
        "allowPrivilegeEscalation": _flag(False),
        "uid": _whole(1000),
        "fsGid": _whole(100),
        "serviceAccountName": _text(),
        "storage": _section(
            {
                "type": _choice("dynamic", "static", "none", default="dynamic", required=True),
                "extraLabels": _TEXT_MAP,
                "extraVolumes": Value((LIST, MAPPING), items=_ANYTHING),
                "extraVolumeMounts": Value((LIST, MAPPING), items=_ANYTHING),
                "static": _section({"pvcName": _text(), "subPath": _text("{username}")}),
                "capacity": _text("10Gi"),
                "homeMountPath": _text("/home/jovyan", required=True),
                "dynamic": _section(
                    {
                        "storageClass": _text(),
                        "pvcNameTemplate": _text(),
                        "volumeNameTemplate": _text("volume-{user_server}", required=True),
                        "storageAccessModes": _list(_text(), ("ReadWriteOnce",)),
                        "subPath": _text(),
                    }
                ),
            }
        ),
        "image": _image("quay.io/jupyterhub/k8s-singleuser-sample", "4.4.0"),
        "startTimeout": _whole(300),
        "cpu": _section({"limit": Value((NUMBER,)), "guarantee": Value((NUMBER,))}),
        "memory": _section({"limit": Value((TEXT, NUMBER)), "guarantee": Value((TEXT, NUMBER), "1G")}),
        "extraResource": _section({"limits": _map(), "guarantees": _map()}),
        "cmd": Value((TEXT, LIST), "jupyterhub-singleuser", items=_text()),
        "defaultUrl": _text(),
        "extraPodConfig": _map(),
        "profileList": _OBJECTS,
    }
)

_SCHEDULING = _section(
    {
        "userScheduler": _section(
            {
                "enabled": _flag(True, required=True),
                "revisionHistoryLimit": _REVISIONS,
                "replicas": _whole(2),
                "logLevel": _whole(4, required=True),
                "plugins": _map(
                    default={
                        "score": {
                            "disabled": [
                                {"name": "NodeResourcesBalancedAllocation"},
                                {"name": "NodeAffinity"},
                                {"name": "InterPodAffinity"},
                                {"name": "NodeResourcesFit"},
                                {"name": "ImageLocality"},
                            ],
                            "enabled": [
                                {"name": "NodeAffinity", "weight": 14631},
                                {"name": "InterPodAffinity", "weight": 1331},
                                {"name": "NodeResourcesFit", "weight": 121},
                                {"name": "ImageLocality", "weight": 11},
                            ],
                        }
                    },
                    required=True,
                ),
                "pluginConfig": Value(
                    (LIST,),
                    [
                        {
                            "name": "NodeResourcesFit",
                            "args": {
                                "scoringStrategy": {
                                    "resources": [{"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1}],
                                    "type": "MostAllocated",
                                }
                            },
                        }
                    ],
                    items=_ANYTHING,
                    required=True,
                ),
                "containerSecurityContext": _RESTRICTED,
                "image": _image("registry.k8s.io/kube-scheduler", "v1.30.14"),
                "nodeSelector": _TEXT_MAP,
                "tolerations": _OBJECTS,
                "labels": _TEXT_MAP,
                "annotations": _TEXT_MAP,
                "pdb": _budget(enabled=True, maxUnavailable=1),
                "resources": _map(),
                "serviceAccount": _service_account(),
                "extraPodSpec": _map(),
            }
        ),
        "podPriority": _section(
            {
                "enabled": _flag(False),
                "globalDefault": _flag(False),
                "defaultPriority": _whole(0),
                "imagePullerPriority": _whole(-5),
                "userPlaceholderPriority": _whole(-10),
            }
        ),
        "userPlaceholder": _section(
            {
                "enabled": _flag(True),
                "image": _image("registry.k8s.io/pause", "3.10.1"),
                "revisionHistoryLimit": _REVISIONS,
                "replicas": _whole(0),
                "labels": _TEXT_MAP,
                "annotations": _TEXT_MAP,
                "containerSecurityContext": _RESTRICTED,
                "resources": _map(),
                "extraPodSpec": _map(),
            }
        ),
        "corePods": _pool("core"),
        "userPods": _pool("user"),
    }
)

_PRE_PULLER = _section(
    {
        "revisionHistoryLimit": _REVISIONS,
        "labels": _TEXT_MAP,
        "annotations": _TEXT_MAP,
        "resources": _map(),
        "containerSecurityContext": _RESTRICTED,
        "extraTolerations": _OBJECTS,
        "hook": _section(
            {
                "enabled": _flag(True, required=True),
                "pullOnlyOnChanges": _flag(True),
                "image": _image("quay.io/jupyterhub/k8s-image-awaiter", "4.4.0"),
                "containerSecurityContext": _RESTRICTED,
                "podSchedulingWaitDuration": _whole(10),
                "nodeSelector": _TEXT_MAP,
                "tolerations": _OBJECTS,
                "resources": _map(),
                "serviceAccount": _service_account(),
                "serviceAccountImagePuller": _service_account(),
                "daemonsetAnnotations": _TEXT_MAP,
            }
        ),
        "continuous": _section(
            {
                "enabled": _flag(True, required=True),
                "serviceAccount": _service_account(),
                "daemonsetAnnotations": _TEXT_MAP,
            }
        ),
        "pullProfileListImages": _flag(True),
        "extraImages": _map(
            Value(
                (MAPPING,),
                keys={"name": _text(required=True), "tag": _text(required=True), "pullPolicy": _PULL_POLICY},
            )
        ),
        "pause": _section(
            {"containerSecurityContext": _RESTRICTED, "image": _image("registry.k8s.io/pause", "3.10.1")}
        ),
    }
)

CHART = _section(
    {
        "enabled": _flag(),
        "fullnameOverride": _text(""),
        "nameOverride": _text(),
        "global": _map(default={"safeToShowValues": False}, required=True),
        "custom": _map(required=True),
        "imagePullSecret": _section(
            {
                "create": _flag(False, required=True),
                "automaticReferenceInjection": _flag(True),
                "registry": _text(),
                "username": _text(),
                "password": _text(),
                "email": _text(),
            }
        ),
        "imagePullSecrets": Value((LIST,), [], items=_SECRET_NAME, required=True),
        "hub": _HUB,
        "rbac": _section({"create": _flag(True, required=True), "enabled": _flag()}),
        "proxy": _PROXY,
        "singleuser": _SINGLEUSER,
        "scheduling": _SCHEDULING,
        "prePuller": _PRE_PULLER,
        "ingress": _section(
            {
                "enabled": _flag(False, required=True),
                "annotations": _TEXT_MAP,
                "ingressClassName": _text(),
                "hosts": _TEXTS,
                "pathSuffix": _text(),
                "pathType": _choice("Prefix", "Exact", "ImplementationSpecific", default="Prefix"),
                "tls": _OBJECTS,
                "extraPaths": _OBJECTS,
            }
        ),
        "httpRoute": _section(
            {
                "enabled": _flag(False, required=True),
                "annotations": _TEXT_MAP,
                "hostnames": _TEXTS,
                "gateway": _section(
                    {"name": _text("your-gateway"), "namespace": _text(""), "sectionName": _text()}, required=False
                ),
            }
        ),
        "cull": _section(
            {
                "enabled": _flag(True, required=True),
                "users": _flag(False),
                "adminUsers": _flag(True),
                "removeNamedServers": _flag(False),
                "timeout": _whole(3600),
                "every": _whole(600),
                "concurrency": _whole(10),
                "maxAge": _whole(0),
            }
        ),
        "debug": _section({"enabled": _flag(False, required=True)}),
    }
)
"""The chart's values as a whole."""
