"""References in place of secrets, at any depth of the values: to a Secret's key, or to a variable of the hub."""

import base64
import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from hexa_notebooks.commands.import_helm.code_secrets import code_holds_a_secret
from hexa_notebooks.commands.import_helm.secrets import Secrets, key_of
from hexa_notebooks.commands.import_helm.traits import DROPPED
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.components.authenticator.other import SECRET_TRAIT
from hexa_notebooks.components.database.other import split_password
from hexa_notebooks.kubernetes.plaintext_secret import Path, holds_a_secret, replace_secrets, text_holds_a_secret
from hexa_notebooks.traits import is_known

_VARIABLES = ("env", "environment", "extraEnv")
_CONTAINERS = ("initContainers", "extraContainers", "init_containers", "extra_containers")
_ELSEWHERE = ("hub.config", "hub.services", "hub.templateVars", "hub.extraConfig", "hub.extraFiles")
"""Values without container variables, which have their own rules."""
_STAYS = (
    *("custom", "global", "hub.cookieSecret", "hub.db.password", "hub.db.url", "hub.extraConfig", "hub.extraFiles"),
    *("imagePullSecret", "proxy.https.manual", "proxy.secretToken"),
)
"""Secrets that get into no manifest: they stay in the live Secrets, or another module checks them."""
_FIX = (
    "is a secret, and anybody could read it in the manifests: remove it from the values; if a program needs it, give it"
    " a variable, or a file in a volume, from a Secret"
)
_USERS_FILE = (
    "has a secret in it, and anybody could read it in the manifests: put the file into a Secret of your own, and mount"
    " that with singleuser.storage.extraVolumes and extraVolumeMounts"
)
_NUMBER = "is a secret that YAML reads as a number, and a Secret holds strings: write it in quotes"
_DATABASE_URL = (
    "has a password in it, and anybody could read it in the manifests; write the URL as hub.db.url, from which the"
    " import removes it"
)
_KEYS_OF_A_MAPPING = (
    "has secrets as keys, which no variable can replace: write each token as hub.services.NAME.apiToken, or set this in"
    " hub.extraConfig from os.environ, with the variable in hub.extraEnv from a Secret"
)


def with_references(tree: Tree, secrets: Secrets) -> Tree:
    """Return the values with a reference to a Secret in place of each secret that could get into a manifest.

    Secrets that no reference can replace are added to `secrets.refused`.
    """
    sections = ("hub", "proxy", "singleuser")
    values = {key: _walk(value, key, secrets) if key in sections else value for key, value in tree.values.items()}
    if "hub" in values:
        values["hub"] = {key: _of_hub(key, value, secrets) if value else value for key, value in values["hub"].items()}
    url = str(tree.get("hub.config.JupyterHub.db_url", ""))
    if split_password(url)[1] or text_holds_a_secret(url):
        secrets.refused.append(f"hub.config.JupyterHub.db_url: {_DATABASE_URL}")
    for key, value in values.items():
        replace_secrets(value, (key,), lambda path, secret: _refuse(path, secret, secrets))
    for key, file in tree.get("singleuser.extraFiles", {}).items():
        _check_users_file(f"singleuser.extraFiles.{key}", file, secrets)
    return Tree(values)


def _of_hub(key: str, value: Any, secrets: Secrets) -> Any:
    """Return a part of `hub`, with variables in place of the secrets that the hub itself reads."""
    match key:
        case "config":
            return _traits(value, secrets)
        case "services":
            return _services(value, secrets)
        case "templateVars":
            return with_variables(value, "hub.templateVars", secrets)
    return value


def _check_users_file(path: str, file: Mapping[str, Any], secrets: Secrets) -> None:
    """Refuse a file with a secret in it. Its `data` is checked like any other value."""
    text = str(file.get("stringData") or "")
    kind = "stringData"
    if file.get("binaryData"):
        text, kind = base64.b64decode("".join(str(file["binaryData"]).split())).decode("utf-8", "replace"), "binaryData"
    if code_holds_a_secret(text) if str(file.get("mountPath")).endswith(".py") else text_holds_a_secret(text):
        secrets.refused.append(f"{path}.{kind}: {_USERS_FILE}")


def with_variables(value: Any, path: str, secrets: Secrets) -> Any:
    """Return a setting with a variable of the hub, as `{"$env": NAME}`, in place of each secret."""

    def variable(where: Path, secret: Any) -> Any:
        place = ".".join(map(str, where))
        if not isinstance(secret, str):
            secrets.refused.append(f"{place}: {_KEYS_OF_A_MAPPING if isinstance(secret, Mapping) else _NUMBER}")
            return secret
        return {"$env": secrets.variable(place)}

    return replace_secrets(value, tuple(path.split(".")), variable)


