"""The image catalogue: the only place that sets images and versions."""

import re
import subprocess
import tomllib

import pytest
from pydantic import TypeAdapter

from hexa_notebooks.images import catalogue
from hexa_notebooks.images.security_floor import risk
from hexa_notebooks.model.field_types import Image
from tests.manifests.synthesis import MINIMAL, synth
from tests.paths import ROOT

CATALOGUE = {name: value for name, value in vars(catalogue).items() if name.isupper()}
TAGGED = re.compile(r"(?<![\w.-])(?!registry\.example\.org)[\w-]+\.[\w.-]+(?:/[\w.-]+|/\{\w+\})+:v?\d[\w.-]*")
"""An image on a registry, with a version, but for those that only show what an image looks like."""


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_entry_is_a_pinned_image_of_a_named_registry(name: str) -> None:
    """The node's runtime chooses neither the registry nor the version."""
    image = TypeAdapter[str](Image).validate_python(CATALOGUE[name])
    assert TAGGED.fullmatch(image)


def test_no_image_is_written_elsewhere() -> None:
    """Library and examples take images from the catalogue, so a version changes in one place.

    The chart's preset is an exception: its images are those of the chart's release.
    """
    examples = [ROOT / "clusters" / "local.py", ROOT / "clusters" / "openhexa_gke.py"]
    sources = [*(ROOT / "constructs").rglob("*.py"), *examples, ROOT / "main.py"]
    found = {
        str(file.relative_to(ROOT)): tagged
        for file in sources
        if file.name not in ("catalogue.py", "as_chart.py") and (tagged := TAGGED.findall(file.read_text("utf-8")))
    }
    assert len(sources) > 100
    assert found == {}


@pytest.mark.parametrize(("image", "folder"), [(catalogue.HUB, "hub"), (catalogue.SINGLEUSER, "jupyter")])
def test_tag_is_the_version_of_the_package_in_the_image(image: str, folder: str) -> None:
    """The package and the catalogue have the same version."""
    project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert image.rpartition(":")[2] == project["version"]


@pytest.mark.parametrize(("image", "folder"), [(catalogue.HUB, "hub"), (catalogue.SINGLEUSER, "jupyter")])
def test_label_is_the_tag(image: str, folder: str) -> None:
    """An image's version label equals its tag."""
    labels = (ROOT / folder / "Dockerfile").read_text("utf-8")
    assert re.findall(r'image\.version="([^"]*)"', labels) == [image.rpartition(":")[2]]


def test_texts_and_tools_name_the_versions_of_the_catalogue() -> None:
    """Commands in pages and workflows have the current version, with any registry.

    A page may show how to accept the risk of an old image.
    """
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tags = dict(re.findall(r"([\w-]+):(\S+)$", "\n".join(CATALOGUE.values()), re.MULTILINE))
    named = re.compile(rf"(?<=[/\s\"'])({'|'.join(tags)}):(v?\d[\w.-]*\w)")
    others = [
        f"{name}: {repository}:{tag}"
        for name in listed.splitlines()
        if re.search(r"\.(md|ya?ml|sh)$|Makefile$|Dockerfile$", name) and not name.startswith(("dist/", "tests/"))
        for repository, tag in named.findall((ROOT / name).read_text("utf-8"))
        if tag != tags[repository] and not (name.endswith(".md") and risk(f"jupyterhub/{repository}:{tag}"))
    ]
    assert others == []


def test_hub_and_servers_run_the_images_of_this_repository() -> None:
    """They are the defaults of a cluster file."""
    objects = synth(MINIMAL)
    [hub] = objects["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    assert hub["image"] == catalogue.HUB
    assert f'"image": "{catalogue.SINGLEUSER}"' in objects["ConfigMap/hub"]["data"]["traits.json"]
