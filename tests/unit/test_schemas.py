"""Strict validation of manifests finds these mistakes."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.manifests.schemas import VERSIONS, crd_problems, problems
from tests.paths import SHARED

SHARED_CRDS = SHARED / "crds"

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "hub", "labels": {"app": "hub"}},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "hub"}},
        "template": {
            "metadata": {"labels": {"app": "hub"}},
            "spec": {
                "containers": [{"name": "hub", "ports": [{"containerPort": 8081}], "resources": {"limits": {"cpu": 1}}}]
            },
        },
    },
}

CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: hubs.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Hub, plural: hubs}
  versions:
    - name: v1alpha1
      served: false
      storage: false
      schema: {openAPIV3Schema: {type: object, properties: {}}}
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [host]
              anyOf: [{required: [host]}, {properties: {port: {minimum: 1}}}]
              properties:
                host: {type: string, pattern: "^(?i)[a-z.]+$"}
                port: {x-kubernetes-int-or-string: true}
                paths: {type: array, items: {type: object, properties: {path: {type: string}}}}
                until: {type: string, nullable: true}
                labels: {type: object, additionalProperties: {type: string}}
                extra: {type: object, x-kubernetes-preserve-unknown-fields: true}
            status: {type: object}
"""

HUB: dict[str, Any] = {
    "apiVersion": "example.org/v1",
    "kind": "Hub",
    "metadata": {"name": "hub", "annotations": {"a": "b"}},
    "spec": {
        "host": "Example.org",
        "port": "http",
        "paths": [{"path": "/"}],
        "until": None,
        "labels": {"any": "name"},
        "extra": {"any": {"thing": 1}},
    },
}

CERTIFICATE: dict[str, Any] = {
    "apiVersion": "networking.gke.io/v1",
    "kind": "ManagedCertificate",
    "metadata": {"name": "hub"},
    "spec": {"domains": ["notebooks.example.org"]},
}


