"""Secrets in environment variables, at any depth of the values, as references in their place."""

from collections.abc import Iterator, Mapping
from typing import Any

from hexa_notebooks.helm.secrets import Secrets
from hexa_notebooks.helm.tree import Tree
from hexa_notebooks.secret_ref import holds_a_secret

_VARIABLES = ("env", "environment", "extraEnv")
_ELSEWHERE = ("hub.services", "hub.extraConfig", "hub.extraFiles", "singleuser.extraFiles")
"""What holds no variables of a container, and has rules of its own."""


def with_references(tree: Tree, secrets: Secrets) -> Tree:
    """Return the values in which each variable that is a secret refers to a Secret that the operator creates."""
    sections = ("hub", "proxy", "singleuser")
    return Tree({key: _walk(value, key, secrets) if key in sections else value for key, value in tree.values.items()})


def _walk(value: Any, path: str, secrets: Secrets) -> Any:
    if path in _ELSEWHERE:
        return value
    if isinstance(value, list):
        return [_walk(item, f"{path}.{index}", secrets) for index, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    return {
        key: (_variables if key in _VARIABLES else _walk)(item, f"{path}.{key}", secrets) for key, item in value.items()
    }


def _variables(variables: Any, path: str, secrets: Secrets) -> Any:
    if isinstance(variables, Mapping):
        return dict(_named(variables, path, secrets))
    if isinstance(variables, list):
        return [_item(variable, path, secrets) for variable in variables]
    return variables


def _named(variables: Mapping[str, Any], path: str, secrets: Secrets) -> Iterator[tuple[str, Any]]:
    for key, variable in variables.items():
        if isinstance(variable, str) and holds_a_secret(key, variable):
            yield key, {"valueFrom": _reference(key, f"{path}.{key}", secrets)}
        elif isinstance(variable, Mapping):
            yield key, _item({"name": key} | dict(variable), path, secrets, keep_name="name" in variable)
        else:
            yield key, variable


def _item(variable: Any, path: str, secrets: Secrets, *, keep_name: bool = True) -> Any:
    if not isinstance(variable, Mapping):
        return variable
    name, value = str(variable.get("name")), variable.get("value")
    rest = {key: item for key, item in variable.items() if keep_name or key != "name"}
    if isinstance(value, str) and holds_a_secret(name, value):
        rest.pop("value")
        return rest | {"valueFrom": _reference(name, f"{path}.{name}", secrets)}
    return rest


def _reference(name: str, path: str, secrets: Secrets) -> dict[str, Any]:
    reference = secrets.to_create(path, name)
    return {"secretKeyRef": {"name": reference.name, "key": reference.key}}