def _traits(config: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """Return `hub.config`. A trait that is a secret as a whole becomes one of the authenticator's secrets later."""
    return {
        section: {
            trait: value
            if (section, trait) in (*DROPPED, ("JupyterHub", "db_url"))
            or _is_reference_of_authenticator(section, trait, value)
            else with_variables({section: {trait: value}}, "hub.config", secrets)[section][trait]
            for trait, value in (traits or {}).items()
        }
        for section, traits in config.items()
    }


def _is_reference_of_authenticator(section: str, trait: str, value: Any) -> bool:
    is_carried = is_known(section, trait) or not is_known(section)
    return isinstance(value, str) and is_carried and re.fullmatch(SECRET_TRAIT, f"{section}.{trait}") is not None


def _services(services: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    return {
        name: {
            key: value
            if key in ("apiToken", "api_token")
            else with_variables(value, f"hub.services.{name}.{key}", secrets)
            for key, value in (service or {}).items()
        }
        for name, service in services.items()
    }


def _refuse(path: Path, secret: Any, secrets: Secrets) -> Any:
    place = ".".join(map(str, path))
    is_service_token = place.startswith("hub.services.") and path[-1] in ("apiToken", "api_token")
    stays = any(place == each or place.startswith(f"{each}.") for each in _STAYS)
    is_text_of_file = place.startswith("singleuser.extraFiles.") and path[-1] in ("stringData", "binaryData")
    if stays or is_service_token or is_text_of_file or place.startswith("hub.config."):
        return secret
    fix = _USERS_FILE if place.startswith("singleuser.extraFiles.") else _FIX
    secrets.refused.append(f"{place}: {fix}")
    return secret


def _walk(value: Any, path: str, secrets: Secrets) -> Any:
    if path in _ELSEWHERE:
        return value
    if isinstance(value, list):
        return [_walk(item, f"{path}.{index}", secrets) for index, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    walked = {
        key: (_variables if key in _VARIABLES else _walk)(item, f"{path}.{key}", secrets) for key, item in value.items()
    }
    for key in _CONTAINERS:
        if isinstance(value.get(key), list):
            walked[key] = [
                _with_arguments(container, f"{path}.{key}.{index}", secrets)
                for index, container in enumerate(walked[key])
            ]
    return walked


def _with_arguments(container: Any, path: str, secrets: Secrets) -> Any:
    """Return a container with new variables in place of the secrets in its command line."""
    if not isinstance(container, Mapping):
        return container
    env = container.get("env") or []
    names = [item.get("name") for item in env if isinstance(item, Mapping)]
    variables: list[dict[str, Any]] = []

    def variable(where: Path, secret: Any) -> Any:
        place = ".".join(map(str, where))
        if not isinstance(secret, str) or re.search(r"\$[$(]|[{}]", secret):
            # Kubernetes and KubeSpawner expand `$(NAME)` and `{name}` in arguments, but not inside a variable's value.
            secrets.refused.append(f"{place}: {_FIX}")
            return secret
        name = next(name for name in (f"SECRET_{number}" for number in count(1)) if name not in names)
        names.append(name)
        variables.append({"name": name, "valueFrom": _reference(key_of(place), place, secrets)})
        return f"$({name})"

    parts = {
        key: replace_secrets(container[key], (*path.split("."), key), variable)
        for key in ("command", "args")
        if key in container
    }
    return {**container, **parts, **({"env": [*env, *variables]} if variables else {})}


def _variables(variables: Any, path: str, secrets: Secrets) -> Any:
    if isinstance(variables, Mapping):
        return {key: _variable(key, variable, path, secrets) for key, variable in variables.items()}
    if isinstance(variables, list):
        return [_variable("None", variable, path, secrets) for variable in variables]
    return variables


def _variable(key: str, variable: Any, path: str, secrets: Secrets) -> Any:
    """Return a variable with a reference in place of a secret value; `key` is its name if it does not have one."""
    is_object = isinstance(variable, Mapping)
    name, value = (str(variable.get("name", key)), variable.get("value")) if is_object else (key, variable)
    if not isinstance(value, str) or not holds_a_secret(name, value):
        return dict(variable) if is_object else variable
    rest = {field: item for field, item in variable.items() if field != "value"} if is_object else {}
    return rest | {"valueFrom": _reference(name, f"{path}.{name}", secrets)}


def _reference(name: str, path: str, secrets: Secrets) -> dict[str, Any]:
    reference = secrets.to_create(path, name)
    return {"secretKeyRef": {"name": reference.name, "key": reference.key}}
