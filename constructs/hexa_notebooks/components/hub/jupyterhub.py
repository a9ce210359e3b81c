"""The hub's own traits and environment, which every installation has."""

from typing import Any

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import (
    HUB,
    HUB_PORT,
    PROXY_API,
    PROXY_API_PORT,
    SINGLEUSER_PORT,
    Installation,
)
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef, env_var
from hexa_notebooks.traits import Traits


def base_part(config: HubConfig, installation: Installation) -> HubPart:
    """Return the traits, environment and secrets that `HubConfig` and Kubernetes need."""
    traits: Traits = {
        "ConfigurableHTTPProxy": {
            "api_url": f"http://{installation.name(PROXY_API)}:{PROXY_API_PORT}",
            "should_start": False,
        },
        "JupyterHub": {
            "hub_bind_url": f"http://:{HUB_PORT}",
            "hub_connect_url": f"http://{installation.name(HUB)}:{HUB_PORT}",
            # A restart of the hub must not stop users' servers.
            "cleanup_servers": False,
            # The hub also restores missing routes in this interval, in seconds: a restarted proxy has lost them all.
            "last_activity_interval": 60,
            # Answer a start request at once: the OpenHEXA App polls for the result.
            "tornado_settings": {"slow_spawn_timeout": 0},
            "allow_named_servers": config.named_servers,
            "concurrent_spawn_limit": config.concurrent_spawn_limit,
            "base_url": config.base_url,
        },
        "KubeSpawner": {},
        "Spawner": {"consecutive_failure_limit": config.consecutive_failure_limit},
    }
    for limit in ("named_server_limit_per_user", "active_server_limit"):
        if getattr(config, limit) or config.hardened:
            traits["JupyterHub"][limit] = getattr(config, limit)
    if config.hardened:
        # JupyterHub's and KubeSpawner's defaults, set so that they cannot change: Role and policies rely on them.
        traits["JupyterHub"]["internal_ssl"] = False
        # Seconds without an event after which pods and events are listed again. With KubeSpawner's 10 this is half the
        # work of an idle hub with two thousand servers. It must stay below `request_timeout`, which is 60.
        traits["ResourceReflector"] = {"timeout_seconds": 55}
        traits["KubeSpawner"] |= {"services_enabled": False, "enable_user_namespaces": False, "port": SINGLEUSER_PORT}
    if config.as_chart:
        traits["JupyterHub"] |= {"admin_access": True, "template_vars": {}}
        traits["JupyterHub"] |= {"services": [], "load_roles": [], "template_paths": []}
        traits["KubeSpawner"]["storage_extra_labels"] = {}
    if config.debug:
        traits["JupyterHub"]["log_level"] = "DEBUG"
        traits["Spawner"]["debug"] = True
    chart_env = {"HELM_RELEASE_NAME": installation.release} if config.as_chart else {}
    env = (
        env_var("PYTHONUNBUFFERED", "1"),
        k8s.EnvVar(
            name="POD_NAMESPACE",
            value_from=k8s.EnvVarSource(field_ref=k8s.ObjectFieldSelector(field_path="metadata.namespace")),
        ),
        env_var("CONFIGPROXY_AUTH_TOKEN", config.proxy_token),
        *(env_var(name, value) for name, value in chart_env.items() if name not in config.env),
    )
    # JupyterHub reads JPY_COOKIE_SECRET, JUPYTERHUB_CRYPT_KEY and CONFIGPROXY_AUTH_TOKEN without configuration.
    secrets: dict[str, SecretKeyRef] = {"JPY_COOKIE_SECRET": config.cookie_secret}
    if len(config.crypt_keys) == 1:
        secrets["JUPYTERHUB_CRYPT_KEY"] = config.crypt_keys[0]
    elif config.crypt_keys:
        # JUPYTERHUB_CRYPT_KEY holds several keys only in one value, joined by `;`: give each a variable instead.
        keys = {f"CRYPT_KEY_{index}": key for index, key in enumerate(config.crypt_keys)}
        secrets |= keys
        traits["CryptKeeper"] = {"keys": [{"$env": name} for name in keys]}
    return HubPart(origin="hub", traits=traits, env=env, secrets=secrets)


def services_part(config: HubConfig) -> HubPart:
    """Return the cluster file's services and roles."""
    services: list[Any] = []
    secrets: dict[str, SecretKeyRef] = {}
    for index, service in enumerate(config.services):
        token = {}
        if service.api_token is not None:
            variable = f"SERVICE_TOKEN_{index}"
            secrets[variable] = service.api_token
            token = {"api_token": {"$env": variable}}
        services.append({"name": service.name, **service.options, **token})
    roles: list[Any] = [role.model_dump(mode="json", exclude_none=True) for role in config.roles]
    lists = {"services": services, "load_roles": roles}
    traits: Traits = {"JupyterHub": {name: items for name, items in lists.items() if items}}
    return HubPart(origin="hub.services", traits=traits if traits["JupyterHub"] else {}, secrets=secrets)
