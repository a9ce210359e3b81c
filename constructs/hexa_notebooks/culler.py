"""The culler, a service inside the hub's pod that stops servers which nobody uses."""

from pydantic import Field

from hexa_notebooks.config import Config
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import HUB_PORT

_NAME = "jupyterhub-idle-culler"


class CullerConfig(Config):
    """Settings of `jupyterhub_idle_culler`."""

    timeout_s: int = Field(default=3600, ge=60)
    """Seconds without activity after which a server is stopped. An open browser tab counts as activity while a kernel
    answers. One hour by default."""
    every_s: int = Field(default=300, ge=10)
    """Seconds between two looks. Five minutes by default."""
    max_age_s: int = Field(default=0, ge=0)
    """Seconds after which a server is stopped even if it is used. 0, the default, means never."""
    concurrency: int = Field(default=10, ge=1)
    """How many requests to the hub the culler makes at a time. 10 by default."""
    remove_named_servers: bool = False
    """Whether a named server that was stopped is deleted as well, with its stored options. Not by default."""
    users: bool = False
    """Whether idle users are deleted from the hub too, which takes the scope `admin:users`. Not by default."""

    def hub_part(self) -> HubPart:
        """Return the service and the role that it needs."""
        command = [
            "python3",
            "-m",
            "jupyterhub_idle_culler",
            f"--url=http://localhost:{HUB_PORT}/hub/api",
            f"--timeout={self.timeout_s}",
            f"--cull-every={self.every_s}",
            f"--concurrency={self.concurrency}",
        ]
        if self.users:
            command.append("--cull-users=true")
        if self.remove_named_servers:
            command.append("--remove-named-servers=true")
        if self.max_age_s:
            command.append(f"--max-age={self.max_age_s}")
        scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
        if self.users:
            scopes.append("admin:users")
        return HubPart(
            origin="culler",
            traits={
                "JupyterHub": {
                    "services": [{"name": _NAME, "command": list(command)}],
                    "load_roles": [{"name": _NAME, "services": [_NAME], "scopes": list(scopes)}],
                }
            },
        )
