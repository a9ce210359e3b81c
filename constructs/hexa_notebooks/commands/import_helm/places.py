"""The places that values of the chart have in the imported configuration."""

import re
from collections.abc import Mapping
from typing import Any

from hexa_notebooks.commands.import_helm.tree import snake
from hexa_notebooks.model.config import Config
from hexa_notebooks.notebooks.config import NotebooksConfig

Key = tuple[str | int, ...]
"""The keys and indexes that lead to a value of the chart."""
Place = tuple[str | int, ...]
"""The fields, keys and indexes that lead to a part of a configuration."""


_TRAITS = ("authenticatePrometheus", "redirectToServer", "shutdownOnLogout", "templatePaths", "templateVars")
_SECTIONS: dict[str, tuple[str, ...]] = {
    **{f"hub.{key}": (f"hub.override_traits.JupyterHub.{snake(key)}",) for key in _TRAITS},
    "cull": ("culler",),
    "custom": ("hub.values.custom",),
    "debug.enabled": ("hub.debug",),
    "global": ("hub.values.global",),
    "hub.config": ("authenticator.traits", "authenticator.secrets", "hub.override_traits", "hub.unknown_traits"),
    "hub.config.JupyterHub.authenticator_class": ("authenticator.class_name",),
    "hub.db": ("database",),
    "hub.db.pvc": ("database",),
    "hub.db.type": ("database",),
    "hub.service.ports": ("hub.service",),
    "ingress": ("exposure.ingress",),
    "ingress.pathSuffix": ("exposure.ingress.path",),
    "httpRoute": ("exposure.http_route",),
    "httpRoute.gateway": ("exposure.http_route.parent_refs.0",),
    "prePuller": ("image_puller",),
    "prePuller.continuous": ("image_puller",),
    "prePuller.continuous.enabled": ("image_puller.continuous",),
    "prePuller.hook.serviceAccountImagePuller": ("image_puller.hook.puller_service_account",),
    "prePuller.pause": ("image_puller",),
    "prePuller.pullProfileListImages": ("image_puller.profile_images",),
    "proxy.chp": ("proxy",),
    "proxy.chp.defaultTarget": ("proxy.command",),
    "proxy.chp.errorTarget": ("proxy.command",),
    "proxy.chp.extraCommandLineFlags": ("proxy.command",),
    "proxy.https": ("exposure.tls",),
    "proxy.https.letsencrypt": ("exposure.tls",),
    "proxy.https.secret": ("exposure.tls",),
    "proxy.https.secret.crt": ("exposure.tls.certificate",),
    "proxy.https.type": ("exposure.tls",),
    "proxy.secretSync": ("exposure.tls.secret_sync",),
    "proxy.secretToken": ("hub.proxy_token",),
    "proxy.service": ("exposure",),
    "proxy.service.disableHttpPort": ("exposure.http_port",),
    "proxy.service.nodePorts.http": ("exposure.node_port_http",),
    "proxy.service.nodePorts.https": ("exposure.node_port_https",),
    "proxy.traefik": ("exposure.tls",),
    "rbac.create": ("hub.rbac",),
    "scheduling.corePods": ("hub.scheduling",),
    "scheduling.corePods.nodeAffinity.matchNodePurpose": ("hub.scheduling.node_purpose",),
    "scheduling.podPriority": ("pod_priority",),
    "scheduling.podPriority.defaultPriority": ("pod_priority.default",),
    "scheduling.podPriority.imagePullerPriority": ("pod_priority.image_puller",),
    "scheduling.podPriority.userPlaceholderPriority": ("pod_priority.user_placeholder",),
    "scheduling.userPlaceholder": ("user_placeholder",),
    "scheduling.userPods": ("singleuser",),
    "scheduling.userPods.nodeAffinity.matchNodePurpose": ("singleuser.node_purpose",),
    "scheduling.userScheduler": ("user_scheduler",),
    "singleuser.cloudMetadata": ("singleuser.metadata_block",),
    "singleuser.cloudMetadata.blockWithIptables": ("singleuser.metadata_block",),
    "singleuser.extraEnv": ("singleuser.env", "singleuser.env_templates"),
    "singleuser.extraPodConfig.hostUsers": ("singleuser.host_users",),
    "singleuser.extraPodConfig.runtimeClassName": ("singleuser.runtime_class",),
    "singleuser.extraResource.guarantees": ("singleuser.extra_guarantees",),
    "singleuser.extraResource.limits": ("singleuser.extra_limits",),
    "singleuser.networkTools": ("singleuser.metadata_block",),
    "singleuser.storage.dynamic": ("singleuser.storage",),
    "singleuser.storage.dynamic.pvcNameTemplate": ("singleuser.storage.name_template", "singleuser.storage.claim"),
    "singleuser.storage.extraVolumeMounts": ("singleuser.extra_volume_mounts",),
    "singleuser.storage.extraVolumes": ("singleuser.extra_volumes",),
    "singleuser.storage.static": ("singleuser.storage",),
    "singleuser.storage.type": ("singleuser.storage",),
}
"""Sections and values of the chart whose place has another name. Of several places, the one with the value counts."""

