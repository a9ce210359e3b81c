"""The hub's ConfigMap: the traits as JSON, a short loader, and extra configuration files."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.storage.user_storage import UserStorage
from hexa_notebooks.traits import Traits

LOADER = "jupyterhub_config.py"
"""The configuration file that JupyterHub is started with."""
TRAITS = "traits.json"
"""The traits that the loader reads. It must not be called `jupyterhub_config.json`: JupyterHub automatically reads that
file after `jupyterhub_config.py`, and would replace the secrets by their placeholders again."""

SECRETS = "secrets.json"
"""The variables and keys of the hub's secrets, by whether they are in the environment or in files."""
STORAGE_NAMING = "storage-naming.json"
"""The naming of users' files: a record for the next synthesis, which the hub does not read."""


def config_data(
    config: HubConfig, installation: Installation, traits: Traits, parts: Sequence[HubPart]
) -> dict[str, str]:
    """Return the data of the ConfigMap: the content of each file by its name."""
    data = {LOADER: _source(LOADER), TRAITS: _json(traits)}
    variables = {name: value for name, value in config.env.items() if isinstance(value, SecretKeyRef)}
    variables["CONFIGPROXY_AUTH_TOKEN"] = config.proxy_token
    secrets = {config.secrets_from: {name: reference for part in parts for name, reference in part.secrets.items()}}
    secrets["environment"] = variables | secrets.get("environment", {})
    data[SECRETS] = _json(
        {
            origin: [{"variable": name, "key": reference.key} for name, reference in sorted(references.items())]
            for origin, references in secrets.items()
        }
    )
    if config.values:
        data |= {
            "z2jh.py": _source("z2jh.py"),
            "values.json": _json({"$fullname": installation.fullname, **config.values}),
        }
    return data | config.extra_config


def _source(name: str) -> str:
    return files("hexa_notebooks.components.hub").joinpath(name).read_text("utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def checksum(data: Mapping[str, str]) -> str:
    """Return a digest of the data that the hub reads. The record of the naming is not in it: it must not restart it."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def config_map(scope: Construct, installation: Installation, data: Mapping[str, str], traits: Traits) -> ApiObject:
    """Add the ConfigMap, with a record of how the traits name users' files."""
    naming = _json(UserStorage.of(traits).naming)
    return api_object(
        scope,
        "config-map",
        k8s.KubeConfigMap,
        k8s.KubeConfigMapProps(metadata=installation.metadata(HUB, HUB), data={**data, STORAGE_NAMING: naming}),
    )
