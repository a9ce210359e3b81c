"""Strict validation of manifests against schemas, without a cluster.

`format`, CEL rules and checks that an API server does beyond its schemas are not covered.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft4Validator, Draft202012Validator

VERSIONS = ("1.32", "1.33", "1.34", "1.35", "1.36", "1.37")
"""The Kubernetes versions that the manifests are made for."""


def problems(manifest: Mapping[str, Any], version: str) -> list[str]:
    """Return the problems that the schemas of Kubernetes `version`, such as `1.32`, find in an object, one line each.

    The schemas are the strict ones of kubernetes-validate, in which an unknown field is a problem. Its own `validate()`
    would read them from disk for each object and report only one problem. Raises `FileNotFoundError` for a version that
    it does not ship.
    """
    schemas, names = _kubernetes(version)
    name = names.get((manifest.get("apiVersion"), manifest.get("kind")))
    if name is None:
        return [
            f"{_title(manifest)}: Kubernetes {version} has no such kind in apiVersion {manifest.get('apiVersion')!r}"
        ]
    return _problems(Draft202012Validator({**schemas, "$ref": f"#/$defs/{name}"}), manifest)


def crd_problems(manifest: Mapping[str, Any], crds: Path) -> list[str]:
    """Return the problems that the CustomResourceDefinitions in folder `crds` find in a custom resource.

    As in `problems()`, an unknown field is a problem, unless `x-kubernetes-preserve-unknown-fields` allows it there.
    """
    api_version, kind = str(manifest.get("apiVersion")), str(manifest.get("kind"))
    schema = _crds(crds).get((api_version, kind))
    if schema is None:
        return [f"{_title(manifest)}: no CRD in {crds.name}/ serves this kind in apiVersion {api_version!r}"]
    # A CRD leaves the metadata to Kubernetes, where they are the same for every kind.
    carrier = {"apiVersion": "v1", "kind": "Namespace", "metadata": manifest.get("metadata", {})}
    metadata = [problem.replace("Namespace", kind, 1) for problem in problems(carrier, VERSIONS[-1])]
    return metadata + _problems(Draft4Validator(schema), manifest)


@cache
def _kubernetes(version: str) -> tuple[dict[str, Any], dict[tuple[Any, Any], str]]:
    """Return the schemas of a Kubernetes version, and the schema name of each apiVersion and kind."""
    folder = resources.files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
    schemas = json.loads((folder / "_definitions.json").read_text())
    names = {
        (f"{gvk['group']}/{gvk['version']}".removeprefix("/"), gvk["kind"]): name
        for name, schema in schemas["$defs"].items()
        for gvk in schema.get("x-kubernetes-group-version-kind", [])
    }
    return schemas, names


@cache
def _crds(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the strict schema of each apiVersion and kind that the CRDs in a folder serve."""
    documents = (
        document for file in folder.glob("*.yaml") for document in yaml.load_all(file.read_text(), yaml.CSafeLoader)
    )
    return {
        (f"{crd['group']}/{version['name']}", crd["names"]["kind"]): _strict_object(
            version["schema"]["openAPIV3Schema"]
        )
        for crd in (document["spec"] for document in documents)
        for version in crd["versions"]
        if version["served"]
    }


def _strict_object(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the strict schema of a whole object. A CRD may describe only `spec` and `status`."""
    metadata = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    common = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": metadata}
    required = {*schema.get("required", ()), "metadata"}
    return _strict({**schema, "properties": {**schema["properties"], **common}, "required": sorted(required)})


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a CRD's structural schema as a JSON schema (draft 4, as in OpenAPI 3.0) that refuses unknown fields.

    `allOf`, `anyOf`, `oneOf` and `not` are unchanged: in a structural schema they only restrict the values of fields
    that are declared outside of them.
    """
    strict = dict(schema)
    if "properties" in schema:
        strict["properties"] = {name: _strict(field) for name, field in schema["properties"].items()}
    if "items" in schema:
        strict["items"] = _strict(schema["items"])
    if "additionalProperties" in schema:
        if isinstance(schema["additionalProperties"], dict):
            strict["additionalProperties"] = _strict(schema["additionalProperties"])
    elif not schema.get("x-kubernetes-preserve-unknown-fields"):
        strict["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        strict["type"] = ["integer", "string"]
    if "pattern" in schema:
        # Go takes a flag after an anchor, Python only at the start.
        strict["pattern"] = schema["pattern"].replace("^(?i)", "(?i)^")
    if schema.get("nullable"):
        strict["type"] = [strict["type"], "null"]
    return strict


def _problems(validator: Any, manifest: Mapping[str, Any]) -> list[str]:
    return [
        f"{_title(manifest)}: {error.json_path.removeprefix('$').removeprefix('.') or 'object'}: {error.message}"
        for error in validator.iter_errors(manifest)
    ]


def _title(manifest: Mapping[str, Any]) -> str:
    return f"{manifest.get('kind')}/{(manifest.get('metadata') or {}).get('name')}"