_NESTED = {
    "nodeSelector": "scheduling.node_selector",
    "tolerations": "scheduling.tolerations",
    "livenessProbe": "probes.liveness",
    "readinessProbe": "probes.readiness",
    "cpu.guarantee": "cpu_guarantee",
    "cpu.limit": "cpu_limit",
    "memory.guarantee": "mem_guarantee",
    "memory.limit": "mem_limit",
    "extraNodeAffinity.preferred": "affinity.node_preferred",
    "extraNodeAffinity.required": "affinity.node_required",
    "extraPodAffinity.preferred": "affinity.pod_preferred",
    "extraPodAffinity.required": "affinity.pod_required",
    "extraPodAntiAffinity.preferred": "affinity.anti_pod_preferred",
    "extraPodAntiAffinity.required": "affinity.anti_pod_required",
}
"""Keys of the chart that are deeper, or less deep, in a Config that has the field."""
_FIELDS = {
    "allowNamedServers": "named_servers",
    "allowedIngressPorts": "open_ports",
    "binaryData": "binary",
    "cloudMetadataServer": "metadata_server",
    "daemonsetAnnotations": "daemon_set_annotations",
    "data": "text",
    "deploymentStrategy": "strategy",
    "dnsPortsCloudMetadataServer": "dns_metadata_server",
    "dnsPortsKubeSystemNamespace": "dns_kube_system",
    "dnsPortsPrivateIPs": "dns_private",
    "homeMountPath": "mount_path",
    "interNamespaceAccessLabels": "other_namespaces",
    "lifecycleHooks": "lifecycle",
    "loadRoles": "roles",
    "nonPrivateIPs": "internet",
    "pdb": "disruption_budget",
    "privateIPs": "private",
    "pvcName": "claim",
    "serviceAccountName": "service_account",
    "storageAccessModes": "access_modes",
    "storageClassName": "storage_class",
    "stringData": "text",
}
"""Keys of the chart whose field cannot be derived from them: see `_fields`."""

_THE_SECTION_ITSELF = {"enabled", "create", "egressAllowRules", "name", "tag"}
"""Keys without a field, whose place is that of their section: a part exists if it is on, and an image is one string."""
_JOINED = ({"image_pull_secrets"}, {"proxy", "command"}, {"tolerations"})
"""Fields that join several lists of values, so that items have other indexes."""


def place_of(path: Key, config: NotebooksConfig, given: Any) -> tuple[Place, bool]:
    """Return the place of a value, or the nearest one around it, and whether it is the value's own.

    Args:
        path: the path of the value.
        config: the configuration that was imported.
        given: the values.

    """
    found = [_from(start.split("."), path[length:], path[:length], config, given) for length, start in _starts(path)]
    own = [place for place, is_own in found if is_own]
    return (own[0], True) if own else (max((place for place, _ in found), key=len), False)


def _starts(path: Key) -> list[tuple[int, str]]:
    """Return the possible places of the nearest section in `_SECTIONS` around a value, with the length of its path."""
    for length in range(len(path), 0, -1):
        section = ".".join(map(str, path[:length]))
        if section in _SECTIONS:
            return [(length, start) for start in _SECTIONS[section]]
    return [(0, "")]


def _from(start: list[str], rest: Key, before: Key, config: NotebooksConfig, given: Any) -> tuple[Place, bool]:
    place: Place = ()
    value: Any = config
    for key in filter(None, start):
        step = _step(value, key, None)
        if step is None:
            return place, False
        place, value = (*place, step[0]), step[1]
    given = value_at(given, before)
    keys = list(rest)
    while keys:
        if isinstance(value, Config) and keys[0] == "image" and keys[1:2] in (["pullPolicy"], ["pullSecrets"]):
            keys[:2] = [{"pullPolicy": "image_pull_policy", "pullSecrets": "image_pull_secrets"}[str(keys[1])]]
        for count in (1, 2):
            field = _NESTED.get(".".join(map(str, keys[:count])), "").split(".")
            if isinstance(value, Config) and field[0] in type(value).model_fields:
                keys[:count] = field
        if isinstance(value, tuple) and ({*place[-1:]} in _JOINED or {*place} in _JOINED):
            return place, False
        step = _step(value, keys[0], value_at(given, (keys[0],)))
        if step is None and isinstance(value, Mapping) and (joined := ".".join(map(str, keys))) in value:
            return (*place, joined), True
        if step is None and keys[0] in _THE_SECTION_ITSELF and place:
            keys.pop(0)
            continue
        if step is None:
            return place, False
        place, value, given = (*place, step[0]), step[1], value_at(given, (keys.pop(0),))
    return place, bool(place)


def _step(value: Any, key: str | int, given: Any) -> tuple[str | int, Any] | None:
    """Return the next part of a place, and the value there. `given` is the chart's value at the key."""
    name = given.get("name") if isinstance(given, Mapping) else None
    if isinstance(value, Config):
        fields = (field for field in _fields(str(key)) if field in type(value).model_fields)
        return next(((field, getattr(value, field)) for field in fields), None)
    if isinstance(value, Mapping):
        code = re.sub(r"[^-._a-zA-Z0-9]", "-", str(key).removesuffix(".py")) + ".py"
        names = (key, name, f"{key}-{name}", code, *(each for each in value if str(each).endswith(f"-{code}")))
        return next(((each, value[each]) for each in names if each in value), None)
    if isinstance(value, list | tuple):
        if isinstance(key, int):
            return (key, value[key]) if key < len(value) else None
        named = (index for index, item in enumerate(value) if getattr(item, "name", None) in (key, name))
        return next(((index, value[index]) for index in named), None)
    return None


def _fields(key: str) -> tuple[str, ...]:
    """Return the names that the field of a key may have: `startTimeout` is `start_timeout_s`, `extraEnv` is `env`."""
    name = snake(key)
    seconds = f"{re.sub('_(seconds|duration)$', '', name)}_s"
    return key, _FIELDS.get(key, name), name, name.removeprefix("extra_"), seconds


def value_at(values: Any, path: Key) -> Any:
    """Return the value at a path, or None if there is none."""
    for key in path:
        try:
            values = values[key]
        except (KeyError, IndexError, TypeError):
            return None
    return values
