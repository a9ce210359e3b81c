"""A manifest's container as a process, with the environment and the arguments that a kubelet would give it."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.manifests.synthesis import Object


def image_environment() -> dict[str, str]:
    """Return the environment that an image gives its containers: the programs and packages of these tests."""
    packages = {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    return {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "LANG": "C.UTF-8"} | packages


def environment(
    container: Object, *, fields: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the variables of a container, references to earlier ones expanded.

    `fields` are the pod's by fieldPath, and `secrets` the values by key, whatever the Secret that has them. Raises
    KeyError if a variable comes from another field or key, or from anywhere else.
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
    """Return command and arguments of a container, references to its variables expanded."""
    return [expand(text, variables) for text in (*container.get("command", []), *container.get("args", []))]


def secret_keys(*containers: Object) -> Iterator[str]:
    """Yield the key of each secret that the variables of containers come from."""
    for container in containers:
        for variable in container.get("env", []):
            if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                yield reference["key"]


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace `$(NAME)` by the variable where there is one, and `$$` by `$`; all else stays as it stands.

    The rules are Kubernetes' own: third_party/forked/golang/expansion in its sources.
    """

    def replaced(found: re.Match[str]) -> Any:
        return "$" if found[0] == "$$" else variables.get(found[1], found[0])

    return re.sub(r"\$\$|\$\(([^)]*)\)", replaced, text)
