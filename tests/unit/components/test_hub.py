"""The hub's objects: the minimal case, each setting, RBAC for KubeSpawner's calls, and the causes of a restart."""

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
    ChartNetworkPolicy,
    CidrPeer,
    ClusterInternal,
    ContainerResources,
    CoreSchedulingConfig,
    CullerConfig,
    DisruptionBudgetConfig,
    EgressConfig,
    EnvVar,
    HubConfig,
    HubServiceConfig,
    InPodFuse,
    JupyterHubRole,
    JupyterHubService,
    KubernetesApiConfig,
    MountedFile,
    NamespaceConfig,
    NoStorage,
    NotebooksConfig,
    PerUserPvc,
    PodPeer,
    ProbeConfig,
    ProbesConfig,
    ProxyConfig,
    ResourcesConfig,
    SecretKeyRef,
    ServiceAccountConfig,
    SharedPassword,
    SharedPvc,
)
from hexa_notebooks.components.hub.config_map import TRAITS
from hexa_notebooks.components.hub.jupyterhub import base_part
from hexa_notebooks.components.hub.upgrade_job import upgrade_job
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

KINDS = ("Deployment", "Service", "ServiceAccount", "Role", "RoleBinding", "NetworkPolicy")
CHECKSUM = "checksum/config-map"


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """All objects of the hub, except the ConfigMap."""
    objects = synth(MINIMAL)
    objects["Deployment/hub"]["spec"]["template"]["metadata"]["annotations"][CHECKSUM] = "as tested below"
    assert to_yaml(*(objects[f"{kind}/hub"] for kind in KINDS)) == snapshot


def test_minimal_traits(snapshot: SnapshotAssertion) -> None:
    """The traits that are the same for every database, authenticator and spawner."""
    assert to_yaml(base_part(HubConfig(), MINIMAL.installation).traits) == snapshot


