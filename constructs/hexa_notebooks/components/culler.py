"""The idle culler: a service in the hub's pod that stops idle servers."""

from pydantic import Field

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import HUB_PORT
from hexa_notebooks.model.config import Config

_NAME = "jupyterhub-idle-culler"


class CullerConfig(Config):
    """Settings of `jupyterhub_idle_culler`."""

    timeout_s: int = Field(default=3600, ge=0)
    """Seconds of inactivity after which the culler stops a server. An open browser tab counts as activity while a
    kernel answers. One hour by default; 0 uses the culler's own default, ten minutes."""
    every_s: int = Field(default=300, ge=0)
    """Seconds between two checks. Five minutes by default; 0 uses the culler's own default, half of the timeout."""
    max_age_s: int = Field(default=0, ge=0)
    """Seconds after which a server is stopped even if it is in use. 0, the default, means never."""
    concurrency: int = Field(default=10, ge=0)
    """Maximum number of concurrent requests to the hub. 10 by default; 0 also means 10."""
    remove_named_servers: bool = False
    """Whether to delete a named server, with its stored options, when it is stopped. Off by default."""
    users: bool = False
    """Whether to delete idle users from the hub as well, which needs the scope `admin:users`. Off by default."""
    admin_users: bool = True
    """Whether `users` includes administrators. On by default."""

    def hub_part(self, base_url: str, *, hardened: bool = True) -> HubPart:
        """Return the service and its role, for a hub with this `base_url`.

        `hardened` is the hub's setting. If it is False, boolean flags have no `=true`, as in the Helm chart, whose
        image has release 1 of the culler. Release 2 refuses a flag without it and would never cull anything.
        """
        on = "=true" if hardened else ""
        command = [
            "python3",
            "-m",
            "jupyterhub_idle_culler",
            f"--url=http://localhost:{HUB_PORT}{base_url.removesuffix('/')}/hub/api",
        ]
        # 0 means "the culler's default" here, so leave the flag out: the culler would take a literal 0 at its word.
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
                    "services": [{"name": _NAME, "command": [*command]}],
                    "load_roles": [{"name": _NAME, "services": [_NAME], "scopes": [*scopes]}],
                }
            },
        )
