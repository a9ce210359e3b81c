"""A user's pod and claim, made by the installed KubeSpawner from a configuration without a cluster."""

import asyncio
import json
from collections.abc import Collection, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any
from unittest.mock import DEFAULT, patch

import traitlets.config
from kubernetes_asyncio.client import ApiClient
from kubespawner import KubeSpawner  # type: ignore[import-untyped]

from hexa_hub.profiles import ProfileSpawner
from hexa_notebooks import NotebooksConfig
from hexa_notebooks.components.hub.config_map import TRAITS
from tests.manifests.synthesis import Object, synth

USER = "anna.k@example.org"
"""Whose server it is."""


def user_pod(
    config: NotebooksConfig,
    *,
    server: str = "",
    profile: str | None = None,
    user: str = USER,
    groups: Collection[str] = (),
    choices: Mapping[str, str] = MappingProxyType({}),
) -> Object:
    """Return the pod of a user's server, started with or without a profile, and with choices of its options."""
    return asyncio.run(_manifest(config, server, profile, "pod", user, groups, choices))


def user_claim(config: NotebooksConfig, *, server: str = "") -> Object:
    """Return the claim that KubeSpawner makes for a user's server."""
    return asyncio.run(_manifest(config, server, None, "pvc", USER))


async def _manifest(
    config: NotebooksConfig,
    server: str,
    profile: str | None,
    kind: str,
    user: str,
    groups: Collection[str] = (),
    choices: Mapping[str, str] = MappingProxyType({}),
) -> Object:
    traits = json.loads(synth(config)["ConfigMap/hub"]["data"][TRAITS])
    limiting = traits["JupyterHub"]["spawner_class"] == "hexa_hub.profiles.ProfileSpawner"
    # Nothing is asked of an API server: what configures and makes the client stands still.
    with patch.multiple("kubespawner.spawner", load_config=DEFAULT, shared_client=DEFAULT):
        spawner = (ProfileSpawner if limiting else KubeSpawner)(
            _mock=True,
            config=_loaded(traits),
            user=SimpleNamespace(
                name=user, id=1, url=f"/user/{user}/", groups=[SimpleNamespace(name=name) for name in groups]
            ),
            orm_spawner=SimpleNamespace(name=server, server=None),
            user_options={**({} if profile is None else {"profile": profile}), **choices},
        )
        spawner._spawn_future = None
        await spawner.load_user_options()
        manifest = await spawner.get_pod_manifest() if kind == "pod" else spawner.get_pvc_manifest()
    async with ApiClient() as client:
        made: Object = client.sanitize_for_serialization(manifest)
    return made


def _loaded(traits: dict[str, dict[str, Any]]) -> traitlets.config.Config:
    """Return the traits as the hub's loader sets them."""
    loaded = traitlets.config.Config()
    for section, values in traits.items():
        loaded[section].update(values)
    return loaded
