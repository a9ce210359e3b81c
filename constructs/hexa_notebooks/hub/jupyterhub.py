"""What makes JupyterHub a hub on Kubernetes, whatever else is configured."""

from collections.abc import Sequence

from hexa_notebooks.hub.config import HubConfig
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import HUB, HUB_PORT, PROXY_API, PROXY_API_PORT, SINGLEUSER_PORT, Installation
from hexa_notebooks.k8s import k8s
from hexa_notebooks.secret_ref import SecretKeyRef, env_var
from hexa_notebooks.traits import Traits


def base_part(config: HubConfig, installation: Installation) -> HubPart:
    """Return the traits and the environment, with what `HubConfig` sets."""
    traits: Traits = {
        "ConfigurableHTTPProxy": {
            "api_url": f"http://{installation.name(PROXY_API)}:{PROXY_API_PORT}",
            "should_start": False,
        },
        "JupyterHub": {
            "hub_bind_url": f"http://:{HUB_PORT}",
            "hub_connect_url": f"http://{installation.name(HUB)}:{HUB_PORT}",
            # Servers outlive the hub: a restart must not end anybody's work.
            "cleanup_servers": False,
            # Seconds after which routes that a restarted proxy lost are written anew, at the latest.
            "last_activity_interval": 60,
            # Whoever starts a server gets an answer at once; the OpenHEXA App polls for the rest.
            "tornado_settings": {"slow_spawn_timeout": 0},
            "allow_named_servers": config.named_servers,
            "named_server_limit_per_user": config.named_server_limit_per_user,
            "active_server_limit": config.active_server_limit,
            "concurrent_spawn_limit": config.concurrent_spawn_limit,
            # Their defaults, written down: probes and the culler rely on the one, the hub's rights on the others.
            "base_url": "/",
            "internal_ssl": False,
        },
        "KubeSpawner": {
            "services_enabled": False,
            "enable_user_namespaces": False,
            # Its default too, since policies open no other port of a server.
            "port": SINGLEUSER_PORT,
        },
        "Spawner": {"consecutive_failure_limit": config.consecutive_failure_limit},
    }
    if config.debug:
        traits["JupyterHub"]["log_level"] = "DEBUG"
        traits["Spawner"]["debug"] = True
    env = (
        env_var("PYTHONUNBUFFERED", "1"),
        k8s.EnvVar(
            name="POD_NAMESPACE",
            value_from=k8s.EnvVarSource(field_ref=k8s.ObjectFieldSelector(field_path="metadata.namespace")),
        ),
        # JupyterHub reads these three from its environment by itself.
        env_var("CONFIGPROXY_AUTH_TOKEN", config.proxy_token),
        env_var("JPY_COOKIE_SECRET", config.cookie_secret),
        *_crypt_keys(config.crypt_keys),
    )
    return HubPart(origin="hub", traits=traits, env=env)


def _crypt_keys(keys: Sequence[SecretKeyRef]) -> list[k8s.EnvVar]:
    """Return `JUPYTERHUB_CRYPT_KEY`, which takes several keys with `;` between them."""
    if len(keys) <= 1:
        return [env_var("JUPYTERHUB_CRYPT_KEY", key) for key in keys]
    names = [f"CRYPT_KEY_{index}" for index in range(len(keys))]
    joined = ";".join(f"$({name})" for name in names)
    return [
        *(env_var(name, key) for name, key in zip(names, keys, strict=True)),
        env_var("JUPYTERHUB_CRYPT_KEY", joined),
    ]
