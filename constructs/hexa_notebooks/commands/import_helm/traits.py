"""The traits of the chart's hub, before its configuration files run.

Source: the facts of release 4.4.0 about how values become traits, in the order in which the chart sets them.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hexa_notebooks.commands.import_helm.names import Names
from hexa_notebooks.commands.import_helm.tree import Tree, snake
from hexa_notebooks.kubernetes.go_yaml import key_order
from hexa_notebooks.kubernetes.installation import APP

Traits = dict[str, dict[str, Any]]

_HUB = (
    *("allowNamedServers", "namedServerLimitPerUser", "concurrentSpawnLimit", "activeServerLimit", "baseUrl"),
    *("authenticatePrometheus", "redirectToServer", "shutdownOnLogout", "templatePaths", "templateVars"),
)
_SINGLEUSER = (
    *("podNameTemplate", "startTimeout", "image.pullPolicy", "extraLabels", "extraAnnotations", "uid", "fsGid"),
    *("serviceAccountName", "storage.extraLabels", "nodeSelector"),
    *("extraNodeAffinity.required", "extraNodeAffinity.preferred"),
    *("extraPodAffinity.required", "extraPodAffinity.preferred"),
    *("extraPodAntiAffinity.required", "extraPodAntiAffinity.preferred"),
    *("lifecycleHooks", "initContainers", "extraContainers", "memory.limit", "memory.guarantee", "cpu.limit"),
    *("cpu.guarantee", "extraResource.limits", "extraResource.guarantees", "extraEnv", "profileList"),
    *("extraPodConfig", "events"),
)
_STORAGE = ("dynamic.storageClass", "dynamic.storageAccessModes", "capacity")
_NAMES = {
    "serviceAccountName": "service_account",
    "memory.limit": "mem_limit",
    "memory.guarantee": "mem_guarantee",
    "extraEnv": "environment",
    "events": "events_enabled",
    "dynamic.storageClass": "storage_class",
    "dynamic.storageAccessModes": "storage_access_modes",
    "capacity": "storage_capacity",
}
"""Traits that are not named as their key is; nor are those of affinities."""
DROPPED = {
    *(("JupyterHub", trait) for trait in ("proxy_auth_token", "cookie_secret", "services")),
    ("ConfigurableHTTPProxy", "auth_token"),
    ("CryptKeeper", "keys"),
}
"""Traits that the chart removes from `hub.config`, because it sets them from elsewhere."""


def chart_traits(tree: Tree, names: Names) -> Traits:
    """Return the traits without secrets: no cookie secret, no crypt keys, and services without tokens."""
    hub: dict[str, Any] = {
        "spawner_class": "kubespawner.KubeSpawner",
        "cleanup_servers": False,
        "last_activity_interval": 60,
        "tornado_settings": {"slow_spawn_timeout": 0},
        "hub_bind_url": "http://:8081",
        "hub_connect_url": f"http://{names.name('hub')}:8081",
    }
    proxy = {"api_url": f"http://{names.name('proxy-api')}:8001", "should_start": False}
    match tree.get("hub.db.type"):
        case "sqlite-pvc":
            hub["db_url"] = "sqlite:///jupyterhub.sqlite"
        case "sqlite-memory":
            hub["db_url"] = "sqlite://"
        case _ if tree.get("hub.db.url") is not None:
            hub["db_url"] = tree.get("hub.db.url")
    hub |= tree.fields("hub", *_HUB, name=_trait)
    spawner = tree.fields("hub", "consecutiveFailureLimit", name=_trait)
    kube = _kube_spawner(tree, names)
    hub["services"], hub["load_roles"] = _services(tree, hub.get("base_url", "/"))
    spawner |= tree.fields("singleuser", "cmd", "defaultUrl", name=_trait)
    if tree.get("singleuser.cloudMetadata.blockWithIptables"):
        kube["init_containers"] = [*kube.get("init_containers", []), _metadata_block(tree)]
    if tree.get("debug.enabled"):
        hub["log_level"] = "DEBUG"
        spawner["debug"] = True
    traits: Traits = {"ConfigurableHTTPProxy": proxy, "JupyterHub": hub, "KubeSpawner": kube, "Spawner": spawner}
    for section, values in sorted((tree.get("hub.config") or {}).items()):
        kept = {trait: value for trait, value in values.items() if (section, trait) not in DROPPED}
        traits[section] = traits.get(section, {}) | kept
    return deepcopy({section: values for section, values in traits.items() if values})


def _trait(key: str) -> str:
    """Return the name of a trait: `image.pullPolicy` sets `image_pull_policy`."""
    name = snake(key.replace(".", "_"))
    return _NAMES.get(key, name.removeprefix("extra_") if "affinity" in name else name)


def _kube_spawner(tree: Tree, names: Names) -> dict[str, Any]:
    app = tree.get("nameOverride", APP)
    kube: dict[str, Any] = {
        "common_labels": {
            "app": app,
            "app.kubernetes.io/name": app,
            "release": names.release,
            "app.kubernetes.io/instance": names.release,
            "app.kubernetes.io/managed-by": "kubespawner",
        },
        "namespace": names.namespace,
    }
    kube |= tree.fields("singleuser", *_SINGLEUSER, name=_trait)
    image, tag = tree.get("singleuser.image.name"), tree.get("singleuser.image.tag")
    if image:
        kube["image"] = f"{image}:{tag}" if tag else image
    kube["allow_privilege_escalation"] = tree.get("singleuser.allowPrivilegeEscalation")
    secrets = [
        *([names.name("image-pull-secret")] if creates_pull_secret(tree) else []),
        *tree.get("imagePullSecrets", []),
        *tree.get("singleuser.image.pullSecrets", []),
    ]
    if secrets:
        kube["image_pull_secrets"] = secrets
    if tree.get("scheduling.userScheduler.enabled"):
        kube["scheduler_name"] = names.user_scheduler
    if tree.get("scheduling.podPriority.enabled"):
        kube["priority_class_name"] = names.default_priority
    purpose = {"matchExpressions": [{"key": "hub.jupyter.org/node-purpose", "operator": "In", "values": ["user"]}]}
    match tree.get("scheduling.userPods.nodeAffinity.matchNodePurpose"):
        case "prefer":
            terms = kube.get("node_affinity_preferred", [])
            kube["node_affinity_preferred"] = [*terms, {"weight": 100, "preference": purpose}]
        case "require":
            kube["node_affinity_required"] = [*kube.get("node_affinity_required", []), purpose]
    tolerations = [*tree.get("scheduling.userPods.tolerations", []), *tree.get("singleuser.extraTolerations", [])]
    if tolerations:
        kube["tolerations"] = tolerations
    return kube | _storage(tree, names)


def _storage(tree: Tree, names: Names) -> dict[str, Any]:
    traits: dict[str, Any] = {}
    volumes: dict[str, Any] = {}
    mounts: dict[str, Any] = {}
    home = tree.get("singleuser.storage.homeMountPath")
    match tree.get("singleuser.storage.type"):
        case "dynamic":
            dynamic = tree.get("singleuser.storage.dynamic", {})
            if dynamic.get("pvcNameTemplate"):
                traits["pvc_name_template"] = dynamic["pvcNameTemplate"]
            traits["storage_pvc_ensure"] = True
            traits |= tree.fields("singleuser.storage", *_STORAGE, name=_trait)
            volume = dynamic.get("volumeNameTemplate")
            volumes[volume] = {"name": volume, "persistentVolumeClaim": {"claimName": "{pvc_name}"}}
            mounts[volume] = {"mountPath": home, "name": volume}
            if dynamic.get("subPath") is not None:
                mounts[volume]["subPath"] = dynamic["subPath"]
        case "static":
            static = tree.get("singleuser.storage.static", {})
            volumes["home"] = {"name": "home", "persistentVolumeClaim": {"claimName": static.get("pvcName")}}
            mounts["home"] = {"mountPath": home, "name": "home"}
            if static.get("subPath") is not None:
                mounts["home"]["subPath"] = static["subPath"]
    extra = tree.get("singleuser.extraFiles", {})
    # The hub reads the values from YAML that Go wrote, so the keys have Go's order.
    files = [(key, extra[key]) for key in sorted(extra, key=key_order)]
    if files:
        items = [
            {"key": key, "path": key} | ({"mode": file["mode"]} if file.get("mode") is not None else {})
            for key, file in files
        ]
        volumes["files"] = {"name": "files", "secret": {"secretName": names.name("singleuser"), "items": items}}
        for index, (key, file) in enumerate(files):
            mounts[f"{index}-files"] = {"mountPath": file["mountPath"], "subPath": key, "name": "files"}
    volumes |= keyed_volumes(tree.get("singleuser.storage.extraVolumes", []))
    mounts |= keyed_mounts(tree.get("singleuser.storage.extraVolumeMounts", []))
    return traits | {"volumes": volumes, "volume_mounts": mounts}


def keyed_volumes(volumes: Any) -> dict[str, Any]:
    """Return extra volumes by the keys that the chart gives them."""
    return dict(volumes) if isinstance(volumes, Mapping) else {volume["name"]: volume for volume in volumes}


def keyed_mounts(mounts: Any) -> dict[str, Any]:
    """Return extra mounts by the keys that the chart gives them."""
    if isinstance(mounts, Mapping):
        return dict(mounts)
    return {f"{index}-{mount['name']}": mount for index, mount in enumerate(mounts)}


def creates_pull_secret(tree: Tree) -> bool:
    """Return whether the chart creates a pull secret and adds it to every pod."""
    return bool(tree.get("imagePullSecret.create") and tree.get("imagePullSecret.automaticReferenceInjection"))


def _services(tree: Tree, base_url: str) -> tuple[list[Any], list[Any]]:
    services: list[Any] = []
    roles: list[Any] = []
    cull = tree.get("cull", {})
    if cull.get("enabled"):
        name = "jupyterhub-idle-culler"
        slash = "" if base_url.endswith("/") else "/"
        command = ["python3", "-m", "jupyterhub_idle_culler"]
        command.append(f"--url=http://localhost:8081{base_url}{slash}hub/api")
        command += [
            f"--{flag}={cull[key]}"
            for flag, key in (("timeout", "timeout"), ("cull-every", "every"), ("concurrency", "concurrency"))
            if cull.get(key)
        ]
        command += ["--cull-users"] if cull.get("users") else []
        command += [] if cull.get("adminUsers") else ["--cull-admin-users=false"]
        command += ["--remove-named-servers"] if cull.get("removeNamedServers") else []
        command += [f"--max-age={cull['maxAge']}"] if cull.get("maxAge") else []
        services.append({"name": name, "command": command})
        scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
        scopes += ["admin:users"] if cull.get("users") else []
        roles.append({"name": name, "services": [name], "scopes": scopes})
    for key, service in sorted((tree.get("hub.services") or {}).items()):
        options = {name: value for name, value in service.items() if name not in ("apiToken", "api_token")}
        services.append({"name": key} | options)
    for key, role in sorted((tree.get("hub.loadRoles") or {}).items()):
        roles.append({"name": key} | role)
    return services, roles


def _metadata_block(tree: Tree) -> dict[str, Any]:
    image = tree.get("singleuser.networkTools.image")
    rule = ["--append", "OUTPUT", "--protocol", "tcp", "--destination", tree.get("singleuser.cloudMetadata.ip")]
    return {
        "name": "block-cloud-metadata",
        "image": f"{image['name']}:{image['tag']}",
        "command": ["iptables", *rule, "--destination-port", "80", "--jump", "DROP"],
        "securityContext": {"runAsUser": 0, "privileged": True, "capabilities": {"add": ["NET_ADMIN"]}},
        "resources": tree.get("singleuser.networkTools.resources", {}),
    }
