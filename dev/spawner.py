"""The spawner of `make dev`, which replaces KubeSpawner and runs users' servers as processes on this machine."""

from pathlib import Path
from typing import Any

from traitlets import Unicode

from tests.processes.workspace_process import WorkspaceProcessSpawner


class LocalWorkspaceSpawner(WorkspaceProcessSpawner):
    """Gives each server its own home folder and log, like a pod, in addition to its credentials.

    Servers are not isolated from each other: they all run as the same user of the machine.
    """

    homes = Unicode(help="The folder with the home folders, each USER/SERVER.").tag(config=True)
    logs = Unicode(help="The folder with the logs, each USER/SERVER.log.").tag(config=True)

    async def start(self) -> Any:
        """Start the process in its home folder. Create the home folder, with a folder `workspace`, if it is missing."""
        place = Path(self.user.name, self.name or "_")  # not a valid name of a workspace
        home, log = Path(self.homes, place), Path(self.logs, f"{place}.log")
        self.home_dir = str(home)
        for folder in (home / "workspace", log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self.popen_kwargs = {"stdout": output, "stderr": output}
            return await super().start()
