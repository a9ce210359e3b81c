"""The culler, a service inside the hub's pod that stops servers which nobody uses."""

from pydantic import Field

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import HUB_PORT
from hexa_notebooks.model.config import Config

_NAME = "jupyterhub-idle-culler"


class CullerConfig(Config):
    """Settings of `jupyterhub_idle_culler`."""

    timeout_s: int = Field(default=3600, ge=0)
    """Seconds without activity after which a server is stopped. An open browser tab counts as activity while a kernel
    answers. One hour by default; 0 takes the culler's own ten minutes."""
    every_s: int = Field(default=300, ge=0)
    """Seconds between two looks. Five minutes by default; 0 takes the culler's own, half of the timeout."""
    max_age_s: int = Field(default=0, ge=0)
    """Seconds after which a server is stopped even if it is used. 0, the default, means never."""
    concurrency: int = Field(default=10, ge=0)
    """How many requests to the hub the culler makes at a time. 10 by default, which 0 means as well."""
    remove_named_servers: bool = False
    """Whether a named server that was stopped is deleted as well, with its stored options. Not by default."""
    users: bool = False
    """Whether idle users are deleted from the hub too, which takes the scope `admin:users`. Not by default."""
    admin_users: bool = True
    """Whether that goes for administrators too. It does by default."""

    def hub_part(self, base_url: str, *, hardened: bool = True) -> HubPart:
        """Return the service and the role that it needs, for a hub with this `base_url`.

        `hardened` is the hub's: where it is not, switches have no `=true`, as in the Helm chart, whose image has a
        culler of release 1. Release 2 refuses such a switch, so that nothing would ever be culled.
        """
        on = "=true" if hardened else ""
        command = [
            "python3",
            "-m",
            "jupyterhub_idle_culler",
            f"--url=http://localhost:{HUB_PORT}{base_url.removesuffix('/')}/hub/api",
        ]
        # The culler takes 0 for a number like any other, while it means here that none was given.
        numbers = {"timeout": self.timeout_s, "cull-every": self.every_s, "concurrency": self.concurrency}
        command += [f"--{flag}={number}" for flag, number in numbers.items() if number]
        if self.users:
            command.append(f"--cull-users{on}")
        if not self.admin_users:
            command.append("--cull-admin-users=false")
        if self.remove_named_servers:
            command.append(f"--remove-named-servers{on}")
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