def changed(manifest: dict[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Return a copy of a manifest with one field changed, or removed if the value is `...`."""
    manifest = copy.deepcopy(manifest)
    parent: Any = manifest
    for key in path[:-1]:
        parent = parent[key]
    if value is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return manifest


@pytest.fixture
def crds(tmp_path: Path) -> Path:
    """Return a folder with the CRD of `HUB`."""
    folder = tmp_path / "crds"
    folder.mkdir()
    (folder / "hubs.yaml").write_text(CRD)
    return folder


@pytest.mark.parametrize("version", VERSIONS)
def test_valid_object_has_no_problem(version: str) -> None:
    """Every supported version accepts a correct Deployment."""
    assert problems(DEPLOYMENT, version) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (
            ("spec", "replica"),
            1,
            "Deployment/hub: spec: Additional properties are not allowed ('replica' was unexpected)",
        ),
        (("spec", "replicas"), "1", "Deployment/hub: spec.replicas: '1' is not of type 'integer', 'null'"),
        (
            ("spec", "template", "spec", "containers", 0, "name"),
            ...,
            "Deployment/hub: spec.template.spec.containers[0]: 'name' is a required property",
        ),
        (
            ("metadata", "label"),
            {},
            "Deployment/hub: metadata: Additional properties are not allowed ('label' was unexpected)",
        ),
    ],
    ids=["typo", "wrong type", "missing", "typo in metadata"],
)
def test_problem_of_an_object_is_found(path: tuple[str | int, ...], value: object, problem: str, version: str) -> None:
    """A misspelt field, a wrong type and a missing field are reported with their place, in every version."""
    assert problems(changed(DEPLOYMENT, path, value), version) == [problem]


def test_every_problem_is_told() -> None:
    """One problem does not hide another."""
    wrong = changed(changed(DEPLOYMENT, ("spec", "replicas"), "1"), ("spec", "paused"), "no")
    assert len(problems(wrong, "1.32")) == 2


def test_field_of_a_newer_version_is_a_problem_of_an_older_one() -> None:
    """Versions differ: `hostnameOverride` of a Pod came with Kubernetes 1.34."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "hub"},
        "spec": {"containers": [{"name": "hub"}], "hostnameOverride": "hub"},
    }
    assert [version for version in VERSIONS if problems(pod, version)] == ["1.32", "1.33"]


@pytest.mark.parametrize(
    "change",
    [{"apiVersion": "apps/v1beta1"}, {"apiVersion": "apps.example.org/v1"}, {"kind": "deployment"}, {"kind": None}],
)
def test_unknown_kind_is_a_problem(change: dict[str, object]) -> None:
    """A kind that a version does not have is never valid."""
    assert len(problems({**DEPLOYMENT, **change}, "1.37")) == 1


def test_valid_custom_resource_has_no_problem(crds: Path) -> None:
    """Nullable, integer-or-string, free-form and map fields are accepted as the CRD declares them."""
    assert crd_problems(HUB, crds) == []
    assert crd_problems(changed(HUB, ("spec", "port"), 80), crds) == []


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("spec", "hots"), "a", "Hub/hub: spec: Additional properties are not allowed ('hots' was unexpected)"),
        (
            ("spec", "paths", 0, "pth"),
            "/",
            "Hub/hub: spec.paths[0]: Additional properties are not allowed ('pth' was unexpected)",
        ),
        (
            ("status",),
            {"ready": True},
            "Hub/hub: status: Additional properties are not allowed ('ready' was unexpected)",
        ),
        (("specs",), {}, "Hub/hub: object: Additional properties are not allowed ('specs' was unexpected)"),
        (
            ("metadata", "label"),
            {},
            "Hub/hub: metadata: Additional properties are not allowed ('label' was unexpected)",
        ),
        (("spec", "host"), 1, "Hub/hub: spec.host: 1 is not of type 'string'"),
        (("spec", "host"), None, "Hub/hub: spec.host: None is not of type 'string'"),
        (("spec", "host"), "é", "Hub/hub: spec.host: 'é' does not match '(?i)^[a-z.]+$'"),
        (("spec", "port"), 1.5, "Hub/hub: spec.port: 1.5 is not of type 'integer', 'string'"),
        (("spec", "labels", "a"), 1, "Hub/hub: spec.labels.a: 1 is not of type 'string'"),
        (("spec", "host"), ..., "Hub/hub: spec: 'host' is a required property"),
        (("spec",), ..., "Hub/hub: object: 'spec' is a required property"),
        (("metadata",), ..., "Hub/None: object: 'metadata' is a required property"),
        (
            ("apiVersion",),
            "example.org/v1alpha1",
            "Hub/hub: no CRD in crds/ serves this kind in apiVersion 'example.org/v1alpha1'",
        ),
        (("kind",), "Hubs", "Hubs/hub: no CRD in crds/ serves this kind in apiVersion 'example.org/v1'"),
    ],
)
def test_problem_of_a_custom_resource_is_found(
    path: tuple[str | int, ...], value: object, problem: str, crds: Path
) -> None:
    """A misspelt field, a wrong type, a missing field and an unserved version are reported with their place."""
    assert crd_problems(changed(HUB, path, value), crds) == [problem]


@pytest.mark.skipif(not SHARED_CRDS.is_dir(), reason="the CRD files are not beside the repository")
def test_problems_of_a_real_custom_resource_are_found() -> None:
    """Published CRD files can be read."""
    assert crd_problems(CERTIFICATE, SHARED_CRDS) == []
    for path, value in [(("spec", "domain"), "a.org"), (("spec", "domains"), "a.org"), (("metadata",), ...)]:
        assert len(crd_problems(changed(CERTIFICATE, path, value), SHARED_CRDS)) == 1


@pytest.mark.skipif(not SHARED_CRDS.is_dir(), reason="the CRD files are not beside the repository")
def test_every_published_crd_is_usable() -> None:
    """Each served version in each file reports a typo in an otherwise empty object."""
    for file in SHARED_CRDS.glob("*.yaml"):
        crd = yaml.safe_load(file.read_text())["spec"]
        for version in (version["name"] for version in crd["versions"] if version["served"]):
            api_version, kind = f"{crd['group']}/{version}", crd["names"]["kind"]
            manifest = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "hub"}, "spce": {}}
            assert any("'spce' was unexpected" in problem for problem in crd_problems(manifest, SHARED_CRDS)), file.name
