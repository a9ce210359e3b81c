"""The hub's REST API, with the operator's own files, configuration and secrets.

These tests check the same things as the Helm chart's tests of its hub and of user servers.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pytest
import requests

from tests.cluster.cluster import POD_SECONDS, Cluster
from tests.cluster.installation import Installation
from tests.manifests.synthesis import Object
from tests.processes.process import wait_until

FILE = "/etc/hexa-test/note.txt"
CHANGES = f"""
config = config.evolve(
    hub=config.hub.evolve(
        services=(JupyterHubService(name="test", api_token=SecretKeyRef(name="of-the-operator", key="token")),),
        roles=(
            JupyterHubRole(
                name="test", services=("test",), scopes=("admin:users", "admin:servers", "proxy", "read:hub")
            ),
        ),
        files={{"note.txt": MountedFile(
            mount_path={FILE!r}, mode=0o440, secret=SecretKeyRef(name="of-the-operator", key="note")
        )}},
        extra_config={{"10-label.py": "c.KubeSpawner.extra_labels['added-by'] = 'code'"}},
    ),
    admission_policy=AdmissionPolicyConfig(also_admits=({{"extra_labels": {{"added-by": "code"}}}},)),
)
"""
TOKEN = "0123456789abcdef" * 2
SECRET: Object = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "of-the-operator"},
    "stringData": {"token": TOKEN, "note": "of the operator"},
}


@dataclass(frozen=True)
class HubApi:
    """The hub's API, for a service."""

    installation: Installation
    url: str

    def request(self, method: str, path: str, token: str = TOKEN, **options: Any) -> requests.Response:
        """Send a request, as in `request("GET", "/users")`, with our own token by default."""
        headers = {"Authorization": f"token {token}", "Connection": "close"}
        return requests.request(method, f"{self.url}/hub/api{path}", headers=headers, timeout=60, **options)

    def get(self, path: str) -> Any:
        """Return the response to a GET. Raises requests.HTTPError if it is refused."""
        answer = self.request("GET", path)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture(scope="module")
def hub(installing: Callable[..., AbstractContextManager[Installation]]) -> Iterator[HubApi]:
    """Yield the API of an installation."""
    with (
        installing("local", CHANGES, beside=[SECRET]) as installation,
        installation.reached() as url,
    ):
        yield HubApi(installation, url)


@pytest.fixture
def user(hub: HubApi) -> Iterator[str]:
    """Yield a new hub user, who is deleted afterwards."""
    assert hub.request("POST", "/users/eva").status_code == requests.codes.created
    yield "eva"
    assert hub.request("DELETE", "/users/eva").status_code == requests.codes.no_content
    assert hub.request("GET", "/users/eva").status_code == requests.codes.not_found


def test_version_is_the_pinned_one(hub: HubApi) -> None:
    """The API reports its JupyterHub version to anybody."""
    assert hub.get("/")["version"] == version("jupyterhub")


def test_servers_are_pods(hub: HubApi) -> None:
    """The spawner is the KubeSpawner that survives an outage of the Kubernetes API."""
    assert hub.get("/info")["spawner"]["class"] == "hexa_hub.pod.PodSpawner"


def test_users_are_made_and_listed(hub: HubApi, user: str) -> None:
    """A service with permissions finds a user that it created, alone and in the list."""
    assert hub.get(f"/users/{user}")["name"] == user
    assert user in [each["name"] for each in hub.get("/users")]


def test_hub_asks_the_proxy(hub: HubApi) -> None:
    """The hub calls the proxy's API with the token that both read from the Secret."""
    assert "/" in hub.get("/proxy")


def test_unknown_token_is_refused(hub: HubApi) -> None:
    """Only the token in the service's Secret is accepted."""
    assert hub.request("GET", "/users", token="0" * 32).status_code == requests.codes.forbidden


def test_file_of_a_secret_is_mounted(hub: HubApi) -> None:
    """It has the configured permissions, and the hub can read it."""
    installation = hub.installation
    printed = installation.cluster.exec(
        installation.namespace, "deployment/hub", "sh", "-c", f"cat {FILE}; stat -Lc ' %a' {FILE}"
    )
    assert printed.split() == ["of", "the", "operator", "440"]


def test_server_starts_with_code_of_the_operator(hub: HubApi, user: str, cluster: Cluster) -> None:
    """Settings of the last configuration file reach the pod, and the server answers through the proxy."""
    assert hub.request("POST", f"/users/{user}/server").status_code in (requests.codes.created, requests.codes.accepted)
    namespace = hub.installation.namespace
    wait_until(lambda: hub.get(f"/users/{user}")["servers"].get("", {}).get("ready"), "the server", POD_SECONDS)
    (pod,) = hub.installation.pods("singleuser-server")
    assert pod["metadata"]["labels"]["added-by"] == "code"
    answer = requests.get(f"{hub.url}/user/{user}/api", headers={"Connection": "close"}, timeout=60)
    assert answer.json().keys() == {"version"}
    assert hub.request("DELETE", f"/users/{user}/server").status_code in (
        requests.codes.no_content,
        requests.codes.accepted,
    )
    cluster.wait_until(lambda: not hub.installation.pods("singleuser-server"), "the pod to go", namespace)
    wait_until(lambda: not hub.get(f"/users/{user}")["servers"], "the hub to know that", POD_SECONDS)


def test_log_holds_no_secret(hub: HubApi) -> None:
    """Neither the service's token nor a generated secret is in the logs of hub and proxy."""
    hubs, proxys = hub.installation.logs("hub"), hub.installation.logs("proxy")
    assert "JupyterHub version" in hubs
    assert "Proxying" in proxys
    log = hubs + proxys
    secrets = [TOKEN, *(hub.installation.secret(key) for key in ("proxy-token", "cookie-secret", "crypt-key"))]
    assert not [value for value in secrets if value in log]
