"""Image builds from this repository's Dockerfiles, as a registry would have them, without pulling anything."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from tests.images.container import Image
from tests.paths import ROOT

_KEPT = "168h"
"""How long layers that no image has any more are kept, since the next change may have them again."""
_AUTHORITIES = Path("/etc/ssl/certs")
_PROGRAMS = ("podman", "debootstrap", "apt-get", "unshare")
_NETWORK = ("index-url", "extra-index-url", "trusted-host", "proxy", "cert", "client-cert", "timeout")
"""What pip in a build must know of how this machine reaches the index: all else is the Dockerfile's to say."""
_PACKAGES = ("ca-certificates", "python3-venv")
_PYTHON = """\
FROM {base}
RUN python3 -m venv /usr/local
"""
_STACK = """\
FROM {base}
ENV CONDA_DIR=/opt/conda NB_USER=jovyan NB_UID=1000 NB_GID=100 PATH=/opt/conda/bin:$PATH
RUN useradd --uid 1000 --gid 100 --create-home jovyan \\
    && install --directory --owner=1000 --group=100 /home/jovyan/work /opt/conda
USER 1000
WORKDIR /home/jovyan
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf,mode=0444 \\
    python -m venv /opt/conda \\
    && pip install --no-cache-dir 'jupyter-server==2.20.*' 'jupyterhub==5.5.1' 'jupyterlab==4.6.3' 'notebook==7.6.2'
"""


class Builder:
    """Podman with its own store, which keeps bases and layers between runs; call `why_not` first."""

    def build(self, context: str, base: str, *, arguments: Mapping[str, str] | None = None, tag: str = "latest") -> str:
        """Build the image of a folder of the repository and return its name.

        Args:
            context: the folder, which has the Dockerfile.
            base: the image that takes the place of BASE_IMAGE.
            arguments: further build arguments.
            tag: what tells apart images of the same folder.

        Raises:
            RuntimeError: it cannot be built; the message has the end of the build's output.

        """
        name = f"localhost/{context}:{tag}"
        given = {"BASE_IMAGE": base} | dict(arguments or {})
        self._build(ROOT / context, name, *(f"--build-arg={key}={value}" for key, value in given.items()))
        self._podman("image", "prune", "--force", f"--filter=until={_KEPT}")
        return name

    def build_folder(self, context: Path, name: str) -> str:
        """Build the image of a folder that has a Dockerfile, and return the name given. Raises as `build` does."""
        self._build(context, name)
        return name

    def save(self, image: str, name: str, folder: Path) -> Path:
        """Save an image under another name, in a folder with the last archive of each name, and return its archive."""
        digest = self._podman("image", "inspect", "--format={{.Id}}", image).stdout.strip()[:12]
        stem = name.replace("/", "-").replace(":", "-")
        archive = folder / f"{stem}-{digest}.tar"
        if not archive.exists():
            for old in folder.glob(f"{stem}-*.tar"):
                old.unlink()
            self._podman("tag", image, name)
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                saved = Path(scratch, archive.name)
                self._podman("save", "--format=docker-archive", f"--output={saved}", name)
                saved.rename(archive)
        return archive

    @cached_property
    def python(self) -> str:
        """The name of a base like the official `python:X-slim-SUITE` that hub/Dockerfile names, made at the first use.

        It is Debian of that suite with Debian's own release of Python, which stands in /usr/local with a pip.
        """
        default = re.search(r"ARG BASE_IMAGE=\S+-slim-(\w+)", (ROOT / "hub" / "Dockerfile").read_text("utf-8"))
        assert default
        suite, mirror = default[1], _mirror()
        name = f"localhost/python:slim-{suite}-{_digest(mirror, *_PACKAGES, _PYTHON)}"
        if not self._exists(name):
            with tempfile.TemporaryDirectory(prefix="debian-", dir=_store()) as folder:
                self._debian(Path(folder), suite, mirror, f"{name}-debian")
            self._base(name, _PYTHON.format(base=f"{name}-debian"))
        return name

    @cached_property
    def stack(self) -> str:
        """The name of a base like the Jupyter Docker Stacks that jupyter/Dockerfile names, made at the first use.

        It has their user, their folders and their Jupyter, in releases with known holes. Their mamba, and their scripts
        that start servers, are missing.
        """
        recipe = _STACK.format(base=self.python)
        name = f"localhost/stack:{_digest(recipe)}"
        if not self._exists(name):
            self._base(name, recipe)
        return name

    @contextmanager
    def open(self, name: str) -> Iterator[Image]:
        """Mount an image for the duration of the block."""
        root = self._podman("image", "mount", name).stdout.strip()
        try:
            (config,) = (json.loads(self._podman("image", "inspect", "--format={{json .Config}}", name).stdout),)
            yield Image(Path(root), config)
        finally:
            self._podman("image", "unmount", name)

    def _debian(self, folder: Path, suite: str, mirror: str, name: str) -> None:
        root = folder / "root"
        include = f"--include={','.join(_PACKAGES)}"
        _check(["debootstrap", "--variant=minbase", include, suite, str(root), mirror])
        shutil.rmtree(root / "var/cache/apt/archives")
        archive = folder / "root.tar"
        _check(["tar", "--create", f"--file={archive}", f"--directory={root}", "--exclude=./dev/*", "."])
        shutil.rmtree(root)
        path = "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
        self._podman("import", f"--change=ENV {path}", str(archive), name)

    def _base(self, name: str, dockerfile: str) -> None:
        with tempfile.TemporaryDirectory(prefix="base-") as folder:
            (Path(folder) / "Dockerfile").write_text(dockerfile)
            self.build_folder(Path(folder), name)

    def _build(self, context: Path, name: str, *arguments: str) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(_pip_configuration())
            file.flush()
            self._podman(
                "build",
                "--isolation=chroot",
                "--network=host",
                f"--volume={_AUTHORITIES}:{_AUTHORITIES}:ro",
                f"--secret=id=pip.conf,src={file.name}",
                f"--tag={name}",
                *arguments,
                str(context),
            )

    def _exists(self, name: str) -> bool:
        return _output(self._command(["image", "exists", name])).returncode == 0

    def _podman(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _check(self._command(arguments))

    def _command(self, arguments: Sequence[str]) -> list[str]:
        store = _store()
        return ["podman", f"--root={store / 'store'}", f"--runroot={store / 'run'}", *arguments]


def _store() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hexa-notebooks" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def why_not() -> str:
    """Return why no image can be built here, or an empty string if one can."""
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"no image is built here: {', '.join(missing)} is not installed"
    if os.geteuid() != 0:
        return "no image is built here: to make a base with debootstrap takes root"
    return "" if _mirror() else "no image is built here: apt knows no mirror of Debian"


def _mirror() -> str:
    """Return where apt has Debian from, empty where it has no Debian."""
    told = _output(["apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)", "Created-By: Packages"])
    return next((line.split()[-1] for line in told.stdout.splitlines() if line.startswith("Debian Debian ")), "")


def _pip_configuration() -> str:
    """Return how pip reaches the index on this machine, as a file for pip in a build."""
    told = _check([sys.executable, "-m", "pip", "config", "list"]).stdout
    found = re.findall(r"^\S+?\.(?:default-)?([\w-]+)='(.*)'$", told, re.MULTILINE)
    lines = [f"{name} = {value}" for name, value in dict(found).items() if name in _NETWORK]
    return "\n".join(["[global]", *lines, ""])


def _output(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)


def _check(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    done = _output(command)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise RuntimeError(f"{command[0]} ended with status {done.returncode}; the end of its output:\n{tail}")
    return done
