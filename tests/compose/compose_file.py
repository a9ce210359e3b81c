"""docker-compose.yaml as Compose reads it, with variables filled in from an .env file."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from tests.manifests.synthesis import Object
from tests.paths import ROOT

FILE = ROOT / "docker-compose.yaml"


class MissingVariableError(Exception):
    """A required variable has no value; the message is the file's own."""


def demanded() -> set[str]:
    """Return the required variables."""
    return set(re.findall(r"\$\{(\w+):\?", FILE.read_text("utf-8")))


def load(variables: Mapping[str, str]) -> Object:
    """Return the file with values for `${NAME:-default}` and `${NAME:?message}`, the only allowed forms.

    Raises MissingVariableError.
    """
    loaded: Object = _interpolated(yaml.safe_load(FILE.read_text("utf-8")), variables)
    return loaded


def container(service: Object) -> Object:
    """Return a service's program and environment in the form of a pod's container."""
    return {
        "command": service.get("entrypoint", []),
        "args": service["command"],
        "env": [{"name": name, "value": value} for name, value in service["environment"].items()],
    }


def _interpolated(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _interpolated(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_interpolated(item, variables) for item in value]
    if isinstance(value, str):
        assert not re.search(r"\$(?!\{\w+:[-?][^}]*\})", value), f"another form of variable: {value}"
        return re.sub(r"\$\{(\w+):([-?])([^}]*)\}", lambda found: _value(found, variables), value)
    return value


def _value(found: re.Match[str], variables: Mapping[str, str]) -> str:
    name, kind, text = found.groups()
    if kind == "?" and not variables.get(name):
        raise MissingVariableError(f"{name}: {text}")
    return variables.get(name) or text
