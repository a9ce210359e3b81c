"""The hub's objects: the minimal case, each setting, RBAC against KubeSpawner's calls, and what restarts the hub."""

import asyncio
import json
import re
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from aiohttp import web
from jupyterhub.crypto import CryptKeeper  # type: ignore[import-untyped]
from kubernetes_asyncio.client import Configuration
from kubespawner import KubeSpawner  # type: ignore[import-untyped]
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion
from traitlets.config import Config as TraitletsConfig

from hexa_notebooks import (
    CidrPeer,
    ClusterInternal,
    CoreSchedulingConfig,
    CullerConfig,
    DisruptionBudgetConfig,
    EgressConfig,
    HubConfig,
    InPodFuse,
    NamespaceConfig,
    NoStorage,
    NotebooksConfig,
    PerUserPvc,
    PodPeer,
    ProxyConfig,
    ResourcesConfig,
    SecretKeyRef,
    SharedPassword,
)
from hexa_notebooks.config import explain
from hexa_notebooks.hub.config_map import TRAITS
from hexa_notebooks.hub.jupyterhub import base_part
from tests.support import MINIMAL, Object, delta, synth, to_yaml

KINDS = ("Deployment", "Service", "ServiceAccount", "Role", "RoleBinding", "NetworkPolicy")
CHECKSUM = "checksum/config-map"


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """The hub's objects in full, the ConfigMap apart."""
    objects = synth(MINIMAL)
    objects["Deployment/hub"]["spec"]["template"]["metadata"]["annotations"][CHECKSUM] = "as tested below"
    assert to_yaml(*(objects[f"{kind}/hub"] for kind in KINDS)) == snapshot


def test_minimal_traits(snapshot: SnapshotAssertion) -> None:
    """The traits that the hub has whatever database, authenticator and spawner are chosen."""
    assert to_yaml(base_part(HubConfig(), MINIMAL.installation).traits) == snapshot


