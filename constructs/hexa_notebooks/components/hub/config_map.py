"""The hub's configuration as data: the traits in JSON, a short loader, and extra files."""

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
"""The key, and so the file, that JupyterHub is started with."""
TRAITS = "traits.json"
"""The traits that the loader reads. Beside `jupyterhub_config.py` JupyterHub reads a `jupyterhub_config.json` too, by
itself and last, so that this name would put the placeholders back in the place of the secrets."""

SECRETS = "secrets.json"
"""The keys of the secrets that the hub has in variables, and of those that it has in files, with their variables."""
STORAGE_NAMING = "storage-naming.json"
"""How users' files are named: a record for the next synthesis, which the hub does not read."""


def config_data(
    config: HubConfig, installation: Installation, traits: Traits, parts: Sequence[HubPart]
) -> dict[str, str]:
    """Return the data of the ConfigMap, file by file."""
    data = {LOADER: _source(LOADER), TRAITS: _json(traits)}
    variables = {name: value for name, value in config.env.items() if isinstance(value, SecretKeyRef)}
    variables["CONFIGPROXY_AUTH_TOKEN"] = config.proxy_token
    found = {config.secrets_from: {name: reference for part in parts for name, reference in part.secrets.items()}}
    found["environment"] = variables | found.get("environment", {})
    data[SECRETS] = _json(
        {
            where: [{"variable": name, "key": reference.key} for name, reference in sorted(named.items())]
            for where, named in found.items()
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
    """Return a digest of exactly what the hub reads, so that nothing else restarts it."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def config_map(scope: Construct, installation: Installation, data: Mapping[str, str], traits: Traits) -> ApiObject:
    """Add the ConfigMap, with a record of how its traits name users' files."""
    naming = _json(UserStorage.of(traits).naming)
    return api_object(
        scope,
        "config-map",
        k8s.KubeConfigMap,
        k8s.KubeConfigMapProps(metadata=installation.metadata(HUB, HUB), data={**data, STORAGE_NAMING: naming}),
    )
