"""The servers of users as processes of this machine: what the hub of `make dev` loads in place of KubeSpawner."""

from pathlib import Path
from typing import Any

from traitlets import Unicode

from tests.processes.workspace_process import WorkspaceProcessSpawner


class LocalWorkspaceSpawner(WorkspaceProcessSpawner):
    """Gives each server, besides its credentials, a home folder and a log of its own, as a pod has.

    There is no wall between servers: they are processes of the same user of the machine.
    """

    homes = Unicode(help="The folder with the home folders, each USER/SERVER.").tag(config=True)
    logs = Unicode(help="The folder with the logs, each USER/SERVER.log.").tag(config=True)

    async def start(self) -> Any:
        """Start the process, in a home folder with an empty folder `workspace` if it is new."""
        place = Path(self.user.name, self.name or "_")  # no workspace is called so
        home, log = Path(self.homes, place), Path(self.logs, f"{place}.log")
        self.home_dir = str(home)
        for folder in (home / "workspace", log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self.popen_kwargs = {"stdout": output, "stderr": output}
            return await super().start()
