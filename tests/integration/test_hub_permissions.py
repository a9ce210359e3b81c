"""The permissions of the hub's ServiceAccount: exactly the calls that KubeSpawner makes."""

import asyncio
import http
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from kubernetes_asyncio import client
from kubespawner.spawner import KubeSpawner  # type: ignore[import-untyped]

from clusters import local, openhexa_gke
from hexa_notebooks import NoStorage, NotebooksConfig, PerUserPvc
from hexa_notebooks.components.hub.config_map import TRAITS
from tests.deployed.user_pod import kube_spawner
from tests.manifests.synthesis import synth
from tests.processes.kube_api_server import KubeApiServer

Rights = set[tuple[str, str, str]]
"""API group, resource and verb of each right."""

SPAWN: Rights = {
    *(("", "pods", verb) for verb in ("create", "delete", "list", "watch")),
    *(("", "events", verb) for verb in ("list", "watch")),
}
CLAIM: Rights = {("", "persistentvolumeclaims", verb) for verb in ("create", "get")}
DELETE_CLAIM: Rights = {("", "persistentvolumeclaims", "delete")}

DELETING = local.config.evolve(singleuser=local.config.singleuser.evolve(storage=PerUserPvc(delete_with_server=True)))
WITHOUT_STORAGE = local.config.evolve(singleuser=local.config.singleuser.evolve(storage=NoStorage()))

POD_IP = "10.0.0.9"
POD: Any = {"metadata": {"name": "pod"}, "spec": {"containers": [{"name": "main", "image": "example.test/image:1"}]}}
READER: Any = {
    "metadata": {"name": "reader"},
    "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}],
}
PATCH: Any = {"metadata": {"labels": {"a": "b"}}}
NAMESPACE: Any = {"metadata": {"name": "more"}}
TOKEN_REQUEST: Any = {"spec": {}}


@dataclass(frozen=True)
class Hub:
    """A hub in its own namespace, with its access to the API server."""

    namespace: str
    traits: dict[str, dict[str, Any]]
    configuration: client.Configuration


def configuration(server: KubeApiServer, namespace: str, service_account: str) -> client.Configuration:
    """Return a client configuration that acts as a ServiceAccount, as KubeSpawner does in a pod."""
    token = server.token(namespace, service_account)
    return client.Configuration(
        host=server.url, ssl_ca_cert=str(server.ca_file), api_key={"BearerToken": f"Bearer {token}"}
    )


def install(server: KubeApiServer, config: NotebooksConfig, namespace: str) -> Hub:
    """Apply the namespace and the hub's permissions, and return the hub."""
    objects = synth(config.evolve(namespace=config.namespace.evolve(name=namespace)))
    applied = [objects[f"Namespace/{namespace}"]]
    applied += [objects[f"{kind}/hub"] for kind in ("ServiceAccount", "Role", "RoleBinding")]
    # Made by a controller, which does not run here; users' pods run as this one.
    applied += [{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}]
    server.kubectl("apply", "--filename=-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": applied}))
    traits = json.loads(objects["ConfigMap/hub"]["data"][TRAITS])
    return Hub(namespace, traits, configuration(server, namespace, "hub"))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the client on loopback, although it reads proxy variables."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="module")
def hub(kube_api_server: KubeApiServer) -> Hub:
    """Return the hub of clusters/local.py, in a namespace that enforces `restricted`."""
    return install(kube_api_server, local.config, "hub-permissions")


