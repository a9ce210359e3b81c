"""The pod of a workspace's server, made by the real KubeSpawner with a stand-in App and without a cluster."""

import asyncio
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from unittest.mock import DEFAULT, patch

from kubernetes_asyncio.client import ApiClient
from traitlets.config import Config

from clusters import openhexa_gke
from hexa_hub.spawner import WorkspaceSpawner
from hexa_notebooks import NotebooksConfig
from tests.manifests.synthesis import Object
from tests.openhexa_app import Session

EMAIL = "Foo.O'Bar+x@example.org"
SLUG = "2024-who--malaria"


def spawner(
    authenticator: Any,
    session: Session | None,
    *,
    server: str = SLUG,
    user: str = EMAIL,
    options: Object | None = None,
    cluster: NotebooksConfig = openhexa_gke.config,
    **traits: Any,
) -> Any:
    """Return the spawner of a server, requested with this session. By default any image is allowed."""
    cookies: SimpleCookie = SimpleCookie(session.cookies if session else {})
    config = Config(cluster.hub_traits())
    config.WorkspaceSpawner.update({"allowed_images": []} | traits)
    # Nothing is asked of an API server.
    with patch.multiple("kubespawner.spawner", load_config=DEFAULT, shared_client=DEFAULT):
        made = WorkspaceSpawner(
            _mock=True,
            config=config,
            authenticator=authenticator,
            user=SimpleNamespace(name=user, id=1, url=f"/user/{user}/"),
            orm_spawner=SimpleNamespace(name=server, server=None),
            user_options=options or {},
        )
    made.handler = SimpleNamespace(cookies=cookies, settings={})
    made._spawn_future = None
    return made


async def pod_of(made: Any) -> Object:
    """Return the pod that the spawner would create. Use `pod` outside of an event loop."""
    try:
        await made.load_user_options()
        async with ApiClient() as kubernetes:
            manifest: Object = kubernetes.sanitize_for_serialization(await made.get_pod_manifest())
    finally:
        await made.authenticator.app.close()
    return manifest


def pod(made: Any) -> Object:
    """Return the pod that the spawner would create."""
    return asyncio.run(pod_of(made))


def env(manifest: Object) -> dict[str, str]:
    """Return the environment of a pod's container, as written in the manifest."""
    return {item["name"]: item.get("value", "") for item in manifest["spec"]["containers"][0]["env"]}
