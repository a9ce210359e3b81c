"""Every value of the Zero to JupyterHub chart 4.4.0: its type, its default, and what else limits it.

Source: the values in a render of release 4.4.0, and its reference of values. A key without a default is null there,
which is the same as absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEXT = "a string"
FLAG = "true or false"
WHOLE = "a whole number"
NUMBER = "a number"
LIST = "a list"
MAPPING = "a mapping"


@dataclass(frozen=True, slots=True)
class Value:
    """The constraints on a value."""

    kinds: tuple[str, ...]
    """The types that it may have, in words."""
    default: Any = None
    """The default; `None` for absent."""
    allowed: tuple[str, ...] = ()
    """The strings that it may be; empty for any."""
    items: "Value | None" = None
    """The constraints on each item of a list, or each entry of an open mapping; `None` for anything."""
    keys: "Mapping[str, Value]" = field(default_factory=dict)
    """All keys that a mapping may have; empty for any."""
    required: bool = False
    """Whether the chart fails without it."""
    least: int | None = None
    """The smallest number that it may be."""


def defaults(value: Value) -> Any:
    """Return the tree of defaults."""
    if not value.keys:
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


def _list(items: Value | None = None, *default: Any, required: bool = False) -> Value:
    return Value((LIST,), list(default), items=items, required=required)


def _map(items: Value | None = None, default: Mapping[str, Any] | None = None, *, required: bool = False) -> Value:
    return Value((MAPPING,), dict(default or {}), items=items, required=required)


def _section(**keys: Value) -> Value:
    return Value((MAPPING,), keys=keys, required=True)


def _optional(**keys: Value) -> Value:
    """Return a section or an item that may be null."""
    return Value((MAPPING,), keys=keys)


def _each(value: Value, *keys: str) -> dict[str, Value]:
    """Return several keys that may have the same values."""
    return dict.fromkeys(keys, value)


_ANYTHING = Value((MAPPING,))
_OBJECTS = _list(_ANYTHING)
_TEXTS = _list(_text())
_TEXT_MAP = _map(_text())
_SECRET_NAME = Value((TEXT, MAPPING), keys={"name": _text(required=True)})
_ENV = Value((MAPPING, LIST), {}, items=Value((TEXT, MAPPING)))
_REVISIONS = Value((WHOLE,), least=0)
_IP_FAMILIES = {"ipFamilyPolicy": _text("PreferDualStack"), "ipFamilies": _TEXTS}
_PULL_POLICY = _choice("", "IfNotPresent", "Always", "Never")
_SECCOMP = {"type": "RuntimeDefault"}
_NO_RIGHTS = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
_NOBODY = {"runAsGroup": 65534, "runAsNonRoot": True, "runAsUser": 65534, "seccompProfile": _SECCOMP}
_RESTRICTED = _map(default=_NO_RIGHTS | _NOBODY)
_STRATEGY = _optional(type=_text("Recreate"), rollingUpdate=_text())
_LIFECYCLE = _optional(**_each(_ANYTHING, "postStart", "preStop"))
_FILES = _map(_optional(**_each(_text(), "mountPath", "stringData", "binaryData"), data=_ANYTHING, mode=_whole()))
_SERVICE_TYPES = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
_SERVICE_ACCOUNT = _section(create=_flag(True, required=True), name=_text(), annotations=_TEXT_MAP)


def _image(name: str, tag: str) -> Value:
    return _section(
        name=_text(name, required=True),
        tag=_text(tag, required=True),
        pullPolicy=_PULL_POLICY,
        pullSecrets=_list(_SECRET_NAME),
    )


def _probe(failures: int, *, delay: int, period: int, timeout: int) -> Value:
    """Return a probe, which may have any further field of Kubernetes."""
    numbers = {"initialDelaySeconds": delay, "periodSeconds": period, "timeoutSeconds": timeout}
    return _map(default={"enabled": True, "failureThreshold": failures} | numbers, required=True)


def _liveness(delay: int) -> Value:
    return _probe(30, delay=delay, period=10, timeout=3)


_READINESS = _probe(1000, delay=0, period=2, timeout=1)


def _budget(*, enabled: bool = False, most: int | None = None, least: int | None = None) -> Value:
    return _section(enabled=_flag(enabled), maxUnavailable=_whole(most), minAvailable=_whole(least))


def _network_policy(*ports: str, metadata: bool = True, private: bool = True) -> Value:
    return _section(
        enabled=_flag(True),
        **_each(_OBJECTS, "ingress", "egress"),
        egressAllowRules=_section(
            cloudMetadataServer=_flag(metadata),
            **_each(_flag(True), "dnsPortsCloudMetadataServer", "dnsPortsKubeSystemNamespace", "dnsPortsPrivateIPs"),
            nonPrivateIPs=_flag(True),
            privateIPs=_flag(private),
        ),
        interNamespaceAccessLabels=_choice("accept", "ignore", default="ignore"),
        allowedIngressPorts=_list(Value((TEXT, WHOLE)), *ports),
    )


def _pool(purpose: str) -> Value:
    tolerations = (
        {"effect": "NoSchedule", "key": f"hub.jupyter.org{mark}dedicated", "operator": "Equal", "value": purpose}
        for mark in "/_"
    )
    return _section(
        tolerations=_list(_ANYTHING, *tolerations),
        nodeAffinity=_section(matchNodePurpose=_choice("ignore", "prefer", "require", default="prefer")),
    )


# The order of keys that have a default is the order in which an import writes a section that a configuration file
# reads as a whole.
_HUB = _section(
    revisionHistoryLimit=_REVISIONS,
    config=_map(_ANYTHING, {"JupyterHub": {"admin_access": True, "authenticator_class": "dummy"}}, required=True),
    service=_section(
        type=_choice(*_SERVICE_TYPES, default="ClusterIP"),
        annotations=_TEXT_MAP,
        ports=_section(nodePort=_whole(), appProtocol=_text()),
        extraPorts=_OBJECTS,
        loadBalancerIP=_text(),
        **_IP_FAMILIES,
    ),
    baseUrl=_text("/", required=True),
    **_each(_text(), "cookieSecret", "existingSecret"),
    initContainers=_OBJECTS,
    nodeSelector=_TEXT_MAP,
    tolerations=_OBJECTS,
    concurrentSpawnLimit=_whole(64),
    consecutiveFailureLimit=_whole(5),
    **_each(_whole(), "activeServerLimit", "namedServerLimitPerUser", "fsGid"),
    deploymentStrategy=_STRATEGY,
    db=_section(
        type=_choice("sqlite-pvc", "sqlite-memory", "mysql", "postgres", "other", default="sqlite-pvc", required=True),
        upgrade=_flag(),
        pvc=_optional(
            annotations=_TEXT_MAP,
            selector=_map(),
            accessModes=_list(_text(), "ReadWriteOnce", required=True),
            storage=_text("1Gi", required=True),
            **_each(_text(), "subPath", "storageClassName"),
        ),
        **_each(_text(), "url", "password"),
    ),
    **_each(_TEXT_MAP, "labels", "annotations"),
    **_each(_TEXTS, "command", "args"),
    extraConfig=_map(_text()),
    extraFiles=_FILES,
    extraEnv=_ENV,
    **_each(_OBJECTS, "extraContainers", "extraVolumes", "extraVolumeMounts"),
    image=_image("quay.io/jupyterhub/k8s-hub", "4.4.0"),
    resources=_map(),
    podSecurityContext=_map(default={"fsGroup": 1000, "runAsNonRoot": True, "seccompProfile": _SECCOMP}),
    containerSecurityContext=_map(default=_NO_RIGHTS | {"runAsGroup": 1000, "runAsUser": 1000}),
    lifecycle=_LIFECYCLE,
    **_each(_map(_ANYTHING), "loadRoles", "services"),
    pdb=_budget(least=1),
    networkPolicy=_network_policy(),
    allowNamedServers=_flag(False),
    **_each(_flag(), "authenticatePrometheus", "redirectToServer", "shutdownOnLogout"),
    templatePaths=_TEXTS,
    templateVars=_map(),
    livenessProbe=_liveness(300),
    readinessProbe=_READINESS,
    serviceAccount=_SERVICE_ACCOUNT,
    extraPodSpec=_map(),
)

_PROXY = _section(
    secretToken=_text(),
    **_each(_TEXT_MAP, "annotations", "labels"),
    deploymentStrategy=_STRATEGY,
    service=_section(
        type=_choice(*_SERVICE_TYPES, default="LoadBalancer"),
        **_each(_TEXT_MAP, "labels", "annotations"),
        nodePorts=_section(**_each(_whole(), "http", "https")),
        disableHttpPort=_flag(False),
        extraPorts=_OBJECTS,
        loadBalancerIP=_text(),
        **_each(_TEXTS, "loadBalancerSourceRanges", "externalIPs"),
        **_IP_FAMILIES,
    ),
    chp=_section(
        revisionHistoryLimit=_REVISIONS,
        containerSecurityContext=_RESTRICTED,
        image=_image("quay.io/jupyterhub/configurable-http-proxy", "5.2.0"),
        extraCommandLineFlags=_TEXTS,
        livenessProbe=_liveness(60),
        readinessProbe=_READINESS,
        resources=_map(),
        **_each(_text(), "defaultTarget", "errorTarget"),
        extraEnv=_ENV,
        nodeSelector=_TEXT_MAP,
        tolerations=_OBJECTS,
        networkPolicy=_network_policy("http", "https"),
        pdb=_budget(least=1),
        extraPodSpec=_map(),
    ),
    traefik=_section(
        revisionHistoryLimit=_REVISIONS,
        containerSecurityContext=_RESTRICTED,
        image=_image("traefik", "v3.6.12"),
        hsts=_section(
            **_each(_flag(False, required=True), "includeSubdomains", "preload"),
            maxAge=_whole(15724800, required=True),
        ),
        resources=_map(),
        labels=_TEXT_MAP,
        extraInitContainers=_OBJECTS,
        extraEnv=_ENV,
        **_each(_OBJECTS, "extraVolumes", "extraVolumeMounts"),
        **_each(_map(), "extraStaticConfig", "extraDynamicConfig"),
        nodeSelector=_TEXT_MAP,
        **_each(_OBJECTS, "tolerations", "extraPorts"),
        networkPolicy=_network_policy("http", "https"),
        pdb=_budget(least=1),
        serviceAccount=_SERVICE_ACCOUNT,
        extraPodSpec=_map(),
    ),
    secretSync=_section(
        containerSecurityContext=_RESTRICTED,
        image=_image("quay.io/jupyterhub/k8s-secret-sync", "4.4.0"),
        resources=_map(),
    ),
    https=_section(
        enabled=_flag(False),
        type=_choice("", "letsencrypt", "manual", "offload", "secret", default="letsencrypt"),
        letsencrypt=_optional(contactEmail=_text(), acmeServer=_text("https://acme-v02.api.letsencrypt.org/directory")),
        manual=_optional(**_each(_text(), "key", "cert")),
        secret=_optional(name=_text(), key=_text("tls.key"), crt=_text("tls.crt")),
        hosts=_TEXTS,
    ),
)

_SINGLEUSER = _section(
    **_each(_text(), "podNameTemplate", "serviceAccountName", "defaultUrl"),
    extraTolerations=_OBJECTS,
    nodeSelector=_TEXT_MAP,
    **_each(
        _optional(**_each(_OBJECTS, "required", "preferred")),
        *("extraNodeAffinity", "extraPodAffinity", "extraPodAntiAffinity"),
    ),
    networkTools=_section(image=_image("quay.io/jupyterhub/k8s-network-tools", "4.4.0"), resources=_map()),
    cloudMetadata=_section(blockWithIptables=_flag(True, required=True), ip=_text("169.254.169.254", required=True)),
    networkPolicy=_network_policy(metadata=False, private=False),
    events=_flag(True),
    extraAnnotations=_TEXT_MAP,
    extraLabels=_map(_text(), {"hub.jupyter.org/network-access-hub": "true"}),
    extraFiles=_FILES,
    extraEnv=_ENV,
    lifecycleHooks=_LIFECYCLE,
    **_each(_OBJECTS, "initContainers", "extraContainers"),
    allowPrivilegeEscalation=_flag(False),
    uid=_whole(1000),
    fsGid=_whole(100),
    storage=_section(
        type=_choice("dynamic", "static", "none", default="dynamic", required=True),
        extraLabels=_TEXT_MAP,
        **_each(Value((LIST, MAPPING), items=_ANYTHING), "extraVolumes", "extraVolumeMounts"),
        static=_section(pvcName=_text(), subPath=_text("{username}")),
        capacity=_text("10Gi"),
        homeMountPath=_text("/home/jovyan", required=True),
        dynamic=_section(
            **_each(_text(), "storageClass", "pvcNameTemplate", "subPath"),
            volumeNameTemplate=_text("volume-{user_server}", required=True),
            storageAccessModes=_list(_text(), "ReadWriteOnce"),
        ),
    ),
    image=_image("quay.io/jupyterhub/k8s-singleuser-sample", "4.4.0"),
    startTimeout=_whole(300),
    cpu=_section(**_each(Value((NUMBER,)), "limit", "guarantee")),
    memory=_section(limit=Value((TEXT, NUMBER)), guarantee=Value((TEXT, NUMBER), "1G")),
    extraResource=_section(**_each(_map(), "limits", "guarantees")),
    cmd=Value((TEXT, LIST), "jupyterhub-singleuser", items=_text()),
    extraPodConfig=_map(),
    profileList=_OBJECTS,
)

_OFF_SCORES = (
    "NodeResourcesBalancedAllocation",
    "NodeAffinity",
    "InterPodAffinity",
    "NodeResourcesFit",
    "ImageLocality",
)
_SCORES = {"NodeAffinity": 14631, "InterPodAffinity": 1331, "NodeResourcesFit": 121, "ImageLocality": 11}
_MOST_ALLOCATED = {
    "resources": [{"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1}],
    "type": "MostAllocated",
}
_SCHEDULING = _section(
    userScheduler=_section(
        enabled=_flag(True, required=True),
        revisionHistoryLimit=_REVISIONS,
        replicas=_whole(2),
        logLevel=_whole(4, required=True),
        plugins=_map(
            default={
                "score": {
                    "disabled": [{"name": name} for name in _OFF_SCORES],
                    "enabled": [{"name": name, "weight": weight} for name, weight in _SCORES.items()],
                }
            },
            required=True,
        ),
        pluginConfig=_list(
            _ANYTHING,
            {"name": "NodeResourcesFit", "args": {"scoringStrategy": _MOST_ALLOCATED}},
            required=True,
        ),
        containerSecurityContext=_RESTRICTED,
        image=_image("registry.k8s.io/kube-scheduler", "v1.30.14"),
        nodeSelector=_TEXT_MAP,
        tolerations=_OBJECTS,
        **_each(_TEXT_MAP, "labels", "annotations"),
        pdb=_budget(enabled=True, most=1),
        resources=_map(),
        serviceAccount=_SERVICE_ACCOUNT,
        extraPodSpec=_map(),
    ),
    podPriority=_section(
        **_each(_flag(False), "enabled", "globalDefault"),
        defaultPriority=_whole(0),
        imagePullerPriority=_whole(-5),
        userPlaceholderPriority=_whole(-10),
    ),
    userPlaceholder=_section(
        enabled=_flag(True),
        image=_image("registry.k8s.io/pause", "3.10.1"),
        revisionHistoryLimit=_REVISIONS,
        replicas=_whole(0),
        **_each(_TEXT_MAP, "labels", "annotations"),
        containerSecurityContext=_RESTRICTED,
        **_each(_map(), "resources", "extraPodSpec"),
    ),
    corePods=_pool("core"),
    userPods=_pool("user"),
)

_PRE_PULLER = _section(
    revisionHistoryLimit=_REVISIONS,
    **_each(_TEXT_MAP, "labels", "annotations"),
    resources=_map(),
    containerSecurityContext=_RESTRICTED,
    extraTolerations=_OBJECTS,
    hook=_section(
        enabled=_flag(True, required=True),
        pullOnlyOnChanges=_flag(True),
        image=_image("quay.io/jupyterhub/k8s-image-awaiter", "4.4.0"),
        containerSecurityContext=_RESTRICTED,
        podSchedulingWaitDuration=_whole(10),
        nodeSelector=_TEXT_MAP,
        tolerations=_OBJECTS,
        resources=_map(),
        **_each(_SERVICE_ACCOUNT, "serviceAccount", "serviceAccountImagePuller"),
        daemonsetAnnotations=_TEXT_MAP,
    ),
    continuous=_section(
        enabled=_flag(True, required=True), serviceAccount=_SERVICE_ACCOUNT, daemonsetAnnotations=_TEXT_MAP
    ),
    pullProfileListImages=_flag(True),
    extraImages=_map(_optional(**_each(_text(required=True), "name", "tag"), pullPolicy=_PULL_POLICY)),
    pause=_section(containerSecurityContext=_RESTRICTED, image=_image("registry.k8s.io/pause", "3.10.1")),
)

PROBES = ("hub.livenessProbe", "hub.readinessProbe", "proxy.chp.livenessProbe", "proxy.chp.readinessProbe")
BUDGETS = ("hub.pdb", "proxy.chp.pdb", "proxy.traefik.pdb", "scheduling.userScheduler.pdb")

CHART = _section(
    enabled=_flag(),
    fullnameOverride=_text(""),
    nameOverride=_text(),
    **{"global": _map(default={"safeToShowValues": False}, required=True)},
    custom=_map(required=True),
    imagePullSecret=_section(
        create=_flag(False, required=True),
        automaticReferenceInjection=_flag(True),
        **_each(_text(), "registry", "username", "password", "email"),
    ),
    imagePullSecrets=_list(_SECRET_NAME, required=True),
    hub=_HUB,
    rbac=_section(create=_flag(True, required=True), enabled=_flag()),
    proxy=_PROXY,
    singleuser=_SINGLEUSER,
    scheduling=_SCHEDULING,
    prePuller=_PRE_PULLER,
    ingress=_section(
        enabled=_flag(False, required=True),
        annotations=_TEXT_MAP,
        hosts=_TEXTS,
        **_each(_text(), "ingressClassName", "pathSuffix"),
        pathType=_choice("Prefix", "Exact", "ImplementationSpecific", default="Prefix"),
        **_each(_OBJECTS, "tls", "extraPaths"),
    ),
    httpRoute=_section(
        enabled=_flag(False, required=True),
        annotations=_TEXT_MAP,
        hostnames=_TEXTS,
        gateway=_optional(name=_text("your-gateway"), namespace=_text(""), sectionName=_text()),
    ),
    cull=_section(
        enabled=_flag(True, required=True),
        users=_flag(False),
        adminUsers=_flag(True),
        removeNamedServers=_flag(False),
        timeout=_whole(3600),
        every=_whole(600),
        concurrency=_whole(10),
        maxAge=_whole(0),
    ),
    debug=_section(enabled=_flag(False, required=True)),
)
"""The chart's values as a whole."""
