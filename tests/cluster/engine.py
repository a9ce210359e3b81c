"""Image builds with Docker or Podman, on the base images that the Dockerfiles name."""

import os
import re
import subprocess
from functools import cached_property
from pathlib import Path

from tests.paths import ROOT

SECONDS = 1800
"""How long a command may take; the longest builds an image."""


class Engine:
    """A container engine on this machine, which pulls base images from their registries; see `images.Builds`."""

    def __init__(self, program: str) -> None:
        self._program = program

    def build(self, context: str, base: str) -> str:
        """Build the image of a folder in the repository, and return its name. Raises CalledProcessError if it fails."""
        name = f"localhost/{context}:latest"
        self._run("build", f"--build-arg=BASE_IMAGE={base}", f"--tag={name}", context)
        return name

    def build_folder(self, context: Path, name: str) -> str:
        """Build the image of any folder with a Dockerfile, and return its name, as `build` does."""
        self._run("build", f"--tag={name}", str(context))
        return name

    def save(self, image: str, name: str, folder: Path) -> Path:
        """Save an archive of an image, with another name, in a folder, and return it."""
        archive = folder / f"{name.replace('/', '-').replace(':', '-')}.tar"
        self._run("tag", image, name)
        self._run("save", f"--output={archive}", name)
        return archive

    def push(self, image: str, name: str) -> None:
        """Push an image with another name."""
        self._run("tag", image, name)
        self._run("push", name)

    @cached_property
    def python(self) -> str:
        """The base in hub/Dockerfile."""
        return _base("hub")

    @cached_property
    def stack(self) -> str:
        """The smallest possible base for jupyter/Dockerfile, with the date of the base that it names."""
        registry, stack, tag = _base("jupyter").rpartition("/")[0], "base-notebook", _base("jupyter").rpartition(":")[2]
        return f"{registry}/{stack}:{tag}"

    def _run(self, *arguments: str) -> None:
        """Print a command and run it at the root of the repository.

        Docker's attestations are off, because `kind load` may not accept them.
        """
        print("+", self._program, *arguments, flush=True)
        environment = {**os.environ, "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
        subprocess.run([self._program, *arguments], cwd=ROOT, env=environment, check=True, timeout=SECONDS)


def _base(context: str) -> str:
    found = re.search(r"^ARG BASE_IMAGE=(\S+)$", (ROOT / context / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert found, f"{context}/Dockerfile has no line `ARG BASE_IMAGE=`"
    return found[1]
