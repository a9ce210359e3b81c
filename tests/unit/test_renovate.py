"""Renovate's configuration: the dependencies that it finds, and the releases that it may not propose.

Renovate itself does not run here. The tests read patterns as Renovate does: text between slashes is an expression.
"""

import json
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from hexa_jupyter import floors
from hexa_notebooks.images import catalogue
from hexa_notebooks.images.security_floor import FLOORS
from tests.paths import ROOT
from tests.programs.build import MODULES, NODE

FILE = ROOT / ".github" / "renovate.json"
CONFIG: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
FOLDERS = ("hub", "jupyter", "requirements")
CATALOGUE = "constructs/hexa_notebooks/images/catalogue.py"


def pattern(text: str) -> re.Pattern[str]:
    """Return a JavaScript regular expression in Python's syntax, which names groups differently."""
    return re.compile(text.replace("(?<", "(?P<"), re.MULTILINE)


def matches(patterns: list[str], file: str) -> bool:
    """Return whether one of a manager's patterns, each between slashes, matches a file."""
    return any(pattern(each.strip("/")).search(file) for each in patterns)


def setting(name: str, package: str, file: str = "", update: str = "patch", manager: str = "") -> Any:
    """Return a setting for a package from the last matching rule, or None if no rule sets it."""

    def applies(rule: dict[str, Any]) -> bool:
        names, files = rule.get("matchPackageNames", ["*"]), rule.get("matchFileNames", ["*"])
        return (
            any(fnmatchcase(package, each) for each in names)
            and any(fnmatchcase(file, each.lstrip("!")) != each.startswith("!") for each in files)
            and update in rule.get("matchUpdateTypes", [update])
            and manager in rule.get("matchManagers", [manager])
        )

    said = [rule[name] for rule in CONFIG["packageRules"] if name in rule and applies(rule)]
    return said[-1] if said else None


def test_schema() -> None:
    """Renovate refuses a configuration that its schema refuses."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.renovate", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_every_image_of_the_catalogue_is_found() -> None:
    """Renovate finds name, version and digest of each image, so that none becomes outdated unnoticed."""
    [manager] = CONFIG["customManagers"]
    assert matches(manager["managerFilePatterns"], CATALOGUE)
    [expression] = manager["matchStrings"]
    text = (ROOT / CATALOGUE).read_text("utf-8")
    found = {f"{each['depName']}:{each['currentValue']}" for each in pattern(expression).finditer(text)}
    assert found == {value for name, value in vars(catalogue).items() if name.isupper() and isinstance(value, str)}

    digest = f"sha256:{'0' * 64}"
    [pinned] = pattern(expression).finditer(f'PROXY: Image = "registry.example:5000/proxy:1.2@{digest}"\n')
    assert pinned.groupdict() == {
        "depName": "registry.example:5000/proxy",
        "currentValue": "1.2",
        "currentDigest": digest,
    }


def test_requirements_are_found() -> None:
    """Both the written requirements and the lock files are found."""
    patterns = CONFIG["pip_requirements"]["managerFilePatterns"]
    files = [str(file.relative_to(ROOT)) for folder in FOLDERS for file in (ROOT / folder).glob("*.*")]
    expected = [file for file in files if file.endswith((".in", ".txt"))]
    assert expected
    assert [file for file in files if matches(patterns, file)] == expected


def test_own_images_are_left_alone() -> None:
    """A release sets their version. The SDK, which Renovate knows as openhexa.sdk, is an external package."""
    for image in (catalogue.HUB, catalogue.SINGLEUSER):
        assert setting("enabled", image.partition(":")[0]) is False
    for name in (catalogue.PROXY.partition(":")[0], "openhexa-sdk"):
        assert setting("enabled", name) is None


@pytest.mark.parametrize(
    ("package", "file", "allowed", "refused"),
    [
        ("jupyterhub", "hub/requirements.in", "5.6.0", "6.0.0"),
        ("jupyterhub", "requirements/dev.txt", "5.6.0", "6.0.0"),
        ("jupyterhub", "requirements/jupyterhub-6.in", "6.2.0", "7.0.0"),
        ("jupyterhub-kubespawner", "hub/requirements.txt", "7.2.0", "8.0.0"),
    ],
)
def test_releases_that_would_break_names(package: str, file: str, allowed: str, refused: str) -> None:
    """JupyterHub and KubeSpawner stay at releases whose name limits the library knows."""
    versions = SpecifierSet(setting("allowedVersions", package, file))
    assert Version(allowed) in versions
    assert Version(refused) not in versions


def test_jupyterhub_comes_in_one_pull_request() -> None:
    """Its packages, the proxy and the images must match."""
    packages = ["jupyterhub", "jupyterhub-kubespawner", "oauthenticator", "configurable-http-proxy"]
    assert {setting("groupName", name) for name in [*packages, catalogue.PROXY.partition(":")[0]]} == {"JupyterHub"}


@pytest.mark.parametrize(
    ("name", "manager", "patch"),
    [
        (catalogue.KUBE_SCHEDULER.partition(":")[0], "custom.regex", None),
        ("k8s.io/api", "gomod", None),
        ("k8s.io/kubernetes", "gomod", True),
    ],
)
def test_kubernetes_keeps_its_minor_version(name: str, manager: str, patch: bool | None) -> None:
    """The scheduler's permissions and the tests depend on the minor version. All patch updates come together."""
    enabled = [setting("enabled", name, update=update, manager=manager) for update in ("patch", "minor", "major")]
    assert enabled == [patch, False, False]
    assert setting("groupName", name, manager=manager) == "Kubernetes"


