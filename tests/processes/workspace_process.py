"""Workspace servers as processes, for tests without an API server."""

from typing import Any

from jupyterhub.spawner import SimpleLocalProcessSpawner  # type: ignore[import-untyped]

from hexa_hub.workspace import WorkspaceMixin


class WorkspaceProcessSpawner(WorkspaceMixin, SimpleLocalProcessSpawner):  # type: ignore[misc]
    """A stand-in for `WorkspaceSpawner`: it passes on the credentials, without pods and images."""

    async def start(self) -> Any:
        """Start the process with the App's credentials."""
        with self.uncounted_failures():
            await self.fetch_credentials()
        return await super().start()
