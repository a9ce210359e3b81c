"""The commands of README.md and docs/, as people paste them, on a real API server of their own."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.controllers import roll_out
from tests.deployed.crds import crd_files
from tests.documents import JOURNEYS, ROOT, STAND_INS, Command, blocks, commands
from tests.kube_api_server import KubeApiServer, Programs, run_kube_api_server

NAMESPACE = "hexa-notebooks"
RANDOM = "[0-9a-f]{64}"
"""What a secret of our own making looks like."""
CLAIM = next(
    block.text for block in blocks("docs/operations/backup.md", "yaml") if "PersistentVolumeClaim\n" in block.text
)
"""A user's claim, as a page restores it."""
NODE = "gke-hexa-users-1"
"""The node that a page drains."""


@dataclass(frozen=True)
class Operator:
    """Somebody who pastes commands, in a folder that looks like a clone."""

    server: KubeApiServer
    folder: Path
    programs: Programs

    def prepare(self) -> None:
        """Make what pages take for granted: the clone, a node, what is asked for by name, and the stand-ins."""
        for file in crd_files():
            self.server.kubectl("apply", "--server-side", "--filename", str(file))
        self.server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        labels = {"hub.jupyter.org/node-purpose": "user"}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE, "labels": labels}}
        self.server.kubectl("create", "--filename=-", input=json.dumps(node))
        for name in ("hub", "docs"):
            (self.folder / name).symlink_to(ROOT / name)
        # Operators write cluster files of their own, and a script writes a file beside it.
        for name in ("clusters", "compose"):
            shutil.copytree(ROOT / name, self.folder / name)
        # The worktree of what is applied.
        (self.folder / "before").symlink_to(self.folder)
        (self.folder / ".venv").mkdir()
        (self.folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
        (self.folder / "users.json").write_text('[{"name": "anna", "servers": {}}]')
        (self.folder / "service_account.json").write_text("a key of Google's")
        (self.folder / ".dockerconfigjson").write_text('{"auths": {}}')
        (self.folder / "bin").mkdir()
        for name in STAND_INS:
            program = self.folder / "bin" / name
            program.write_text(
                f"#!/bin/sh\nprintf '%s\\0' {name} \"$@\" >> {shlex.quote(str(self.asked))}\necho made\n"
            )
            program.chmod(0o755)

    @property
    def asked(self) -> Path:
        """The file that tells what the stand-ins were asked for."""
        return self.folder / "asked"

    def secrets(self) -> list[str]:
        """Return the values of all secrets in the namespace."""
        get = ("get", "secrets", f"--namespace={NAMESPACE}", "--output=json")
        found = json.loads(self.server.kubectl(*get).stdout)["items"]
        return [b64decode(value).decode() for one in found for value in one["data"].values()]

    def run(self, command: Command, before: str) -> str:
        """Run a command after the assignments of its page, and return what it prints."""
        if "rollout status" in command.text:
            roll_out(self.server, NAMESPACE)
        if "rollout restart" in command.text:
            self._forget_restarts()
        if command.text == "make synth":
            subprocess.run([sys.executable, str(ROOT / "main.py")], cwd=self.folder, check=True, timeout=60)
        path = [str(self.folder / "bin"), str(Path(self.programs.kubectl).parent), os.environ["PATH"]]
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{before}\n{command.text}"],
            cwd=self.folder,
            env={
                **os.environ,
                "KUBECONFIG": str(self.server.kubeconfig),
                "KUBERC": "off",
                "KUBECACHEDIR": str(self.folder / "cache"),
                "PATH": os.pathsep.join(path),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{command.page}: {command.text}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _forget_restarts(self) -> None:
        """Forget when pods were restarted last, since kubectl refuses a second restart within a second."""
        annotations = {"kubectl.kubernetes.io/restartedAt": None}
        patch = {"spec": {"template": {"metadata": {"annotations": annotations}}}}
        for name in ("hub", "proxy"):
            self.server.kubectl(
                "patch", f"deployment/{name}", f"--namespace={NAMESPACE}", f"--patch={json.dumps(patch)}"
            )

    def follow(self, page: str) -> int:
        """Run the commands of a page from top to bottom, and return how many there were."""
        before: list[str] = []
        found = [command for command in commands(page) if command.is_run]
        for command in found:
            printed = self.run(command, "\n".join(before))
            if re.match("[A-Z_]+=", command.text):
                before.append(command.text)
            if "base64decode" in command.text and command.text.startswith("kubectl"):
                assert re.fullmatch(f"{RANDOM}\n", printed), command.text
            elif "base64decode" in command.text:
                assert re.search(f"={RANDOM}\0", self.asked.read_text()), command.text
            else:
                assert not any(value in printed for value in self.secrets()), f"{command.text} prints a secret"
        return len(found)


@pytest.mark.parametrize("journey", JOURNEYS)
def test_commands_work_as_they_stand(journey: str, programs: Programs, tmp_path: Path) -> None:
    """Whoever follows the pages one after the other sees no error, and each secret only where it is asked for."""
    with run_kube_api_server(programs) as server:
        operator = Operator(server, tmp_path, programs)
        operator.prepare()
        for page in JOURNEYS[journey]:
            assert operator.follow(page) > 0, page
            # As if a user had started a server once.
            server.kubectl("apply", "--filename=-", input=CLAIM)
        deployments = server.kubectl("get", "deployments", f"--namespace={NAMESPACE}", "--output=name").stdout
        assert deployments.split() == ["deployment.apps/hub", "deployment.apps/proxy"]
