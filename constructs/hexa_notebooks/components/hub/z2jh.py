"""What configuration files written for the Zero to JupyterHub Helm chart import from its module of this name."""

import glob
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_VALUES: dict[str, Any] = json.loads((_HERE / "values.json").read_text("utf-8"))
_FULLNAME: str = _VALUES.pop("$fullname")
_REQUIRED = object()


def get_config(key: str, default: Any = None) -> Any:
    """Return the setting at a path such as `custom.banner`, or the default where there is none.

    Raises:
        KeyError: a variable that stands for a secret in it is not there.

    """
    value: Any = _VALUES
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            return default
        value = value[part]
    return _with_secrets(value)


def _with_secrets(value: Any) -> Any:
    """Replace each {"$env": NAME}, which stands for a secret, by that environment variable; "split" makes it a list."""
    if isinstance(value, list):
        return [_with_secrets(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$env" not in value:
        return {key: _with_secrets(item) for key, item in value.items()}
    text = os.environ.get(value["$env"])
    if text is None:
        raise KeyError(f"{value['$env']}: hub.values names this variable, and neither hub.secrets nor hub.env has it")
    return text.split(value["split"]) if "split" in value else text


def get_secret_value(key: str, default: Any = _REQUIRED) -> Any:
    """Return a key of the hub's Secret, or of the one that wins over it.

    Raises:
        KeyError: it is nowhere, and there is no default.

    """
    for folder in ("existing-secret", "secret"):
        file = _HERE.parent / folder / key
        if file.is_file():
            return file.read_text("utf-8").rstrip("\n")
    if default is _REQUIRED:
        raise KeyError(key)
    return default


def get_name(name: str) -> str:
    """Return the name of an object of the installation, such as `hub` or `proxy-public`, with its prefix."""
    if name == "fullname":
        return _FULLNAME
    return f"{_FULLNAME}-{name}" if _FULLNAME else name


def get_name_env(name: str, suffix: str = "") -> str:
    """Return the variable that Kubernetes sets for the Service, by the end of its name such as `_SERVICE_HOST`.

    Raises:
        KeyError: there is none; the Service came after the pod.

    """
    return os.environ[get_name(name).upper().replace("-", "_") + suffix]


def set_config_if_not_none(section: Any, trait: str, key: str) -> None:
    """Set a trait to the setting at a path, if there is one."""
    value = get_config(key)
    if value is not None:
        setattr(section, trait, value)


def camelCaseify(s: str) -> str:  # noqa: N802 (the chart's name)
    """Return `singleuserImage` for `singleuser_image`."""
    first, *others = s.split("_")
    return first + "".join(word.capitalize() for word in others)


NAMESPACE = {
    **{function.__name__: function for function in (get_config, get_name, get_name_env, get_secret_value)},
    "camelCaseify": camelCaseify,
    "set_config_if_not_none": set_config_if_not_none,
    **{module.__name__: module for module in (glob, os, re, sys)},
}
"""What such files use without an import: the chart runs them after its own imports, in the same namespace."""