async def rights(configuration: client.Configuration, namespace: str) -> Rights:
    """Return an identity's permissions in a namespace, from the API server."""
    async with client.ApiClient(configuration) as api:
        question = client.V1SelfSubjectRulesReview(spec=client.V1SelfSubjectRulesReviewSpec(namespace=namespace))
        review = await client.AuthorizationV1Api(api).create_self_subject_rules_review(question)
    return {
        (group, resource, verb)
        for rule in review.status.resource_rules
        for group in rule.api_groups
        for resource in rule.resources
        for verb in rule.verbs
    }


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (local.config, SPAWN | CLAIM),
        (DELETING, SPAWN | CLAIM | DELETE_CLAIM),
        (WITHOUT_STORAGE, SPAWN),
        (openhexa_gke.config, SPAWN),
    ],
    ids=["local", "claims deleted", "no storage", "openhexa_gke"],
)
def test_hub_has_exactly_the_rights_that_kube_spawner_needs(
    kube_api_server: KubeApiServer, fresh_namespace: str, config: NotebooksConfig, expected: Rights
) -> None:
    """It has only what its storage needs and, outside its namespace, only what every ServiceAccount has."""
    hub = install(kube_api_server, config, fresh_namespace)
    anybody = configuration(kube_api_server, fresh_namespace, "default")
    common = asyncio.run(rights(anybody, fresh_namespace))
    assert asyncio.run(rights(hub.configuration, fresh_namespace)) - common == expected
    assert asyncio.run(rights(hub.configuration, "default")) == common


def act_as_kubelet(server: KubeApiServer, namespace: str, pod: str) -> None:
    """Report to the API server that a pod's image was pulled and the pod runs."""
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "pulled", "namespace": namespace},
        "involvedObject": {"kind": "Pod", "name": pod, "namespace": namespace},
        "type": "Normal",
        "message": "Pulled image",
        "lastTimestamp": "2026-01-01T00:00:00Z",
    }
    server.kubectl("create", "--filename=-", input=json.dumps(event))
    container = {
        "name": "notebook",
        "ready": True,
        "restartCount": 0,
        "image": "",
        "imageID": "",
        "state": {"running": {}},
    }
    status = {"phase": "Running", "podIP": POD_IP, "podIPs": [{"ip": POD_IP}], "containerStatuses": [container]}
    patch = json.dumps({"status": status})
    server.kubectl("patch", "pod", pod, f"--namespace={namespace}", "--subresource=status", f"--patch={patch}")


@pytest.mark.parametrize(
    ("config", "claims"),
    [(local.config, ["kept"]), (DELETING, ["deleted"]), (WITHOUT_STORAGE, []), (openhexa_gke.config, [])],
    ids=["local", "claims deleted", "no storage", "openhexa_gke"],
)
def test_kube_spawner_starts_watches_and_stops_a_server(
    kube_api_server: KubeApiServer,
    fresh_namespace: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    config: NotebooksConfig,
    claims: list[str],
) -> None:
    """The real KubeSpawner does everything for a user without a refusal, and the user's pod is admitted."""
    hub = install(kube_api_server, config, fresh_namespace)
    monkeypatch.setattr(client.Configuration, "_default", hub.configuration)

    def pod_starts(spawner: Any, _: object) -> None:
        act_as_kubelet(kube_api_server, fresh_namespace, spawner.pod_name)

    async def life_of_a_server() -> None:
        spawner = kube_spawner(hub.traits)
        # As on the first start after an upgrade from KubeSpawner 6, when it looks for claims under their old names.
        spawner.load_state({"pod_name": spawner.pod_name})
        spawner.after_pod_created_hook = pod_starts
        try:
            assert await spawner.start() == f"http://{POD_IP}:8888"
            assert await spawner.poll() is None
            while not spawner.events:
                await asyncio.sleep(0.01)
            await spawner.stop()
            assert await spawner.poll() == 1
            await spawner.delete_forever()
        finally:
            await KubeSpawner._stop_all_reflectors()

    asyncio.run(asyncio.wait_for(life_of_a_server(), timeout=60))
    # It tries refused calls again for a while, and only logs them.
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    get = ("get", "persistentvolumeclaims", f"--namespace={fresh_namespace}", "--output=json")
    left = json.loads(kube_api_server.kubectl(*get).stdout)["items"]
    assert ["deleted" if "deletionTimestamp" in claim["metadata"] else "kept" for claim in left] == claims


