"""The chart's hub, database, authenticator and culler, converted to our Configs."""

from collections.abc import Mapping
from typing import Any

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm import pods
from hexa_notebooks.commands.import_helm.code import ConfigFiles
from hexa_notebooks.commands.import_helm.secrets import Secrets
from hexa_notebooks.commands.import_helm.traits import DROPPED
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.components.authenticator.other import OtherAuthenticator
from hexa_notebooks.components.culler import CullerConfig
from hexa_notebooks.components.database.other import OtherDatabase, SqliteMemory, split_password
from hexa_notebooks.components.database.sqlite import SqlitePvc
from hexa_notebooks.components.hub.config import (
    HubConfig,
    HubServiceConfig,
    JupyterHubRole,
    JupyterHubService,
    MountedFile,
)
from hexa_notebooks.kubernetes.plaintext_secret import holds_a_secret
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.traits import is_known

_CONFIG = "/usr/local/etc/jupyterhub/jupyterhub_config.py"
_ONLY_TRAITS = (
    *("active_server_limit", "concurrent_spawn_limit", "consecutive_failure_limit", "named_server_limit_per_user"),
)


def hub_config(tree: Tree, secrets: Secrets, files: ConfigFiles) -> HubConfig:
    """Return the hub's settings. Traits that they do not cover are added when the whole is compared."""
    fields: dict[str, Any] = dict(
        **pods.core_pod_fields(tree, "hub"),
        **tree.fields("hub", "initContainers", "command", "lifecycle", "baseUrl"),
        pod_security_context=pods.security_context(tree, "hub.podSecurityContext"),
        args=_arguments(tree),
        strategy=tree.get("hub.deploymentStrategy", {}),
        probes=pods.probes(tree, "hub"),
        secrets=secrets.variables,
        existing_secret=tree.text("hub.existingSecret"),
        proxy_token=secrets.live("hub.config.ConfigurableHTTPProxy.auth_token"),
        cookie_secret=secrets.live("hub.config.JupyterHub.cookie_secret"),
        crypt_keys=(secrets.live("hub.config.CryptKeeper.keys"),),
        named_servers=bool(tree.get("hub.allowNamedServers")),
        named_server_limit_per_user=tree.get("hub.namedServerLimitPerUser", 0),
        active_server_limit=tree.get("hub.activeServerLimit", 0),
        concurrent_spawn_limit=tree.get("hub.concurrentSpawnLimit", 64),
        consecutive_failure_limit=tree.get("hub.consecutiveFailureLimit", 0),
        debug=bool(tree.get("debug.enabled")),
        services=tuple(_services(tree, secrets)),
        roles=tuple(_roles(tree)),
        values=files.values,
        files=_files(tree, secrets, files),
        extra_config=files.extra_config,
        service=HubServiceConfig(
            type=tree.text("hub.service.type"),
            **tree.fields("hub.service", "annotations", "extraPorts", "ipFamilies"),
            node_port=tree.get("hub.service.ports.nodePort"),
            app_protocol=tree.text("hub.service.ports.appProtocol"),
            load_balancer_ip=tree.text("hub.service.loadBalancerIP"),
            ip_family_policy=tree.text("hub.service.ipFamilyPolicy"),
        ),
        service_account=pods.service_account(tree, "hub.serviceAccount"),
        rbac=bool(tree.get("rbac.create")),
        **({} if tree.get("rbac.create") else {"role_rules": None}),
        network_policy=pods.network_policy(tree, "hub"),
    )
    return pods.with_fields(as_chart.HubConfig, fields, _ONLY_TRAITS)


def upgrades_database(tree: Tree) -> bool:
    """Return whether the hub upgrades its database at each start."""
    upgrade = tree.get("hub.db.upgrade")
    return tree.get("hub.db.type") == "sqlite-pvc" if upgrade is None else bool(upgrade)


def _arguments(tree: Tree) -> tuple[str, ...] | None:
    if tree.get("hub.args"):
        return tuple(tree.get("hub.args"))
    switches = {"--debug": tree.get("debug.enabled"), "--upgrade-db": upgrades_database(tree)}
    flags = [flag for flag, is_on in switches.items() if is_on]
    return ("jupyterhub", "--config", _CONFIG, *flags) if flags else None


