"""The hub's image without a build: pinned versions, a minimal final stage, and the paths that manifests expect."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from hexa_notebooks.components.hub.pod import UID
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.installation import HUB_PORT
from tests.manifests.synthesis import MINIMAL, synth
from tests.paths import ROOT

HUB = ROOT / "hub"
DOCKERFILE = (HUB / "Dockerfile").read_text("utf-8")
REQUIREMENTS = ("requirements.txt", "docker-requirements.txt", "build-requirements.txt")
PROJECT = tomllib.loads((HUB / "pyproject.toml").read_text("utf-8"))

Instruction = tuple[str, str]


def stages() -> list[list[Instruction]]:
    """Return the lines before the first FROM, and each stage's instructions as keyword and arguments."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    made: list[list[Instruction]] = [[]]
    for line in joined.splitlines():
        if line:
            word, _, arguments = line.partition(" ")
            made += [[]] if word == "FROM" else []
            made[-1].append((word, arguments))
    return made


def last(word: str) -> str:
    """Return the arguments of an instruction that must occur once in the last stage."""
    [arguments] = [arguments for found, arguments in stages()[-1] if found == word]
    return arguments


def pins(name: str) -> dict[str, tuple[Version, str]]:
    """Return each package's version in a requirements file, with the lines up to the next package."""
    blocks = re.split(r"^(?=\w)", (HUB / name).read_text("utf-8"), flags=re.MULTILINE)
    found = [re.fullmatch(r"([\w.-]+)==(\S+)(.*)", block, re.DOTALL) for block in blocks if block]
    assert None not in found, f"{name}: a line that pins no version"
    return {pin[1]: (Version(pin[2]), pin[3]) for pin in found if pin}


def test_every_stage_has_one_pinned_base() -> None:
    """The tag has the Python release and the Debian suite. Both packages support that Python."""
    [[(_, base)], *others] = stages()
    pinned = re.fullmatch(
        r"BASE_IMAGE=docker\.io/library/python:(\d+\.\d+\.\d+)-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base
    )
    assert pinned
    assert [stage[0] for stage in others] == [("FROM", "${BASE_IMAGE} AS builder"), ("FROM", "${BASE_IMAGE}")]
    assert Version(pinned[1]) in Requirement(f"python{PROJECT['project']['requires-python']}").specifier


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_by_hash(name: str) -> None:
    """Every download is verified."""
    assert pins(name)
    assert [package for package, (_, rest) in pins(name).items() if "--hash=sha256:" not in rest] == []


def test_builder_installs_what_is_hashed_and_builds_nothing_else() -> None:
    """Each pip call uses a requirements file with hashes or no index. No package is built from source."""
    commands = [arguments for word, arguments in stages()[1] if word == "RUN"]
    calls = re.findall(r"pip (?:--python \S+ )?((?:install|wheel) [^&]*)", " && ".join(commands))
    assert len(calls) == 4
    for call in calls:
        assert "--require-hashes" in call or {"--no-index", "--no-deps"} <= set(call.split()), call
    assert "PIP_ONLY_BINARY=:all:" in dict(stages()[1])["ENV"]


def test_build_backend_is_the_pinned_one() -> None:
    """The wheel is built without isolation, with the packages in build-requirements.txt."""
    versions = {name: version for name, (version, _) in pins("build-requirements.txt").items()}
    for requirement in map(Requirement, PROJECT["build-system"]["requires"]):
        assert versions[requirement.name] in requirement.specifier


def test_docker_adds_its_spawner_and_changes_no_version() -> None:
    """The hub of docker-compose.yaml has the same versions otherwise."""
    plain, docker = pins("requirements.txt"), pins("docker-requirements.txt")
    assert {name: docker[name][0] for name in plain} == {name: version for name, (version, _) in plain.items()}
    assert {name for name in docker if name.startswith("docker")} == {"docker", "dockerspawner"}


@pytest.mark.parametrize("name", ["requirements.txt", "docker-requirements.txt"])
def test_versions_are_those_that_the_package_works_with(name: str) -> None:
    """They include JupyterHub's security fixes."""
    versions = {name: version for name, (version, _) in pins(name).items()}
    assert versions["jupyterhub"] >= Version("5.5.4")
    for requirement in map(Requirement, PROJECT["project"]["dependencies"]):
        assert versions[requirement.name] in requirement.specifier, requirement


def test_last_stage_installs_tini_and_nothing_that_builds() -> None:
    """The base's pip is removed, and tini is the only added Debian package."""
    run = last("RUN")
    assert re.findall(r"apt-get install ([^&]*)", run) == ["--yes --no-install-recommends 'tini=0.19.*' "]
    assert re.search(r"rm -rf [^&]*/usr/local/bin/pip\* [^&]*/ensurepip [^&]*/site-packages/pip\*", run)
    assert not re.search(r"\b(pip3? install|curl|wget|git|gcc|make|build-essential)\b", run)
    assert last("COPY") == "--from=builder /opt/jupyterhub /opt/jupyterhub"
    assert last("ENTRYPOINT") == '["/usr/bin/tini", "--"]'


def test_no_address_and_no_setting_of_an_index_is_written_down() -> None:
    """The package index is set in pip's configuration on the build machine."""
    for file in ("Dockerfile", *REQUIREMENTS):
        assert not re.search(r"://|index-url|find-links|trusted-host|PIP_INDEX", (HUB / file).read_text("utf-8")), file


def test_image_is_what_the_deployment_expects() -> None:
    """User, port, arguments, folders and version match the manifests."""
    [container] = synth(MINIMAL)["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    assert last("USER") == f"{UID}:{UID}"
    assert last("EXPOSE") == str(HUB_PORT)
    assert json.loads(last("CMD")) == container["args"]
    assert last("WORKDIR") in [mount["mountPath"] for mount in container["volumeMounts"]]
    assert f'version="{catalogue.HUB.rpartition(":")[2]}"' in last("LABEL")
    loader = synth(MINIMAL)["ConfigMap/hub"]["data"]["jupyterhub_config.py"]
    [image_files] = re.findall(r'IMAGE_FILES = Path\("(.*)"\)', loader)
    assert f"install --directory {image_files}" in last("RUN")


def test_libpq_of_the_wheel_finds_debians_authorities() -> None:
    """Otherwise `sslmode=verify-full` without a custom certificate trusts nobody: see database/postgres.py."""
    assert "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt" in last("ENV")


def test_context_holds_what_is_copied_and_no_more() -> None:
    """A missing file could not be copied, and an unused one would needlessly change the context."""
    first, *lines = (HUB / ".dockerignore").read_text("utf-8").splitlines()
    copied = {argument for word, text in stages()[1] if word == "COPY" for argument in text.split()[:-1]}
    copied = copied - {"${REQUIREMENTS}"} | {"requirements.txt", "docker-requirements.txt"}
    assert (first, sorted(lines)) == ("*", sorted([f"!{name}" for name in copied] + ["**/__pycache__"]))
    assert all((HUB / name).exists() for name in copied)
