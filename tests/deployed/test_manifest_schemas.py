"""Every object in `dist/` is valid against the schemas of every supported Kubernetes version."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deployed.crds import PUBLISHED, STAND_INS, published
from tests.deployed.manifests import FILES, documents
from tests.manifests.schemas import VERSIONS, crd_problems, problems


def identity(file: Path) -> dict[str, Any]:
    """Return a CRD's identity for clients: its names, scope, and served and stored versions."""
    spec = yaml.safe_load(file.read_text())["spec"]
    return {
        "group": spec["group"],
        "kind": spec["names"]["kind"],
        "plural": spec["names"]["plural"],
        "scope": spec["scope"],
        "versions": {version["name"]: (version["served"], version["storage"]) for version in spec["versions"]},
    }


CUSTOM = {(f"{crd['group']}/{version}", crd["kind"]) for crd in map(identity, STAND_INS) for version in crd["versions"]}


@pytest.mark.parametrize("file", FILES)
def test_object_is_valid(file: str) -> None:
    """Kubernetes 1.32 to 1.37 know every field of a built-in object, and the CRD every field of a custom resource."""
    for manifest in documents(file):
        if (manifest["apiVersion"], manifest["kind"]) not in CUSTOM:
            assert {version: found for version in VERSIONS if (found := problems(manifest, version))} == {}
        elif PUBLISHED.is_dir():
            assert crd_problems(manifest, PUBLISHED) == []
        else:
            pytest.skip("the CRD files are not beside the repository")


@pytest.mark.parametrize("stand_in", STAND_INS, ids=lambda file: file.name)
def test_stand_in_has_the_names_of_the_published_crd(stand_in: Path) -> None:
    """Kind, plural and versions of a stand-in are the published CRD's."""
    if not PUBLISHED.is_dir():
        pytest.skip("the CRD files are not beside the repository")
    assert identity(stand_in) == identity(published(stand_in))