def _services(tree: Tree, secrets: Secrets) -> list[JupyterHubService]:
    services = []
    for key, service in sorted(tree.get("hub.services", {}).items()):
        options = {name: value for name, value in service.items() if name not in ("name", "apiToken", "api_token")}
        token = secrets.live(f"hub.services.{key}.apiToken")
        services.append(JupyterHubService(name=service.get("name", key), api_token=token, options=options))
    return services


def _roles(tree: Tree) -> list[JupyterHubRole]:
    fields = JupyterHubRole.model_fields
    return [
        JupyterHubRole(**{name: value for name, value in ({"name": key} | role).items() if name in fields})
        for key, role in sorted(tree.get("hub.loadRoles", {}).items())
    ]


def _files(tree: Tree, secrets: Secrets, files: ConfigFiles) -> dict[str, MountedFile]:
    return {
        key: MountedFile(
            mount_path=file["mountPath"],
            secret=secrets.live(key),
            mode=file.get("mode") or None,
            text=files.image_files.get(key),
        )
        for key, file in sorted(tree.get("hub.extraFiles", {}).items())
    }


def database(tree: Tree, secrets: Secrets) -> SqlitePvc | SqliteMemory | OtherDatabase:
    """Return the database of the chart."""
    match tree.get("hub.db.type"):
        case "sqlite-pvc":
            pvc = tree.get("hub.db.pvc", {})
            return as_chart.SqlitePvc(
                storage=str(pvc["storage"]),
                storage_class=pvc.get("storageClassName"),
                access_modes=tuple(pvc["accessModes"]),
                selector=pvc.get("selector", {}),
                annotations=pvc.get("annotations", {}),
                sub_path=pvc.get("subPath") or None,
            )
        case "sqlite-memory":
            return SqliteMemory()
    url, password = tree.get("hub.db.url"), None
    plain, has_password = split_password(str(url or ""))
    kind = tree.get("hub.db.type")
    if has_password:
        password = secrets.to_create("hub.db.url (the password in it, percent signs decoded)", "database-password")
    elif kind in ("postgres", "mysql") and tree.has("hub.db.password"):
        password = secrets.live("hub.db.password")
    elif kind in ("postgres", "mysql") and tree.text("hub.existingSecret"):
        password = SecretKeyRef(name=tree.get("hub.existingSecret"), key="hub.db.password")
    if holds_a_secret("", plain):
        secrets.refused.append(
            "hub.db.url: has a password in its query; write it as user:password@host, or as hub.db.password",
        )
        plain = ""
    # The chart sets the variable of its kind of database, whatever the driver reads.
    chosen = {"postgres": "PGPASSWORD", "mysql": "MYSQL_PWD"}.get(kind) if password and not has_password else None
    by_url = OtherDatabase(url=plain or None).variable
    return OtherDatabase(url=plain or None, password=password, password_variable=None if chosen == by_url else chosen)


def authenticator(tree: Tree, secrets: Secrets) -> OtherAuthenticator:
    """Return the authenticator with the traits in `hub.config`, and references in place of secrets."""
    config: Mapping[str, Any] = tree.get("hub.config", {})
    traits: dict[str, dict[str, Any]] = {}
    references: dict[str, SecretKeyRef] = {}
    for section, values in sorted(config.items()):
        for trait, value in values.items():
            name = f"{section}.{trait}"
            is_unknown = is_known(section) and not is_known(section, trait)
            if (section, trait) in DROPPED or value is None or is_unknown:
                continue
            if isinstance(value, str) and holds_a_secret(name, value) and name != "JupyterHub.db_url":
                references[name] = secrets.to_create(f"hub.config.{name}", name)
            elif section not in ("JupyterHub", "KubeSpawner", "Spawner", "ConfigurableHTTPProxy"):
                traits.setdefault(section, {})[trait] = value
    return OtherAuthenticator(
        class_name=config.get("JupyterHub", {}).get("authenticator_class", "dummy"),
        traits=traits,
        secrets=references,
    )


def culler(tree: Tree) -> CullerConfig | None:
    """Return the culler, or None if it is off."""
    cull = tree.get("cull", {})
    if not cull.get("enabled"):
        return None
    numbers = {"timeout_s": "timeout", "every_s": "every", "max_age_s": "maxAge", "concurrency": "concurrency"}
    flags = {"remove_named_servers": "removeNamedServers", "users": "users", "admin_users": "adminUsers"}
    return as_chart.CullerConfig(
        **{field: cull.get(key) or 0 for field, key in numbers.items()},
        **{field: bool(cull.get(key)) for field, key in flags.items()},
    )
