"""The kubectl commands of the README, as people paste them, on a real API server of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployed.crds import crd_files
from tests.kube_api_server import Programs, run_kube_api_server

ROOT = Path(__file__).resolve().parents[2]
# What only a cluster with controllers and nodes, or Google Cloud, can answer.
ELSEWHERE = ("make ", "gcloud ", "curl ", "rollout status", "port-forward", "get ingress,managedcertificate")


def commands(heading: str) -> list[str]:
    """Return the commands under a heading of the README that an API server can answer, continued lines joined."""
    section = (ROOT / "README.md").read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```bash\n(.*?)```", section, re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if "kubectl" in line]
    return [line for line in lines if not any(word in line for word in ELSEWHERE)]


@pytest.mark.parametrize(("heading", "count"), [("Try it on any cluster", 4), ("On Google Cloud", 4)])
def test_commands_work_as_they_stand(heading: str, count: int, programs: Programs) -> None:
    """Namespace, secrets and manifests are made, and the secret that people need is printed."""
    lines = commands(heading)
    assert len(lines) == count
    with run_kube_api_server(programs) as server:
        for file in crd_files():
            server.kubectl("apply", "--server-side", "--filename", str(file))
        server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        path = os.pathsep.join([str(Path(programs.kubectl).parent), os.environ["PATH"]])
        environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig), "KUBERC": "off", "PATH": path}
        for line in lines:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", line.replace(".venv/bin", str(Path(sys.executable).parent))],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            if "go-template" in line:
                assert re.fullmatch(r"[0-9a-f]{64}\n", done.stdout), line
