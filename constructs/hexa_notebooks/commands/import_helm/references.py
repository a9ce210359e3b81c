"""Secrets in the values, at any depth, as references in their place: a Secret's key, or a variable of the hub."""

import base64
import re
from collections.abc import Iterator, Mapping
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
"""What holds no variables of a container, and has rules of its own."""
_STAYS = (
    "custom",
    "global",
    "hub.cookieSecret",
    "hub.db.password",
    "hub.db.url",
    "hub.extraConfig",
    "hub.extraFiles",
    "imagePullSecret",
    "proxy.https.manual",
    "proxy.secretToken",
)
"""Secrets that no manifest gets to see: they stay in the live Secrets, or are looked at elsewhere."""
_FIX = (
    "is a secret, and would stand in the manifests for everybody to read: take it out of the values; where a program"
    " must have it, name a variable, or a file of a volume, from a Secret"
)
_USERS_FILE = (
    "has a secret in it, which would stand in the manifests for everybody to read: put the file into a Secret of your"
    " own, and mount that by singleuser.storage.extraVolumes and extraVolumeMounts"
)
_NUMBER = "is a secret that YAML reads as a number, and a Secret holds texts: write it in quotes"
_DATABASE_URL = (
    "has a password in it, which would stand in the manifests for everybody to read; write the URL as hub.db.url, of"
    " which it is taken out"
)
_KEYS_OF_A_MAPPING = (
    "has secrets as keys, for which no variable can stand: write each token as hub.services.NAME.apiToken, or set this"
    " in hub.extraConfig from os.environ, with the variable in hub.extraEnv from a Secret"
)


def with_references(tree: Tree, secrets: Secrets) -> Tree:
    """Return the values in which each secret that may get into a manifest refers to a Secret.

    What cannot refer to one is remembered in `secrets`.
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
    """Return a part of `hub`, in which variables stand for the secrets of what the hub itself reads."""
    match key:
        case "config":
            return _traits(value, secrets)
        case "services":
            return _services(value, secrets)
        case "templateVars":
            return with_variables(value, "hub.templateVars", secrets)
    return value


def _check_users_file(path: str, file: Mapping[str, Any], secrets: Secrets) -> None:
    """Refuse a file with a secret in it; what is in `data` has been looked at as any other value."""
    text = str(file.get("stringData") or "")
    kind = "stringData"
    if file.get("binaryData"):
        text, kind = base64.b64decode("".join(str(file["binaryData"]).split())).decode("utf-8", "replace"), "binaryData"
    if code_holds_a_secret(text) if str(file.get("mountPath")).endswith(".py") else text_holds_a_secret(text):
        secrets.refused.append(f"{path}.{kind}: {_USERS_FILE}")


def with_variables(value: Any, path: str, secrets: Secrets) -> Any:
    """Return a setting in which a variable of the hub, as `{"$env": NAME}`, stands for each secret."""

    def variable(where: Path, secret: Any) -> Any:
        place = ".".join(map(str, where))
        if not isinstance(secret, str):
            secrets.refused.append(f"{place}: {_KEYS_OF_A_MAPPING if isinstance(secret, Mapping) else _NUMBER}")
            return secret
        return {"$env": secrets.variable(place)}

    return replace_secrets(value, tuple(path.split(".")), variable)


def _traits(config: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """Return `hub.config`; a trait that is a secret as a whole becomes one of the authenticator's secrets later."""
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
    """Return a container in whose command line a variable of its own stands for each secret."""
    if not isinstance(container, Mapping):
        return container
    env = container.get("env") or []
    names = [item.get("name") for item in env if isinstance(item, Mapping)]
    variables: list[dict[str, Any]] = []

    def variable(where: Path, secret: Any) -> Any:
        place = ".".join(map(str, where))
        if not isinstance(secret, str) or re.search(r"\$[$(]|[{}]", secret):
            # Kubernetes and KubeSpawner would fill in what stands in the text, and not what stands in the variable.
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