SETTINGS: dict[str, dict[str, Any]] = {
    "hardened": {"hardened": False},
    "image_pull_policy": {"image_pull_policy": "Always"},
    "image_pull_secrets": {"image_pull_secrets": ("registry",)},
    "labels": {"labels": {"team": "a"}},
    "annotations": {"annotations": {"example.org/note": "b"}},
    "init_containers": {"init_containers": ({"name": "wait", "image": "busybox:1.37"},)},
    "extra_containers": {"extra_containers": ({"name": "beside", "image": "busybox:1.37"},)},
    "extra_volumes": {"extra_volumes": ({"name": "further", "configMap": {"name": "further"}},)},
    "extra_volume_mounts": {"extra_volume_mounts": ({"name": "tmp", "mountPath": "/scratch"},)},
    "extra_pod_spec": {"extra_pod_spec": {"dnsPolicy": "ClusterFirst", "hostAliases": [{"ip": "10.1.2.3"}]}},
    "pod_security_context": {"pod_security_context": {"fsGroup": 2000}},
    "pod_security_context-none": {"pod_security_context": {}},
    "container_security_context": {"container_security_context": {"runAsUser": 2000}},
    "container_security_context-none": {"container_security_context": {}},
    "revision_history_limit": {"revision_history_limit": 0},
    "image": {"image": "quay.io/jupyterhub/k8s-hub:4.4.0"},
    "resources-as-kubernetes": {"resources": ContainerResources(requests={"cpu": 0.5}, limits={"memory": 2**30})},
    "resources-none": {"resources": ContainerResources()},
    "command": {"command": ("tini", "--")},
    "args": {"args": ("jupyterhub", "--config", "/etc/jupyterhub/jupyterhub_config.py", "--upgrade-db")},
    "strategy": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0}}},
    "probes": {
        "probes": ProbesConfig(
            liveness=ProbeConfig(period_s=10, timeout_s=3, failure_threshold=30, initial_delay_s=300),
            readiness=ProbeConfig(period_s=2, timeout_s=1, failure_threshold=1000),
        )
    },
    "lifecycle": {"lifecycle": {"postStart": {"exec": {"command": ["true"]}}}},
    "base_url": {"base_url": "/notebooks/"},
    "secrets_from": {"secrets_from": "files"},
    "existing_secret": {"secrets_from": "files", "existing_secret": "ours"},
    "existing_secret-alone": {"secrets_from": "files", "existing_secret": "hexa-notebooks"},
    "secrets": {"secrets": {"MAIL_PASSWORD": SecretKeyRef(name="mail", key="password")}},
    "unknown_traits": {"unknown_traits": {"JupyterHub": {"of_another_release": 1}}},
    "unset_traits": {"unset_traits": ("JupyterHub.concurrent_spawn_limit",)},
    "override_traits": {
        "override_traits": {"JupyterHub": {"tornado_settings": {"a": 1}, "base_url": "/b"}, "Ours": {"any": True}}
    },
    "services": {
        "services": (
            JupyterHubService(name="report", api_token=SecretKeyRef(key="report"), options={"url": "http://report"}),
            JupyterHubService(name="local", options={"command": ["local"]}),
        )
    },
    "roles": {"roles": (JupyterHubRole(name="report", scopes=("list:users",), services=("report",)),)},
    "files": {
        "files": {
            "logo": MountedFile(mount_path="/srv/logo.png", secret=SecretKeyRef(name="art", key="logo.png")),
            "ca.pem": MountedFile(mount_path="/etc/ca.pem", secret=SecretKeyRef(name="pki", key="ca"), mode=0o440),
            "icon": MountedFile(mount_path="/srv/icon.png", secret=SecretKeyRef(name="art", key="icon.png")),
        }
    },
    "service_account": {
        "service_account": ServiceAccountConfig(name="own", annotations={"a": "b"}, automount_token=None)
    },
    "service_account-default": {"service_account": ServiceAccountConfig(create=False)},
    "service_account-of-others": {"service_account": ServiceAccountConfig(create=False, name="theirs")},
    "rbac": {"rbac": False},
    "role_rules": {"role_rules": ({"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},)},
    "network_policy-none": {"network_policy": "none"},
    "network_policy": {"network_policy": ChartNetworkPolicy()},
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
    "kubernetes_api": {
        "kubernetes_api": KubernetesApiConfig(request_timeout_s=10, retry_timeout_s=20, start_timeout_s=0)
    },
    "kubernetes_api-none": {"kubernetes_api": None},
    "debug": {"debug": True},
    "as_chart": {"as_chart": True},
    "env": {
        "env": {
            "Z": "text",
            "A": SecretKeyRef(name="mail", key="password"),
            "B": EnvVar(value="$(A) and $(Z)"),
            "NODE": EnvVar(value_from={"fieldRef": {"fieldPath": "spec.nodeName"}}),
        }
    },
    "traits": {"traits": {"JupyterHub": {"template_vars": {"announcement": "Down on Sunday"}}}},
    "extra_config": {"extra_config": {"10-announcement.py": "c.JupyterHub.template_vars = {}\n"}},
    "disruption_budget": {"disruption_budget": DisruptionBudgetConfig(max_unavailable=1)},
    "service-annotations": {"service": HubServiceConfig(annotations={"prometheus.io/path": "/hub/metrics"})},
    "service-node_port": {"service": HubServiceConfig(type="NodePort", node_port=30081)},
    "service-load_balancer_ip": {"service": HubServiceConfig(type="LoadBalancer", load_balancer_ip="10.1.2.3")},
    "service-app_protocol": {"service": HubServiceConfig(app_protocol="http")},
    "service-extra_ports": {"service": HubServiceConfig(extra_ports=({"name": "metrics", "port": 9000},))},
    "service-families": {"service": HubServiceConfig(ip_family_policy="SingleStack", ip_families=("IPv6",))},
    "service-families-of-the-cluster": {"service": HubServiceConfig(ip_family_policy=None)},
    "ingress": {"ingress": (PodPeer(namespace="monitoring"), CidrPeer(cidr="10.1.0.0/16"))},
    "egress": {"egress": (EgressConfig(to=(CidrPeer(cidr="10.2.0.0/16"),), ports=(25, 587)),)},
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    assert delta(synth(MINIMAL), synth(MINIMAL.evolve(hub=HubConfig(**setting)))) == snapshot


def test_values_bring_the_module_that_reads_them() -> None:
    """Values add two files: the values and the module `z2jh`. Without values there is neither."""
    before, after = (synth(MINIMAL.evolve(hub=HubConfig(values=values))) for values in ({}, {"custom": {"a": [1]}}))
    data = after["ConfigMap/hub"]["data"]
    assert data.keys() - before["ConfigMap/hub"]["data"].keys() == {"values.json", "z2jh.py"}
    assert json.loads(data["values.json"]) == {"$fullname": "", "custom": {"a": [1]}}


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    shown = {field for setting in SETTINGS.values() for field in setting}
    assert shown == HubConfig.model_fields.keys() - {"values"}


def refusal(**hub: Any) -> str:
    """Return the error for these hub settings in an installation."""
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
        (
            {"extra_config": {"own.py": "c.a = 1\nc.b = ("}},
            "extra_config.own.py: is not valid Python, line 2: '(' was never closed; the hub would not start",
        ),
        (
            {"unknown_traits": {"JupyterHub": {"admin_access": True}}},
            "hub.unknown_traits: JupyterHub has admin_access; move it to hub.override_traits",
        ),
        (
            {"unset_traits": ("JupyterHub.concurrent_spawn_limits",)},
            "hub.unset_traits: nothing sets JupyterHub.concurrent_spawn_limits; remove it",
        ),
        (
            {"override_traits": {"JupyterHub": {"concurrent_spawn_limits": 1}}},
            "hub.override_traits: JupyterHub has no trait concurrent_spawn_limits",
        ),
        (
            {"labels": {"component": "a"}},
            "HubConfig.labels: label 'component' is part of the selectors of Services and p",
        ),
        ({"base_url": "notebooks"}, "HubConfig.base_url: 'notebooks' is not a path of a URL"),
        ({"base_url": "/a b"}, "HubConfig.base_url: '/a b' is not a path of a URL"),
        ({"command": "tini"}, "a tuple with one item needs a comma, as in (item,)"),
        (
            {"init_containers": ({"image": "a"},)},
            "['image'] has no name; every item of this list needs a",
        ),
        (
            {"extra_volumes": ({"name": "config"},)},
            "hub.extra_volumes: 'config' is not unique; rename or remove one",
        ),
        (
            {"extra_containers": ({"name": "hub"},)},
            "hub.extra_containers: 'hub' is not unique; rename or remove one",
        ),
        (
            {"init_containers": ({"name": "hub"},)},
            "hub.extra_containers: 'hub' is not unique; rename or remove one",
        ),
        (
            {"extra_pod_spec": {"volumes": []}},
            "hub.extra_pod_spec: 'volumes' is set by another field; remove it",
        ),
        (
            {"extra_pod_spec": {"initContainers": []}, "init_containers": ({"name": "a"},)},
            "hub.extra_pod_spec: 'initContainers' is set by another field; remove it",
        ),
        (
            {"secrets": {"MAIL": SecretKeyRef(key="a")}, "env": {"MAIL": "b"}},
            "environment variable MAIL is set by both hub.secrets and hub.env: remove one",
        ),
        (
            {"files": {"a": {"mount_path": "srv", "secret": {"key": "a"}}}},
            "files.a.mount_path: 'srv' is not an absolute path",
        ),
        ({"service": {"type": "ExternalName"}}, "service.type: Input should be 'ClusterIP', 'NodePort' or 'LoadBal"),
    ],
)
def test_refuses(hub: dict[str, Any], text: str) -> None:
    """Invalid input is refused, and the error names the field or the trait."""
    assert text in refusal(**hub)


@pytest.mark.parametrize(
    ("hub", "text"),
    [
        ({"env": {"API_TOKEN": "hunter2"}}, "hub.env.API_TOKEN is a secret, "),
        ({"env": {"API_TOKEN": EnvVar(value="hunter2")}}, "hub.env.API_TOKEN is a secret, "),
        ({"values": {"custom": {"password": "hunter2"}}}, "hub.values.custom.password is a secret, "),
        (
            {"override_traits": {"CryptKeeper": {"keys": ["hunter2"]}}},
            "hub.override_traits.CryptKeeper.keys[0] is a sec",
        ),
        (
            {"services": (JupyterHubService(name="report", options={"api_token": "hunter2"}),)},
            "hub.services: report.api_token is a secret, ",
        ),
    ],
)
def test_refuses_a_secret_that_is_written_out(hub: dict[str, Any], text: str) -> None:
    """The error names the place of the secret, but never its value."""
    told = refusal(**hub)
    assert text in told
    assert "hunter2" not in told


def test_upgrade_job_takes_no_token_whatever_the_pod_may_have() -> None:
    """A field that `extra_pod_spec` sets for the hub's pod does not conflict in the Job."""
    hub = HubConfig(hardened=False, extra_pod_spec={"automountServiceAccountToken": True, "restartPolicy": "Always"})
    config = MINIMAL.evolve(hub=hub)
    spec = upgrade_job(config.hub, config.installation, config.hub_parts)["spec"]["template"]["spec"]
    assert (spec["automountServiceAccountToken"], spec["restartPolicy"]) == (False, "Never")


def container_env(hub: HubConfig, secret: dict[str, str]) -> dict[str, str]:
    """Return the environment that the kubelet gives the hub, with the values of a Secret's keys.

    Kubernetes replaces `$(NAME)` with the value of an earlier variable, and leaves it unchanged if there is none. `$$`
    is a dollar sign.
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
    """With a new first key, JupyterHub encrypts with it and still decrypts with the old one."""
    secret = {"new": "ab" * 32, "old": "cd" * 32}

    def keeper(*keys: str) -> CryptKeeper:
        hub = HubConfig(crypt_keys=tuple(SecretKeyRef(key=key) for key in keys))
        env = container_env(hub, secret)
        monkeypatch.setenv("JUPYTERHUB_CRYPT_KEY", env.get("JUPYTERHUB_CRYPT_KEY", ""))
        traits: Any = MINIMAL.evolve(hub=hub).hub_traits().get("CryptKeeper", {})
        loaded = {trait: [env[item["$env"]] for item in items] for trait, items in traits.items()}
        made = CryptKeeper(config=TraitletsConfig({"CryptKeeper": loaded}))
        assert len(made.keys) == len(keys)
        return made

    old, rotated, new = keeper("old"), keeper("new", "old"), keeper("new")
    assert rotated._decrypt(old._encrypt({"token": "a"})) == {"token": "a"}
    assert new._decrypt(rotated._encrypt({"token": "b"})) == {"token": "b"}


@pytest.mark.parametrize("value", ["$(OTHER)", "$$(OTHER)", "a$b", "$", "$$", "$(UNKNOWN)", "${HOME}", ""])
def test_text_reaches_the_hub_as_written(value: str) -> None:
    """Kubernetes does not expand references in a value on its way into the container."""
    assert container_env(HubConfig(env={"OTHER": "expanded", "TEXT": value}), {})["TEXT"] == value


def test_hub_traits_cannot_move_servers_to_a_closed_port() -> None:
    """The policies open one port of a server, so no other port can be set."""
    for section in ("KubeSpawner", "Spawner"):
        assert "port is set by" in refusal(traits={section: {"port": 9999}})


def test_environment_reaches_the_hub_once() -> None:
    """No variable is set twice: the kubelet would silently use the last one."""
    [container] = synth(MINIMAL)["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    names = [variable["name"] for variable in container["env"]]
    assert len(names) == len(set(names))


def test_disruption_budget_never_blocks_a_drain() -> None:
    """The single pod can always be evicted: the budget allows it when the pod is ready, and its policy when it is not.

    Source of the second half: kubernetes/pkg/registry/core/pod/storage/eviction.go. Under the default policy, it evicts
    an unready pod only if the budget requires a healthy one.
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
    "hub.service": {"hub": HubConfig(service=HubServiceConfig(annotations={"a": "b"}))},
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
    """Return the checksum of the hub's pod."""
    text = objects["Deployment/hub"]["spec"]["template"]["metadata"]["annotations"][CHECKSUM]
    assert re.fullmatch("[0-9a-f]{64}", text)
    return str(text)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_checksum_changes_with_what_the_hub_reads(change: dict[str, Any]) -> None:
    """The checksum, and so the rollout, depends only on the data of the ConfigMap."""
    before, after = synth(MINIMAL), synth(MINIMAL.evolve(**change))
    same_data = before["ConfigMap/hub"]["data"] == after["ConfigMap/hub"]["data"]
    assert (checksum(before) == checksum(after)) is same_data


@pytest.mark.parametrize(
    "name", [name for name in CHANGES if name.startswith(("proxy", "exposure", "namespace", "database"))]
)
def test_other_components_do_not_restart_the_hub(name: str) -> None:
    """Changes to the proxy, the exposure, the namespace and the claim's size leave the hub's pod unchanged."""
    assert synth(MINIMAL.evolve(**CHANGES[name]))["Deployment/hub"] == synth(MINIMAL)["Deployment/hub"]


class KubernetesApi:
    """A loopback stand-in for the Kubernetes API that records each request and runs every pod immediately.

    It refuses to create claims, as with an exhausted quota: then KubeSpawner checks whether the claim exists.
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
    "claim, deleted as KubeSpawner does by itself": PerUserPvc(delete_with_server=None),
    "shared claim": SharedPvc(claim="homes"),
    "none": NoStorage(),
    "in-pod FUSE": InPodFuse(),
}


@pytest.mark.parametrize("storage", STORAGES.values(), ids=STORAGES)
def test_role_allows_what_kubespawner_asks_for_and_no_more(storage: Any) -> None:
    """Over a server's life, the installed KubeSpawner needs each right of the Role and no other."""
    config = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=storage))
    rules = synth(config)["Role/hub"]["rules"]
    assert all(rule["apiGroups"] == [""] for rule in rules)
    allowed = {(verb, resource) for rule in rules for resource in rule["resources"] for verb in rule["verbs"]}
    assert allowed == asyncio.run(asyncio.wait_for(requests_of_a_servers_life(config), timeout=30))
