"""`hexa-notebooks images`: the images to copy, scan and load."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hexa_notebooks.commands.cli import main
from hexa_notebooks.images import catalogue
from tests.paths import ROOT

CLUSTERS = sorted(path.stem for path in (ROOT / "clusters").glob("[!_]*.py"))
DIGEST = f"sha256:{'1' * 64}"
CHANGE = """
from hexa_notebooks import (ImagePullerConfig, ImagesConfig, Profile, ProfileChoice, ProfileOption,)
from hexa_notebooks.images import catalogue

choices = {"gpu": ProfileChoice(display_name="GPU", image="team/gpu:1"), "same": ProfileChoice(display_name="S")}
option = ProfileOption(display_name="Image", choices=choices)
unlisted = {"image": {"unlisted_choice": {"enabled": True, "kubespawner_override": {"image": "{value}"}}}}
config = config.evolve(
    singleuser=config.singleuser.evolve(
        profiles=(Profile(slug="a", display_name="A", default=True, options={"image": option}),)
    ),
    hub=config.hub.evolve(
        extra_containers=({"name": "beside", "image": "docker.io/team/gpu:1"},),
        override_traits={"OurSpawner": {"profile_list": [{"profile_options": unlisted}]}},
    ),
    image_puller=ImagePullerConfig(continuous=False),
    images=ImagesConfig(
        registries={"docker.io": "mirror.example.org"}, digests={catalogue.HUB: "DIGEST", "team/gpu:1": "DIGEST"}
    ),
)
""".replace("DIGEST", DIGEST)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the command's output; stderr is empty."""
    main(["images", *arguments])
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.fixture
def cluster(tmp_path: Path) -> str:
    """Return a cluster file with images from every source."""
    file = tmp_path / "a.py"
    file.write_text((ROOT / "clusters" / "local.py").read_text("utf-8") + CHANGE)
    return str(file)


@pytest.mark.parametrize("name", CLUSTERS)
def test_lines_are_the_images_in_dist(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each image is printed once, sorted, as nodes pull it."""
    manifests = "".join(path.read_text("utf-8") for path in (ROOT / "dist" / name).rglob("*.yaml"))
    named = {text.strip('"') for text in re.findall(r'^ *(?:- )?"?image"?: ("[^"]+"|\S+?),?$', manifests, re.MULTILINE)}
    assert len(named) > 2
    assert printed(capsys, str(ROOT / "clusters" / f"{name}.py")).splitlines() == sorted(named)


def test_image_of_profiles_of_sidecars_and_of_other_commands(cluster: str, capsys: pytest.CaptureFixture[str]) -> None:
    """They have the mirror and digests. Images that users type in are not included."""
    assert printed(capsys, cluster).splitlines() == [
        f"mirror.example.org/blsq/openhexa-base-notebook:{catalogue.SINGLEUSER.rpartition(':')[2]}",
        f"mirror.example.org/blsq/openhexa-jupyterhub:{catalogue.HUB.rpartition(':')[2]}@{DIGEST}",
        f"mirror.example.org/team/gpu:1@{DIGEST}",
        catalogue.PROXY,
        catalogue.IMAGE_AWAITER,
        catalogue.PAUSE,
    ]


def test_json_says_where_each_comes_from_and_who_has_it(cluster: str, capsys: pytest.CaptureFixture[str]) -> None:
    """There is one object per image, whatever the spelling in the cluster file."""
    listed: list[dict[str, Any]] = json.loads(printed(capsys, cluster, "--format", "json"))
    assert {each["source"]: each["used_by"] for each in listed} == {
        catalogue.SINGLEUSER: ["image_puller", "singleuser"],
        catalogue.HUB: ["hub"],
        "docker.io/team/gpu:1": ["hub", "image_puller", "singleuser"],
        catalogue.PROXY: ["proxy"],
        catalogue.IMAGE_AWAITER: ["image_puller.hook"],
        catalogue.PAUSE: ["image_puller"],
    }
    assert [each for each in listed if each["digest"]] == [
        {
            "image": f"mirror.example.org/{name}@{DIGEST}",
            "source": f"docker.io/{name}",
            "digest": DIGEST,
            "used_by": used_by,
        }
        for name, used_by in (
            (catalogue.HUB.removeprefix("docker.io/"), ["hub"]),
            ("team/gpu:1", ["hub", "image_puller", "singleuser"]),
        )
    ]
