"""Workspaces' servers as containers of one machine's Docker."""

from pathlib import PurePosixPath
from typing import Any

from docker.errors import APIError  # type: ignore[import-untyped]
from docker.types import Mount  # type: ignore[import-untyped]
from dockerspawner import DockerSpawner  # type: ignore[import-untyped]
from traitlets import Unicode, default

from hexa_hub.errors import UnusableWorkspace
from hexa_hub.workspace import WorkspaceMixin

WORKSPACE = "/home/jovyan/workspace"
"""Where a server has the files of its workspace (BLSQ/openhexa-docker-images)."""

_BUCKETS = ("gcp", "s3", "azure")
"""The storage engines whose files the container itself mounts, by FUSE."""


class WorkspaceDockerSpawner(WorkspaceMixin, DockerSpawner):  # type: ignore[misc]
    """DockerSpawner with the credentials, the image, the container's name and the files that the App gives.

    A container gets the rights for FUSE only where its workspace is in a bucket, and is never privileged.
    """

    storage_location = Unicode(
        help="""
        The folder of Docker's machine in which the App keeps workspaces on disk, its WORKSPACE_STORAGE_LOCATION. Only
        folders below it are ever mounted; empty, the default, refuses such workspaces.
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
        """Start the container with what the App says now, whatever an earlier start has left.

        Raises:
            AppError: the App gives no credentials, or Docker can start no container with what it gives.

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
                raise UnusableWorkspace(f"Docker refuses its server ({error.explanation})", app_url=url) from None

    @property
    def mount_binds(self) -> list[Mount]:
        """The configured mounts, and the workspace's folder where the App keeps it on disk."""
        mounts: list[Mount] = super().mount_binds
        return [*mounts, *([Mount(WORKSPACE, self._folder, type="bind")] if self._folder else [])]

    def host_config(self) -> dict[str, Any]:
        """Return what Docker is asked for besides: the name of its own machine, and FUSE for a bucket."""
        config: dict[str, Any] = {"extra_hosts": {"host.docker.internal": "host-gateway"}}
        if self._credentials and self._credentials.env.get("WORKSPACE_STORAGE_ENGINE") in _BUCKETS:
            # Docker's own AppArmor profile forbids every mount.
            config |= {
                "cap_add": ["SYS_ADMIN"],
                "devices": ["/dev/fuse:/dev/fuse:rwm"],
                "security_opt": ["apparmor=unconfined"],
            }
        return config

    def _checked_folder(self, environment: dict[str, str]) -> str:
        """Return the folder of a workspace on disk, and nothing for any other."""
        if environment.get("WORKSPACE_STORAGE_ENGINE") != "local":
            return ""
        folder = PurePosixPath(environment.get("WORKSPACE_STORAGE_MOUNT_PATH", ""))
        location = PurePosixPath(self.storage_location)
        if self.storage_location and location in folder.parents and ".." not in folder.parts:
            return str(folder)
        where = self.storage_location or "which is not set"
        raise UnusableWorkspace(
            f"its files are at {str(folder)!r}, not below WORKSPACE_STORAGE_LOCATION ({where})",
            app_url=self.authenticator.app.url,
        )
