"""The pod that a launch creates on a real API server: its name and its network access."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from clusters import openhexa_gke
from hexa_hub.authenticator import AppAuthenticator
from hexa_notebooks import NoStorage
from tests.hexa_hub.app_under_test import environment
from tests.hexa_hub.workspace_pod import SLUG, spawner
from tests.hexa_hub.workspace_pod import pod as pod_made
from tests.integration.openhexa.conftest import Person
from tests.manifests.synthesis import Object
from tests.openhexa_app import OpenHexaAppServer, notebooks_server_hash
from tests.processes.kube_api_server import KubeApiServer
from tests.processes.notebooks import Notebooks


@pytest.fixture(scope="module")
def pod(some_kube_api_server: KubeApiServer | None, person: Callable[..., Person]) -> Object:
    """Return the pod of a user's workspace."""
    if some_kube_api_server is None:
        pytest.skip("servers are processes")
    anna = person()
    assert anna.launch().ready
    (made,) = anna.pods()
    expected = f"jupyter-{notebooks_server_hash(anna.workspace, anna.user)}"
    assert made["metadata"]["name"] == expected
    return made  # type: ignore[no-any-return]


def policies(server: KubeApiServer, namespace: str) -> dict[str, Object]:
    """Return the NetworkPolicies of the namespace by name."""
    items = json.loads(server.kubectl("get", "networkpolicies", f"--namespace={namespace}", "--output=json").stdout)
    return {item["metadata"]["name"]: item["spec"] for item in items["items"]}


def selects(selector: Any, labels: dict[str, str]) -> bool:
    """Return whether a label selector without expressions matches the labels."""
    wanted: dict[str, str] = selector["matchLabels"]
    return wanted.items() <= labels.items()


def test_policies_select_the_pod_and_let_it_reach_the_hub(
    notebooks: Notebooks, some_kube_api_server: KubeApiServer, pod: Object
) -> None:
    """The user servers' policy selects the pod, and the hub's policy admits it."""
    labels = pod["metadata"]["labels"]
    found = policies(some_kube_api_server, notebooks.namespace)
    assert selects(found["singleuser"]["podSelector"], labels)
    assert not selects(found["hub"]["podSelector"], labels)
    let_in = [peer["podSelector"] for rule in found["hub"]["ingress"] for peer in rule["from"] if "podSelector" in peer]
    assert any(selects(selector, labels) for selector in let_in)


def test_pod_has_no_token_of_the_cluster(pod: Object) -> None:
    """User code cannot call the API server."""
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert pod["spec"]["enableServiceLinks"] is False


def test_volumes_are_those_of_the_configuration(pod: Object) -> None:
    """The only volume is for unsent data: the image mounts the workspace's bucket itself, in a user namespace."""
    assert pod["spec"]["volumes"] == [{"name": "cache", "emptyDir": {}}]
    assert pod["spec"]["hostUsers"] is False
    assert pod["spec"]["containers"][0]["resources"]["limits"]["smarter-devices/fuse"] == "1"


def test_pod_without_fuse_passes_restricted(
    kube_api_server: KubeApiServer, app: OpenHexaAppServer, fresh_namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A namespace with Pod Security `restricted` admits the pod if the image mounts nothing."""
    app.state.grant(user := app.state.add_user("restricted@example.org"), app.state.add_workspace(SLUG))
    for name, value in environment(app).items():
        monkeypatch.setenv(name, value)
    cluster = openhexa_gke.config.evolve(
        authenticator=openhexa_gke.config.authenticator.evolve(nothing_kept_because="a test of the pod alone"),
        singleuser=openhexa_gke.config.singleuser.evolve(storage=NoStorage()),
    )
    made = spawner(AppAuthenticator(), app.state.login(user), user=user.email, cluster=cluster)
    level = {"pod-security.kubernetes.io/enforce": "restricted"}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": fresh_namespace, "labels": level}}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
    kube_api_server.kubectl("create", "--filename=-", input=json.dumps(namespace))
    for each in (account, {"apiVersion": "v1", "kind": "Pod", **pod_made(made)}):
        kube_api_server.kubectl("create", f"--namespace={fresh_namespace}", "--filename=-", input=json.dumps(each))
