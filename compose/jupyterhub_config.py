"""The hub's configuration in docker-compose.yaml: as on an OpenHEXA cluster, but servers are Docker containers."""

import os

c = get_config()  # type: ignore[name-defined]  # noqa: F821 (traitlets provides it)

_POLICY = os.environ["CONTENT_SECURITY_POLICY"]
"""The policy of users' servers. The hub's pages get it without `'self'`, so that users' servers cannot embed them."""

c.JupyterHub.authenticator_class = "hexa_hub.authenticator.AppAuthenticator"
c.JupyterHub.spawner_class = "docker_spawner.WorkspaceDockerSpawner"
c.JupyterHub.db_url = "postgresql+psycopg://hexa-notebooks@database:5432/hexa-notebooks"
c.JupyterHub.hub_bind_url = "http://:8081"
c.JupyterHub.hub_connect_url = "http://hub:8081"
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://proxy:8001"

c.Authenticator.allow_all = True
c.JupyterHub.allow_named_servers = True
c.JupyterHub.shutdown_on_logout = True
# The App polls every second until the server is ready, and needs an immediate answer: see slow_spawn_timeout.
c.JupyterHub.tornado_settings = {
    "headers": {
        "Content-Security-Policy": _POLICY.replace(" 'self'", ""),
        "Cross-Origin-Opener-Policy": "same-origin",
    },
    # Not `Secure`, because a reverse proxy in front of this one decides whether users connect with https.
    "cookie_options": {"samesite": "Lax"},
    "xsrf_cookie_kwargs": {"httponly": True, "samesite": "Lax"},
    "slow_spawn_timeout": 0,
}
c.JupyterHub.redirect_to_server = False
c.JupyterHub.token_expires_in_max_seconds = 86400
c.JupyterHub.services = [{"name": "openhexa-app", "api_token": os.environ["HUB_API_TOKEN"]}]
c.JupyterHub.load_roles = [
    {"name": "openhexa-app", "scopes": ["admin:users", "servers"], "services": ["openhexa-app"]},
    # The scopes in JupyterHub's `self`, but without the right to create tokens.
    {
        "name": "user",
        "scopes": [
            "access:servers!user",
            "delete:servers!user",
            "read:tokens!user",
            "read:shares!user",
            "read:users!user",
            "servers!user",
            "users:activity!user",
            "users:shares!user",
        ],
    },
]

c.Spawner.cmd = ["singleuser"]
c.Spawner.default_url = "/lab"
c.Spawner.consecutive_failure_limit = 0
c.Spawner.environment = {"CONTENT_SECURITY_POLICY": _POLICY}
# This includes the time in which Docker pulls the workspace's image.
c.Spawner.start_timeout = 600

c.DockerSpawner.image = os.environ["SINGLEUSER_IMAGE"]
c.DockerSpawner.network_name = "openhexa-notebooks"
c.DockerSpawner.remove = True
# Time for the image to upload the latest changes to the bucket. Docker's default of ten seconds could lose them.
c.DockerSpawner.extra_create_kwargs = {"stop_timeout": 60}
# OpenHEXA's older images mount the workspace's files with this hook. It does nothing in this repository's image.
c.DockerSpawner.post_start_cmd = (
    'sh -c "python3 /home/jovyan/.hexa_scripts/fuse_mount.py && python3 /home/jovyan/.hexa_scripts/wrap_up.py"'
)
c.WorkspaceDockerSpawner.storage_location = os.environ["WORKSPACE_STORAGE_LOCATION"]
