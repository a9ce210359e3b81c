"""User pods, made by the real KubeSpawner from the traits that a hub loads."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from kubespawner.spawner import KubeSpawner  # type: ignore[import-untyped]
from traitlets.config import Config

from tests.manifests.synthesis import Object


def kube_spawner(traits: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return the spawner of a user's server `malaria-2026`; an event loop must run.

    It calls the API server of the default configuration of `kubernetes_asyncio`.
    """
    # It would look for the configuration of a pod, or of the person who runs the tests.
    with patch("kubespawner.spawner.load_config"):
        return KubeSpawner(
            config=Config(traits), orm_spawner=SimpleNamespace(name="malaria-2026", server=None), _mock=True
        )


def user_pods(traits: Mapping[str, Mapping[str, Any]]) -> dict[str, Object]:
    """Return a user pod for each profile, or one if there are no profiles."""
    return asyncio.run(_user_pods(traits))


async def _user_pods(traits: Mapping[str, Mapping[str, Any]]) -> dict[str, Object]:
    slugs = [profile["slug"] for profile in traits["KubeSpawner"]["profile_list"]]
    made: dict[str, Object] = {}
    for slug in slugs or [None]:
        spawner = kube_spawner(traits)
        spawner.user_options = {"profile": slug} if slug else {}
        await spawner.load_user_options()
        client = spawner.api.api_client
        made[f"profile {slug}" if slug else "no profile"] = client.sanitize_for_serialization(
            await spawner.get_pod_manifest()
        )
    await client.close()
    return made