def test_every_program_of_a_node_is_followed() -> None:
    """Each program's module is enabled, even if Go marks it as indirect, which Renovate ignores by default."""
    for name, program in NODE.items():
        go_mod = (MODULES / program.module / "go.mod").read_text("utf-8")
        required = re.findall(r"^(?:require |\t)(\S+) v\S+( // indirect)?$", go_mod, re.MULTILINE)
        package = f"{program.package}/"
        fitting = [(module, indirect) for module, indirect in required if package.startswith(f"{module}/")]
        if package.startswith("."):  # a main of our own, whose modules are direct
            assert [module for module, indirect in required if not indirect], name
            continue
        module, indirect = max(fitting)
        assert indirect, f"{module} is direct, and needs no rule"
        assert setting("enabled", module, update="patch", manager="gomod") is True, name


def test_stacks_of_jupyter_are_ordered_by_day() -> None:
    """Renovate has no built-in versioning for such tags. Tags of another form are not candidates."""
    versioning = setting("versioning", "quay.io/jupyter/datascience-notebook")
    expression = pattern(versioning.removeprefix("regex:"))
    assert expression.search("2026-01-19")
    assert not expression.search("latest")
    assert not expression.search("x86_64-2026-01-19")


@pytest.mark.parametrize("name", [*floors.FLOORS, *(f"docker.io/{floor.repository}" for floor in FLOORS)])
def test_what_has_a_floor_says_where_its_advisory_belongs(name: str) -> None:
    """The note is on packages and images, in any registry."""
    notes = [setting("prBodyNotes", each) for each in (name, name.replace("docker.io", "quay.io"))]
    assert any("security_floor.py" in note and "hexa_jupyter/floors.py" in note for [note] in filter(None, notes))


def test_security_is_not_kept_waiting() -> None:
    """Neither the weekly schedule nor the minimum release age delays a security fix."""
    assert CONFIG["osvVulnerabilityAlerts"] is True
    assert CONFIG["vulnerabilityAlerts"]["schedule"] == ["at any time"]
    assert CONFIG["vulnerabilityAlerts"]["minimumReleaseAge"] is None
