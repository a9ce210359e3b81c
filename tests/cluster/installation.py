"""An installation on a cluster, made with the commands from the documentation."""

import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests

from hexa_notebooks import NotebooksConfig
from hexa_notebooks.commands.cluster_file import load
from tests.cluster.cluster import OWN, POD_SECONDS, Cluster, is_alive
from tests.manifests.synthesis import Object
from tests.paths import ROOT
from tests.processes.browser import Browser, Kernel
from tests.processes.process import wait_until

CLUSTERS = (ROOT / "clusters", Path(__file__).parent / "clusters")
"""Where cluster files are: the examples, and one of the tests' own."""
COMMAND_SECONDS = 240
PREPARE = """\
hexa-notebooks synth clusters/production.py --out dist/production
kubectl apply -f dist/production/00-cluster
hexa-notebooks secret clusters/production.py | kubectl create -f -
"""
"""What docs/any-cluster.md says to do once; `make synth` is what the first line is for one file."""
APPLY = """\
hexa-notebooks synth clusters/production.py --out dist/production
kubectl apply -R -f dist/production
"""
"""What it says to do at each change."""


@dataclass(frozen=True)
class Installation:
    """A cluster file and its objects on a cluster."""

    cluster: Cluster
    folder: Path
    """Where the operator works: `clusters/production.py` and `dist/production` are in it."""

    @property
    def file(self) -> Path:
        """The cluster file."""
        return self.folder / "clusters" / "production.py"

    @property
    def config(self) -> NotebooksConfig:
        """The current configuration in the cluster file."""
        return load(self.file)

    @property
    def namespace(self) -> str:
        """The name of its namespace."""
        return self.config.namespace.name

    def images(self) -> list[str]:
        """Return the images in its manifests, as `hexa-notebooks images` lists them."""
        return self.run("hexa-notebooks images clusters/production.py").split()

    def change(self, lines: str) -> None:
        """Add lines to the cluster file, as in `config = config.evolve(...)`, and apply the result."""
        with self.file.open("a") as file:
            file.write(f"{lines}\n")
        self.run(APPLY)
        self.roll_out()

    def run(self, commands: str) -> str:
        """Run commands as an operator would paste them; return what they print. Raises RuntimeError if one fails."""
        path = os.pathsep.join([str(Path(sys.executable).parent), self.cluster.environment["PATH"]])
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env={**self.cluster.environment, "PATH": path},
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{commands}\nended with status {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def roll_out(self) -> None:
        """Wait for the rollout of hub and proxy."""
        there = f"--namespace={self.namespace}"
        try:
            self.cluster.kubectl(
                "rollout", "status", "deployment/hub", "deployment/proxy", there, "--timeout=3m", seconds=200
            )
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.cluster.describe(self.namespace)}") from None

    def secret(self, key: str) -> str:
        """Return a value of the Secret made by `hexa-notebooks secret`."""
        (made,) = (each for each in self.cluster.get("secrets", self.namespace) if key in each.get("data", {}))
        return b64decode(made["data"][key]).decode()

    def pods(self, component: str) -> list[Object]:
        """Return the pods of a component that are not being deleted."""
        pods = self.cluster.get("pods", self.namespace, selector=f"app=jupyterhub,component={component}")
        return [pod for pod in pods if is_alive(pod)]

    def pod(self, component: str) -> str:
        """Return the name of a component's only pod."""
        (pod,) = self.pods(component)
        return str(pod["metadata"]["name"])

    def logs(self, component: str) -> str:
        """Return the logs of all containers of a component."""
        query = ("logs", f"--namespace={self.namespace}", f"--selector=component={component}", "--tail=-1")
        return self.cluster.kubectl(*query, "--all-containers").stdout

    def user(self, url: str, name: str) -> "User":
        """Return a user who has signed in with the shared password."""
        user = User(url, name)
        answer = user.sign_in(self.secret("shared-password"))
        if not answer.is_redirect:
            raise RuntimeError(f"the hub does not let {name} in: {answer.status_code} {answer.text}")
        return user

    @contextmanager
    def reached(self, here: int | None = None) -> Iterator[str]:
        """Yield its URL during the block, through `kubectl port-forward` as in the documentation."""
        with self.cluster.forward(self.namespace, "service/proxy-public", 80, "/hub/health", here) as url:
            yield url

    def remove(self) -> None:
        """Delete the installation and its namespace, without waiting."""
        dist = self.folder / "dist"
        try:
            if dist.exists():
                delete = ("delete", "--recursive", f"--filename={dist}", "--ignore-not-found", "--wait=false")
                self.cluster.kubectl(*delete)
        finally:
            self.cluster.delete_namespace(self.namespace)


