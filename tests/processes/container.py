"""A manifest's container as a process, with the environment and the arguments that a kubelet would give it."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.manifests.synthesis import Object


def image_environment() -> dict[str, str]:
    """Return the environment of an image's containers: the programs and packages of these tests."""
    packages = {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    return {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "LANG": "C.UTF-8"} | packages


def environment(
    container: Object, *, fields: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return a container's variables, with references to earlier ones expanded.

    `fields` are the pod's fields by fieldPath, and `secrets` are values by key, from any Secret. Raises KeyError if a
    variable comes from another field, key or source.
    """
    made: dict[str, str] = {}
    for variable in container.get("env", []):
        source = variable.get("valueFrom", {})
        if "fieldRef" in source:
            made[variable["name"]] = (fields or {})[source["fieldRef"]["fieldPath"]]
        elif source:
            made[variable["name"]] = (secrets or {})[source["secretKeyRef"]["key"]]
        else:
            made[variable["name"]] = expand(variable.get("value", ""), made)
    return made


def arguments(container: Object, variables: Mapping[str, str]) -> list[str]:
    """Return a container's command and arguments, with references to its variables expanded."""
    return [expand(text, variables) for text in (*container.get("command", []), *container.get("args", []))]


def secret_keys(*containers: Object) -> Iterator[str]:
    """Yield the Secret keys that the containers' variables use."""
    for container in containers:
        for variable in container.get("env", []):
            if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                yield reference["key"]


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace `$(NAME)` with the variable if it exists, and `$$` with `$`. Everything else is unchanged.

    The rules are Kubernetes' own: third_party/forked/golang/expansion in its sources.
    """

    def replaced(found: re.Match[str]) -> Any:
        return "$" if found[0] == "$$" else variables.get(found[1], found[0])

    return re.sub(r"\$\$|\$\(([^)]*)\)", replaced, text)
