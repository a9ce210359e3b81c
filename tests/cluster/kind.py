"""Run the tests of this folder on a new kind cluster: `make kind`, or `make kind KUBERNETES=v1.35.8`.

This needs Docker, kubectl and Go. It builds the images that no registry has. The cluster pulls all others.
"""

import shutil
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from tests.cluster.engine import SECONDS, Engine
from tests.cluster.images import Images
from tests.paths import ROOT

NAME = f"hexa-notebooks-{uuid.uuid4().hex[:6]}"
"""Nobody else's, since it is deleted at the end."""
CONFIG = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking: {ipFamily: dual}
nodes:
  - role: control-plane
    labels: {hub.jupyter.org/node-purpose: user}
"""


def main() -> int:
    """Create the cluster, with the Kubernetes version in the first argument, run the tests, and return their status."""
    missing = [name for name in ("docker", "kubectl", "go") if shutil.which(name) is None]
    if missing:
        sys.exit(f"PATH has no {', '.join(missing)}: a kind cluster needs Docker, kubectl and Go")
    node = [f"--image=kindest/node:{version}" for version in sys.argv[1:2]]
    with tempfile.TemporaryDirectory(prefix="kind-") as folder:
        kubeconfig = f"--kubeconfig={folder}/kubeconfig"  # the person's own stays as it is
        images = Images(Path(folder, "images"), Engine("docker"))
        archives = [str(images.archive(name)) for name in images.own]
        try:
            _kind("create", "cluster", kubeconfig, "--config=-", "--wait=3m", *node, input=CONFIG)
            for archive in archives:
                _kind("load", "image-archive", archive)
            tests = [sys.executable, "-m", "pytest", str(Path(__file__).parent.relative_to(ROOT)), kubeconfig]
            return subprocess.run(tests, cwd=ROOT, check=False).returncode
        finally:
            _kind("delete", "cluster", kubeconfig)


def _kind(*arguments: str, input: str = "") -> None:
    """Print a kind command and run it. Raises CalledProcessError if it fails."""
    command = ["go", "tool", "-C", ".github/tools", "kind", *arguments, f"--name={NAME}"]
    print("+", *command, flush=True)
    subprocess.run(command, cwd=ROOT, input=input, text=True, timeout=SECONDS, check=True)


if __name__ == "__main__":
    sys.exit(main())
