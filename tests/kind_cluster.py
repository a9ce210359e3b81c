"""What dist/local is on a real cluster: one of kind, made for it, with images built from this repository.

`python -m tests.kind_cluster` needs Docker, kubectl and Go, and some ten minutes. It applies dist/local, signs in,
starts a server, runs code in a kernel, and deletes the cluster. If that fails, it shows what the cluster says.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

from clusters.local import config
from tests.browser import Browser
from tests.loopback import answers, free_port
from tests.process import Process, wait_until

ROOT = Path(__file__).resolve().parents[1]
CLUSTER = "hexa-notebooks-test"
NAMESPACE = f"--namespace={config.namespace.name}"
USER = "anna"
COMMAND_SECONDS = 1800
"""How long a command may take; the longest builds an image."""
SERVER_SECONDS = 300
"""How long a server may take, which is what the hub itself allows it."""


def base_of_singleuser() -> str:
    """Return the smallest base that jupyter/Dockerfile can be built on, of the same day as its own."""
    dockerfile = (ROOT / "jupyter" / "Dockerfile").read_text("utf-8")
    base = re.search(r"^ARG BASE_IMAGE=(quay\.io/jupyter/)[a-z-]+(:\S+)$", dockerfile, re.MULTILINE)
    if base is None:
        raise ValueError("jupyter/Dockerfile: no line `ARG BASE_IMAGE=quay.io/jupyter/STACK:TAG` names its base")
    return f"{base[1]}base-notebook{base[2]}"


def use(url: str, password: str) -> str:
    """Sign in with the shared password, start a server, and return what a kernel prints that adds 1 and 1.

    Raises:
        requests.HTTPError: a page or the API refused.
        TimeoutError: the server took longer than SERVER_SECONDS.

    """
    browser = Browser(url)
    browser.get("/hub/login").raise_for_status()
    browser.post("/hub/login", data={"username": USER, "password": password}).raise_for_status()
    answer = browser.post(f"/hub/api/users/{USER}/tokens")
    answer.raise_for_status()
    authorization = {"Authorization": f"token {answer.json()['token']}"}

    def is_ready() -> bool:
        user = requests.get(f"{url}/hub/api/users/{USER}", headers=authorization, timeout=30)
        user.raise_for_status()
        return any(server["ready"] for server in user.json()["servers"].values())

    browser.get("/hub/spawn").raise_for_status()
    wait_until(is_ready, f"the server of {USER} to be ready", SERVER_SECONDS)
    server = f"/user/{USER}/"
    browser.get(f"{server}lab").raise_for_status()  # through OAuth, as a browser is sent
    return browser.run(server, "print(1 + 1)").strip()


def main() -> None:
    """Do all of it. What fails is raised, with the output of the commands before it; a missing program is named."""
    missing = [name for name in ("docker", "kubectl", "go") if shutil.which(name) is None]
    if missing:
        sys.exit(f"PATH has no {', '.join(missing)}: a kind cluster needs Docker, kubectl and Go")
    with tempfile.TemporaryDirectory(prefix="kind-cluster-") as folder:
        os.environ["KUBECONFIG"] = f"{folder}/kubeconfig"  # the person's own stays as it is
        _build()
        try:
            _kind("create", "cluster", "--name", CLUSTER, "--wait", "3m")
            _kind("load", "docker-image", "--name", CLUSTER, config.hub.image, config.singleuser.image)
            _apply()
            _try(Path(folder))
        except Exception:
            _tell()
            raise
        finally:
            _kind("delete", "cluster", "--name", CLUSTER)


def _build() -> None:
    """Build both images under the names that dist/local has them by.

    Without provenance: `kind load` may not take what Docker then keeps of an image, as kubernetes-sigs/kind tells.
    """
    build = ("docker", "build", "--provenance=false", "--tag")
    _run(*build, config.hub.image, "hub")
    _run(*build, config.singleuser.image, "--build-arg", f"BASE_IMAGE={base_of_singleuser()}", "jupyter")


def _apply() -> None:
    """Apply dist/local as the README says: the namespace, fresh secrets, the rest; wait until it is there."""
    _run("kubectl", "apply", "--filename=dist/local/00-cluster")
    secret = _output(sys.executable, "-m", "hexa_notebooks.cli", "secret", "clusters/local.py")
    _run("kubectl", "create", "--filename=-", input=secret)
    _run("kubectl", "apply", "--recursive", "--filename=dist/local")
    _run("kubectl", NAMESPACE, "rollout", "status", "deployment/hub", "deployment/proxy", "--timeout=5m")


def _try(folder: Path) -> None:
    """Use the installation through a forwarded port."""
    template = '{{index .data "shared-password" | base64decode}}'
    password = _output("kubectl", NAMESPACE, "get", "secret", "hexa-notebooks", f"--output=go-template={template}")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    forward = Process(
        ["kubectl", NAMESPACE, "port-forward", "service/proxy-public", f"{port}:80"],
        folder / "port-forward.log",
        is_ready=lambda: answers(f"{url}/hub/health"),
    )
    try:
        forward.start()
        print(f"1 + 1 = {use(url, password)}", flush=True)
    finally:
        forward.stop()


def _tell() -> None:
    """Show what the cluster says of its pods."""
    for command in (
        ("get", "pods,persistentvolumeclaims,events", "--output=wide"),
        ("describe", "pods"),
        ("logs", "deployment/hub", "--all-containers", "--tail=200"),
        ("logs", "deployment/proxy", "--tail=100"),
        ("logs", "--selector=component=singleuser-server", "--tail=100"),
    ):
        _run("kubectl", NAMESPACE, *command, check=False)


def _kind(*arguments: str) -> None:
    _run("go", "tool", "-C", ".github/tools", "kind", *arguments)


def _output(*command: str) -> str:
    """Return what a command prints, which is secret, so that it shows nowhere."""
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout


def _run(*command: str, input: str | None = None, check: bool = True) -> None:
    """Show and run a command at the root of the repository."""
    print("+", *command, flush=True)
    subprocess.run(command, cwd=ROOT, check=check, input=input, text=True, timeout=COMMAND_SECONDS)


if __name__ == "__main__":
    main()
