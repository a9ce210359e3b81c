"""The traits that make JupyterHub a hub on Kubernetes, whatever else is configured."""

from hexa_notebooks.hub.config import HubConfig
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import HUB, HUB_PORT, PROXY_API, PROXY_API_PORT
from hexa_notebooks.traits import Traits


def base_part(config: HubConfig) -> HubPart:
    """Return them, with those that `HubConfig` sets."""
    traits: Traits = {
        "ConfigurableHTTPProxy": {"api_url": f"http://{PROXY_API}:{PROXY_API_PORT}", "should_start": False},
        "JupyterHub": {
            "hub_bind_url": f"http://:{HUB_PORT}",
            "hub_connect_url": f"http://{HUB}:{HUB_PORT}",
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
        },
        "Spawner": {"consecutive_failure_limit": config.consecutive_failure_limit},
    }
    if config.debug:
        traits["JupyterHub"]["log_level"] = "DEBUG"
        traits["Spawner"]["debug"] = True
    return HubPart(origin="hub", traits=traits)
