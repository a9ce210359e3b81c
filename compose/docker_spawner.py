"""The spawner of workspaces' servers as Docker containers on one machine."""

from pathlib import PurePosixPath
from typing import Any

from docker.errors import APIError  # type: ignore[import-untyped]
from docker.types import Mount  # type: ignore[import-untyped]
from dockerspawner import DockerSpawner  # type: ignore[import-untyped]
from traitlets import Unicode, default

from hexa_hub.errors import UnusableWorkspace
from hexa_hub.workspace import WorkspaceMixin

WORKSPACE = "/home/jovyan/workspace"
"""The path of a workspace's files in its servers (BLSQ/openhexa-docker-images)."""

_BUCKETS = ("gcp", "s3", "azure")
"""The storage engines whose files the container itself mounts with FUSE."""


class WorkspaceDockerSpawner(WorkspaceMixin, DockerSpawner):  # type: ignore[misc]
    """DockerSpawner with credentials, image, container name and files from the App.

    A container may use FUSE only if the files of its workspace are in a bucket. It is never privileged.
    """

    storage_location = Unicode(
        help="""
        The folder on Docker's host in which the App keeps workspaces on disk, its WORKSPACE_STORAGE_LOCATION. Only
        folders below it can be mounted. Empty, the default, refuses such workspaces.
        """,
    ).tag(config=True)

    image: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._default_image = self.image
        self._folder = ""

    @default("extra_host_config")
    def _extra_host_config(self) -> Any:
        return type(self).host_config

    async def start(self) -> Any:
        """Start the container with the App's current settings. Those of earlier starts do not count.

        Raises:
            AppError: the App gives no credentials, or Docker cannot start a container with its settings.

        """
        with self.uncounted_failures():
            credentials = await self.fetch_credentials()
            self.image = credentials.image or self._default_image
            if credentials.notebooks_server_hash:
                self.object_name = f"jupyter-{credentials.notebooks_server_hash}"
            self._folder = self._checked_folder(credentials.environment)
            try:
                return await super().start()
            except APIError as error:
                if not error.is_client_error():
                    raise
                url = self.authenticator.app.url
                raise UnusableWorkspace(f"Docker cannot start its server ({error.explanation})", app_url=url) from None

    @property
    def mount_binds(self) -> list[Mount]:
        """The configured mounts, and the workspace's folder if the App keeps it on disk."""
        mounts: list[Mount] = super().mount_binds
        return [*mounts, *([Mount(WORKSPACE, self._folder, type="bind")] if self._folder else [])]

    def host_config(self) -> dict[str, Any]:
        """Return further options of the container: a name for Docker's host, and FUSE for a bucket."""
        config: dict[str, Any] = {"extra_hosts": {"host.docker.internal": "host-gateway"}}
        if self._credentials and self._credentials.env.get("WORKSPACE_STORAGE_ENGINE") in _BUCKETS:
            # Docker's default AppArmor profile forbids all mounts.
            config |= {
                "cap_add": ["SYS_ADMIN"],
                "devices": ["/dev/fuse:/dev/fuse:rwm"],
                "security_opt": ["apparmor=unconfined"],
            }
        return config

    def _checked_folder(self, environment: dict[str, str]) -> str:
        """Return the folder of a workspace on disk, or an empty string for another storage."""
        if environment.get("WORKSPACE_STORAGE_ENGINE") != "local":
            return ""
        folder = PurePosixPath(environment.get("WORKSPACE_STORAGE_MOUNT_PATH", ""))
        location = PurePosixPath(self.storage_location)
        if self.storage_location and location in folder.parents and ".." not in folder.parts:
            return str(folder)
        where = self.storage_location or "not set"
        raise UnusableWorkspace(
            f"its files are at {str(folder)!r}, outside of WORKSPACE_STORAGE_LOCATION ({where})",
            app_url=self.authenticator.app.url,
        )