SETTINGS: dict[str, dict[str, Any]] = {
    "image": {"image": "quay.io/jupyterhub/k8s-hub:4.4.0"},
    "resources": {"resources": ResourcesConfig(cpu_request="1", memory_request="1Gi", cpu_limit="2")},
    "scheduling": {"scheduling": CoreSchedulingConfig(node_purpose="require", node_selector={"pool": "core"})},
    "proxy_token": {"proxy_token": SecretKeyRef(name="proxy", key="token")},
    "cookie_secret": {"cookie_secret": SecretKeyRef(name="cookies", key="secret")},
    "crypt_keys": {"crypt_keys": (SecretKeyRef(key="crypt-key-2"), SecretKeyRef(key="crypt-key"))},
    "crypt_keys-none": {"crypt_keys": ()},
    "named_servers": {"named_servers": True},
    "named_server_limit_per_user": {"named_server_limit_per_user": 3},
    "active_server_limit": {"active_server_limit": 200},
    "concurrent_spawn_limit": {"concurrent_spawn_limit": 10},
    "consecutive_failure_limit": {"consecutive_failure_limit": 5},
    "debug": {"debug": True},
    "env": {"env": {"Z": "text", "A": SecretKeyRef(name="mail", key="password")}},
    "traits": {"traits": {"JupyterHub": {"template_vars": {"announcement": "Down on Sunday"}}}},
    "extra_config": {"extra_config": {"10-announcement.py": "c.JupyterHub.template_vars = {}\n"}},
    "disruption_budget": {"disruption_budget": DisruptionBudgetConfig(max_unavailable=1)},
    "service_annotations": {"service_annotations": {"prometheus.io/path": "/hub/metrics"}},
    "ingress": {"ingress": (PodPeer(namespace="monitoring"), CidrPeer(cidr="10.1.0.0/16"))},
    "egress": {"egress": (EgressConfig(to=(CidrPeer(cidr="10.2.0.0/16"),), ports=(25, 587)),)},
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    assert delta(synth(MINIMAL), synth(MINIMAL.evolve(hub=HubConfig(**setting)))) == snapshot


def test_every_setting_has_its_difference() -> None:
    """A field without a case above would be a field that nobody has seen work."""
    assert {field for setting in SETTINGS.values() for field in setting} == HubConfig.model_fields.keys()


def refusal(**hub: Any) -> str:
    """Return the message with which a hub's settings are refused in an installation."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(hub=HubConfig(**hub))
    return explain(refused.value)


@pytest.mark.parametrize(
    ("hub", "text"),
    [
        ({"image": "quay.io/jupyterhub/k8s-hub"}, "HubConfig.image: image 'quay.io/jupyterhub/k8s-hub' has no tag"),
        ({"concurrent_spawn_limit": 0}, "HubConfig.concurrent_spawn_limit: Input should be greater than or equal to 1"),
        ({"active_server_limit": -1}, "HubConfig.active_server_limit: Input should be greater than or equal to 0"),
        ({"named_server": True}, "HubConfig has no field 'named_server'; did you mean 'named_servers'?"),
        ({"extra_config": {"a.txt": ""}}, "'a.txt' is not a name for an extra configuration file"),
        ({"extra_config": {"a/b.py": ""}}, "'a/b.py' is not a name for an extra configuration file"),
        ({"extra_config": {"..a.py": ""}}, "'..a.py' is not a name for an extra configuration file"),
        ({"extra_config": {".py": ""}}, "'.py' is not a name for an extra configuration file"),
        ({"extra_config": {"a" * 251 + ".py": ""}}, "is not a name for an extra configuration file"),
        ({"extra_config": {"jupyterhub_config.py": ""}}, "(jupyterhub_config.py is the loader)"),
        ({"env": {"A-B": ""}}, "'A-B' is not the name of an environment variable"),
        (
            {"env": {"JPY_COOKIE_SECRET": SecretKeyRef(key="a")}},
            "environment variable JPY_COOKIE_SECRET is set by both hub and hub.env: remove one",
        ),
        (
            {"env": {"SHARED_PASSWORD": SecretKeyRef(key="a")}},
            "environment variable SHARED_PASSWORD is set by both authenticator and hub.env: remove one",
        ),
        (
            {"traits": {"JupyterHub": {"concurrent_spawn_limits": 1}}},
            "hub.traits: JupyterHub has no trait concurrent_spawn_limits",
        ),
        (
            {"traits": {"JupyterHub": {"concurrent_spawn_limit": 1}}},
            "JupyterHub.concurrent_spawn_limit is set by both hub and hub.traits: remove one",
        ),
        (
            {"traits": {"JupyterHub": {"template_paths": "a"}}},
            'hub.traits: JupyterHub.template_paths is "a" (string), allowed: ',
        ),
    ],
)
def test_refuses(hub: dict[str, Any], text: str) -> None:
    """Bad input is refused by the name of the field or the trait."""
    assert text in refusal(**hub)


def container_env(hub: HubConfig, secret: dict[str, str]) -> dict[str, str]:
    """Return the environment that the kubelet gives the hub, with the values of a Secret's keys.

    Kubernetes puts in the place of `$(NAME)` what a variable before it holds, and else leaves the text; `$$` is a
    dollar.
    """
    [container] = synth(MINIMAL.evolve(hub=hub))["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    values: dict[str, str] = {}
    for variable in container["env"]:
        if "secretKeyRef" in variable.get("valueFrom", {}):
            values[variable["name"]] = secret.get(variable["valueFrom"]["secretKeyRef"]["key"], "secret")
        elif "value" in variable:
            values[variable["name"]] = re.sub(
                r"\$\$|\$\((\w+)\)",
                lambda found: "$" if found[0] == "$$" else values.get(found[1], found[0]),
                variable["value"],
            )
    return values


def test_rotated_crypt_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a new key in front, JupyterHub encrypts with the new one and still decrypts what the old one encrypted."""
    secret = {"new": "ab" * 32, "old": "cd" * 32}

    def keeper(*keys: str) -> CryptKeeper:
        hub = HubConfig(crypt_keys=tuple(SecretKeyRef(key=key) for key in keys))
        monkeypatch.setenv("JUPYTERHUB_CRYPT_KEY", container_env(hub, secret)["JUPYTERHUB_CRYPT_KEY"])
        made = CryptKeeper()
        assert len(made.keys) == len(keys)
        return made

    old, rotated, new = keeper("old"), keeper("new", "old"), keeper("new")
    assert rotated._decrypt(old._encrypt({"token": "a"})) == {"token": "a"}
    assert new._decrypt(rotated._encrypt({"token": "b"})) == {"token": "b"}


@pytest.mark.parametrize("value", ["$(OTHER)", "$$(OTHER)", "a$b", "$", "$$", "$(UNKNOWN)", "${HOME}", ""])
def test_text_reaches_the_hub_as_written(value: str) -> None:
    """Kubernetes' references do not change a value on its way into the container."""
    assert container_env(HubConfig(env={"OTHER": "expanded", "TEXT": value}), {})["TEXT"] == value


def test_hub_traits_cannot_move_servers_to_a_closed_port() -> None:
    """The policies open one port of a server, so that no other can be set."""
    for section in ("KubeSpawner", "Spawner"):
        assert "port is set by" in refusal(traits={section: {"port": 9999}})


def test_environment_reaches_the_hub_once() -> None:
    """No variable is there twice: the kubelet would take the last one without a word."""
    [container] = synth(MINIMAL)["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    names = [variable["name"] for variable in container["env"]]
    assert len(names) == len(set(names))


def test_disruption_budget_never_blocks_a_drain() -> None:
    """The one pod may always be evicted: while it is ready by the allowance, and by policy while it is not.

    Source of the second half: kubernetes/pkg/registry/core/pod/storage/eviction.go, which lets an unready pod go under
    the default policy only if the budget asks for a healthy one.
    """
    objects = synth(MINIMAL.evolve(hub=HubConfig(disruption_budget=DisruptionBudgetConfig(max_unavailable=1))))
    spec = objects["PodDisruptionBudget/hub"]["spec"]
    assert spec["maxUnavailable"] >= objects["Deployment/hub"]["spec"]["replicas"] == 1
    assert spec["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
    assert "minAvailable" not in spec
    assert spec["selector"] == objects["Deployment/hub"]["spec"]["selector"]


CHANGES: dict[str, dict[str, Any]] = {
    "proxy.debug": {"proxy": ProxyConfig(debug=True)},
    "proxy.image": {"proxy": ProxyConfig(image="quay.io/jupyterhub/configurable-http-proxy:5.2.0")},
    "exposure": {"exposure": ClusterInternal(node_port=30080)},
    "namespace.pod_security": {"namespace": NamespaceConfig(pod_security="baseline")},
    "database.storage": {"database": MINIMAL.database.evolve(storage="2Gi")},
    "singleuser.internet": {"singleuser": MINIMAL.singleuser.evolve(internet=False)},
    "hub.service_annotations": {"hub": HubConfig(service_annotations={"a": "b"})},
    "hub.ingress": {"hub": HubConfig(ingress=(PodPeer(namespace="monitoring"),))},
    "hub.disruption_budget": {"hub": HubConfig(disruption_budget=DisruptionBudgetConfig(max_unavailable=1))},
    "hub.resources": {"hub": HubConfig(resources=ResourcesConfig(cpu_request="1", memory_request="1Gi"))},
    "hub.image": {"hub": HubConfig(image="quay.io/jupyterhub/k8s-hub:4.4.0")},
    "hub.env": {"hub": HubConfig(env={"A": "b"})},
    "password": {"authenticator": SharedPassword(password=SecretKeyRef(key="other"))},
    "hub.traits": {"hub": HubConfig(traits={"JupyterHub": {"redirect_to_server": False}})},
    "hub.extra_config": {"hub": HubConfig(extra_config={"a.py": ""})},
    "hub.named_servers": {"hub": HubConfig(named_servers=True)},
    "culler": {"culler": CullerConfig(timeout_s=7200)},
    "no culler": {"culler": None},
    "singleuser.image": {"singleuser": MINIMAL.singleuser.evolve(image="quay.io/jupyter/base-notebook:2026-02-02")},
}


def checksum(objects: dict[str, Object]) -> str:
    """Return the checksum on the hub's pod."""
    text = objects["Deployment/hub"]["spec"]["template"]["metadata"]["annotations"][CHECKSUM]
    assert re.fullmatch("[0-9a-f]{64}", text)
    return str(text)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_checksum_changes_with_what_the_hub_reads(change: dict[str, Any]) -> None:
    """The checksum, and so the roll-out, follows the data of the ConfigMap and nothing else."""
    before, after = synth(MINIMAL), synth(MINIMAL.evolve(**change))
    same_data = before["ConfigMap/hub"]["data"] == after["ConfigMap/hub"]["data"]
    assert (checksum(before) == checksum(after)) is same_data


@pytest.mark.parametrize(
    "name", [name for name in CHANGES if name.startswith(("proxy", "exposure", "namespace", "database"))]
)
def test_other_components_do_not_restart_the_hub(name: str) -> None:
    """Settings of the proxy, the way in, the namespace and the size of the claim leave the hub's pod as it is."""
    assert synth(MINIMAL.evolve(**CHANGES[name]))["Deployment/hub"] == synth(MINIMAL)["Deployment/hub"]


class KubernetesApi:
    """A loopback stand-in for the Kubernetes API that notes each request and runs every pod at once.

    It refuses claims as a used-up quota does, which is when KubeSpawner looks whether the claim is there.
    """

    def __init__(self) -> None:
        self.asked: set[tuple[str, str]] = set()
        self._pods: tuple[Object, ...] = ()
        self._version = 1
        self._changed = asyncio.Condition()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer any request."""
        _, _, _, _, namespace, resource, *name = request.path.split("/")
        verb = {"GET": "get" if name else "list", "POST": "create", "DELETE": "delete"}[request.method]
        if "watch" in request.query:
            verb = "watch"
            async with self._changed:
                await self._changed.wait_for(lambda: self._version > int(request.query["resourceVersion"]))
        self.asked.add((verb, resource))
        match verb, resource:
            case "watch", _:
                return web.Response()
            case "list", _:
                items = self._pods if resource == "pods" else ()
                return web.json_response({"metadata": {"resourceVersion": f"{self._version}"}, "items": items})
            case "create", "persistentvolumeclaims":
                return web.json_response({"kind": "Status"}, status=403)
            case "create", "pods":
                pod = await request.json()
                running = {"name": "notebook", "ready": True, "state": {"running": {}}}
                pod["metadata"] |= {"namespace": namespace, "uid": "1"}
                pod["status"] = {"phase": "Running", "podIP": "10.0.0.1", "containerStatuses": [running]}
                await self._set_pods(pod)
            case "delete", "pods":
                await self._set_pods()
        return web.json_response({})

    async def _set_pods(self, *pods: Object) -> None:
        async with self._changed:
            self._pods = pods
            self._version += 1
            self._changed.notify_all()


async def requests_of_a_servers_life(config: NotebooksConfig) -> set[tuple[str, str]]:
    """Return the verb and resource of each request with which KubeSpawner starts, stops and forgets a server."""
    api = KubernetesApi()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", api.answer)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    client = Configuration(host=f"http://127.0.0.1:{runner.addresses[0][1]}")
    traits = TraitletsConfig(json.loads(synth(config)["ConfigMap/hub"]["data"][TRAITS]))
    with (
        patch("kubespawner.spawner.load_config"),
        patch.object(Configuration, "get_default_copy", lambda: client),
        patch.object(KubeSpawner, "reflectors", {}),
    ):
        spawner = KubeSpawner(
            _mock=True,
            config=traits,
            user=SimpleNamespace(name="anna", id=1, url="/user/anna/"),
            orm_spawner=SimpleNamespace(name="", server=None),
        )
        try:
            await spawner.start()
            await spawner.poll()
            await spawner.stop()
            await spawner.delete_forever()
        finally:
            await spawner._stop_all_reflectors()
            await runner.cleanup()
    return api.asked


STORAGES: dict[str, Any] = {
    "claim": PerUserPvc(),
    "claim, deleted with the server": PerUserPvc(delete_with_server=True),
    "none": NoStorage(),
    "in-pod FUSE": InPodFuse(),
}


@pytest.mark.parametrize("storage", STORAGES.values(), ids=STORAGES)
def test_role_allows_what_kubespawner_asks_for_and_no_more(storage: Any) -> None:
    """Over a server's life, the installed KubeSpawner needs each right of the Role and lacks none."""
    config = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=storage))
    rules = synth(config)["Role/hub"]["rules"]
    assert all(rule["apiGroups"] == [""] for rule in rules)
    allowed = {(verb, resource) for rule in rules for resource in rule["resources"] for verb in rule["verbs"]}
    assert allowed == asyncio.run(asyncio.wait_for(requests_of_a_servers_life(config), timeout=30))