@contextmanager
def install(
    cluster: Cluster,
    name: str,
    folder: Path,
    changes: str = "",
    need_images: Callable[..., None] = lambda *_: None,
    beside: Sequence[Object] = (),
) -> Iterator[Installation]:
    """Install a cluster file of `CLUSTERS` in its own namespace for the block, and yield it once it is ready.

    Args:
        cluster: the cluster.
        name: the file's name without its suffix.
        folder: an empty folder, whose name becomes the name of the namespace and the release.
        changes: Python that changes `config`, with all names of `hexa_notebooks` available.
        need_images: loads images into the cluster.
        beside: objects to create before the hub, such as those of `tests.cluster.stand_ins`.

    """
    installation = prepare(cluster, name, folder, changes)
    need_images(*installation.images())
    cluster.namespaces.append(installation.namespace)
    try:
        installation.run(PREPARE)
        if beside:
            cluster.apply(*beside, namespace=installation.namespace)
            if any(each["kind"] == "Pod" for each in beside):
                cluster.wait_ready(installation.namespace, "stand-in")
        installation.run(APPLY)
        installation.roll_out()
        yield installation
    except Exception as error:
        # Once it is removed nobody can look any more.
        error.add_note(cluster.describe(installation.namespace))
        raise
    finally:
        installation.remove()


def prepare(cluster: Cluster, name: str, folder: Path, changes: str = "") -> Installation:
    """Write what `install` applies, without applying it."""
    installation = Installation(cluster, folder)
    installation.file.parent.mkdir(parents=True)
    (text,) = (file.read_text() for folder in CLUSTERS for file in folder.glob(f"{name}.py"))
    installation.file.write_text(f"{text}\n{on_this_cluster(cluster, folder.name)}\n{changes}\n")
    return installation


def on_this_cluster(cluster: Cluster, name: str) -> str:
    """Return the last lines of a cluster file here: a namespace and a release of its own, and the images' registry."""
    lines = [
        "from hexa_notebooks import *",
        f"config = config.evolve(namespace=NamespaceConfig(name={name!r}), release={name!r})",
    ]
    if cluster.registry != OWN:
        lines.append(f"config = config.evolve(images=ImagesConfig(registries={{{OWN!r}: {cluster.registry!r}}}))")
    return "\n".join(lines)


class User:
    """A user with a browser, who signs in with the shared password."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self.browser = Browser(url)

    def sign_in(self, password: str) -> requests.Response:
        """Sign in with the hub's form, and return its response: the next page would start a server."""
        self.browser.get("/hub/login").raise_for_status()
        form = {"username": self.name, "password": password}
        return self.browser.post("/hub/login", data=form, allow_redirects=False)

    def api(self, method: str, path: str, **options: object) -> requests.Response:
        """Call the hub's API for this user, as the hub's pages do, for example `api("GET", "/servers")`."""
        return self.browser.request(method, f"/hub/api/users/{quote(self.name)}{path}", **options)

    def start(self, server: str = "", **options: object) -> None:
        """Start a server, with these profile options, and wait until it is ready."""
        self.api("POST", f"/servers/{server}", json=options).raise_for_status()
        self.wait_ready(server)

    def server(self, name: str = "") -> dict[str, object] | None:
        """Return the hub's record of a server, or None if it neither runs nor starts."""
        answer = self.api("GET", "")
        answer.raise_for_status()
        found: dict[str, object] | None = answer.json()["servers"].get(name)
        return found

    def wait_ready(self, server: str = "", seconds: float = POD_SECONDS) -> None:
        """Wait until a server is ready. Raises RuntimeError if its start failed."""

        def ready() -> object:
            found = self.server(server)
            if found is None:
                raise RuntimeError(f"the server {server!r} of {self.name} did not start")
            return found["ready"]

        wait_until(ready, f"the server {server!r} of {self.name}", seconds, pause=0.5)

    def stop(self, server: str = "") -> None:
        """Stop a server, and wait until it is gone."""
        self.api("DELETE", f"/servers/{server}").raise_for_status()
        wait_until(lambda: self.server(server) is None, f"the server of {self.name} to stop", POD_SECONDS, pause=0.5)

    @contextmanager
    def kernel(self, server: str = "") -> Iterator[Kernel]:
        """Open a server and start a kernel on it, connected for the duration of the block."""
        home = f"/user/{quote(self.name, safe='@~')}/"  # as the hub writes it
        url = f"{home}{server}/" if server else home
        self.browser.get(f"{url}lab").raise_for_status()  # through OAuth, as a browser is sent
        with self.browser.kernel(url) as kernel:
            yield kernel

    def run(self, code: str, server: str = "") -> str:
        """Run code in a new kernel of a server and return what it prints."""
        with self.kernel(server) as kernel:
            return kernel.run(code)