def binding(namespace: str, kind: str, name: str) -> Any:
    """Return a binding of a role to the hub itself."""
    return {
        "metadata": {"name": "more"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": "hub", "namespace": namespace}],
    }


async def impersonate_admin(api: client.ApiClient, namespace: str) -> object:
    """List Secrets while impersonating an administrator."""
    api.set_default_header("Impersonate-User", "admin")
    api.set_default_header("Impersonate-Group", "system:masters")
    return await client.CoreV1Api(api).list_namespaced_secret(namespace)


Call = Callable[[client.ApiClient, str], Awaitable[object]]
core, apps, rbac = client.CoreV1Api, client.AppsV1Api, client.RbacAuthorizationV1Api
REFUSED: dict[str, Call] = {
    "get a Secret": lambda api, ns: core(api).read_namespaced_secret("hexa-notebooks", ns),
    "list Secrets": lambda api, ns: core(api).list_namespaced_secret(ns),
    "list Secrets everywhere": lambda api, _: core(api).list_secret_for_all_namespaces(),
    "read a ConfigMap": lambda api, ns: core(api).read_namespaced_config_map("hub", ns),
    "create a pod elsewhere": lambda api, _: core(api).create_namespaced_pod("default", POD),
    "list pods elsewhere": lambda api, _: core(api).list_namespaced_pod("default"),
    "list pods everywhere": lambda api, _: core(api).list_pod_for_all_namespaces(),
    "delete a pod elsewhere": lambda api, _: core(api).delete_namespaced_pod("pod", "default"),
    "patch a pod": lambda api, ns: core(api).patch_namespaced_pod("pod", ns, PATCH),
    "read a pod's log": lambda api, ns: core(api).read_namespaced_pod_log("pod", ns),
    "run a command in a pod": lambda api, ns: core(api).connect_post_namespaced_pod_exec("pod", ns, command="id"),
    "attach to a pod": lambda api, ns: core(api).connect_post_namespaced_pod_attach("pod", ns),
    "delete a claim": lambda api, ns: core(api).delete_namespaced_persistent_volume_claim("claim", ns),
    "list claims": lambda api, ns: core(api).list_namespaced_persistent_volume_claim(ns),
    "create a namespace": lambda api, _: core(api).create_namespace(NAMESPACE),
    "relax Pod Security": lambda api, ns: core(api).patch_namespace(ns, PATCH),
    "list nodes": lambda api, _: core(api).list_node(),
    "patch a Deployment": lambda api, ns: apps(api).patch_namespaced_deployment("hub", ns, PATCH),
    "create a token": lambda api, ns: core(api).create_namespaced_service_account_token("default", ns, TOKEN_REQUEST),
    "create a Role": lambda api, ns: rbac(api).create_namespaced_role(ns, READER),
    "widen its own Role": lambda api, ns: rbac(api).patch_namespaced_role("hub", ns, READER),
    "bind a Role": lambda api, ns: rbac(api).create_namespaced_role_binding(ns, binding(ns, "Role", "hub")),
    "bind the role of an admin": lambda api, ns: rbac(api).create_namespaced_role_binding(
        ns, binding(ns, "ClusterRole", "cluster-admin")
    ),
    "become the cluster's admin": lambda api, ns: rbac(api).create_cluster_role_binding(
        binding(ns, "ClusterRole", "cluster-admin")
    ),
    "impersonate an admin": impersonate_admin,
}


@pytest.mark.parametrize("call", REFUSED)
def test_hub_is_refused(hub: Hub, call: str) -> None:
    """A compromised hub can neither read Secrets, nor leave its namespace, nor raise its permissions."""

    async def answer() -> object:
        async with client.ApiClient(hub.configuration) as api:
            return await REFUSED[call](api, hub.namespace)

    with pytest.raises(client.ApiException) as refused:
        asyncio.run(answer())
    assert refused.value.status == http.HTTPStatus.FORBIDDEN
    message = json.loads(refused.value.body or "{}")["message"]
    assert f'User "system:serviceaccount:{hub.namespace}:hub" cannot' in message
