"""A real API server that is away, slow or refuses requests while people use the hub."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests

from tests.integration.openhexa.conftest import Person
from tests.manifests.synthesis import Object
from tests.processes.kube_api_server import KubeApiServer, Programs, run_kube_api_server
from tests.processes.notebooks import Notebooks, run_notebooks
from tests.processes.postgres import Postgres
from tests.processes.process import wait_until

AWAY_SECONDS = 12
HURRY = """
import asyncio, types, kubespawner.reflector
async def sleep(seconds): await asyncio.sleep(seconds / 10)
kubespawner.reflector.asyncio = types.SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
"""
"""KubeSpawner's own clock, ten times as fast: it gives up after five seconds in place of fifty-one."""
SECRETS = {
    "WORKSPACE_DATABASE_PASSWORD": "pw-b7c1d9e2f3a4",
    "HEXA_TOKEN": "token-5f2c8e71aa90",
    "WORKSPACE_STORAGE_GCS_KEY": "key-0d1e2f3a4b5c\nand-more-7788",
}
PIECES = ("pw-b7c1d9e2f3a4", "token-5f2c8e71aa90", "key-0d1e2f3a4b5c", "and-more-7788")


@pytest.fixture(scope="module")
def some_kube_api_server(request: pytest.FixtureRequest) -> Iterator[KubeApiServer]:
    """Yield an API server that tests can stop without affecting others."""
    programs: Programs = request.getfixturevalue("programs")
    with run_kube_api_server(programs) as server:
        yield server


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Check for lost pods every two seconds, log in detail, and give up a start that Kubernetes refuses."""
    return {
        "servers": "fake",
        "config": HURRY,
        "overrides": {
            "JupyterHub": {"log_level": "DEBUG"},
            "Spawner": {"poll_interval": 2, "start_timeout": 60},
            "KubeSpawner": {"k8s_api_request_retry_timeout": 5},
        },
    }


@contextmanager
def made(server: KubeApiServer, *objects: Object) -> Iterator[None]:
    """Create objects for the duration of the block."""
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    server.kubectl("create", "--filename=-", input=text)
    try:
        yield
    finally:
        server.kubectl("delete", "--filename=-", input=text)


@contextmanager
def refusing(server: KubeApiServer, namespace: str, *objects: Object) -> Iterator[None]:
    """Create objects that make Kubernetes refuse every pod during the block, and wait until they take effect."""
    pod = ("run", "--dry-run=server", "--image=example.org/a:1", f"--namespace={namespace}", "plain")

    def refuses() -> bool:
        return server.kubectl(*pod, check=False).returncode != 0

    try:
        with made(server, *objects):
            wait_until(refuses, "a pod to be refused", pause=0.5)
            yield
    finally:
        wait_until(lambda: not refuses(), "a pod to be admitted", pause=0.5)


def refused(person: Person) -> str:
    """Launch a server with secrets that cannot start, and return the page that says why."""
    person.workspace.override.env.update(SECRETS)
    with suppress(requests.HTTPError):
        person.launch_once()
    person.wait_until_gone()
    return person.pending_page().text


def webhook(port: int, policy: str) -> Object:
    """Return a webhook configuration that makes Kubernetes ask a local port about each new pod."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "policy.example.org"},
        "webhooks": [
            {
                "name": "pods.policy.example.org",
                "admissionReviewVersions": ["v1"],
                "sideEffects": "None",
                "failurePolicy": policy,
                "timeoutSeconds": 5,
                "clientConfig": {"url": f"https://127.0.0.1:{port}/"},
                "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
            }
        ],
    }


def limit(namespace: str) -> Object:
    """Return a limit that every server exceeds."""
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "small", "namespace": namespace},
        "spec": {"limits": [{"type": "Container", "max": {"memory": "64Mi"}}]},
    }


def test_limit_is_told(
    notebooks: Notebooks, person: Callable[..., Person], some_kube_api_server: KubeApiServer
) -> None:
    """The page has Kubernetes' reason. Neither the page nor the log has a secret of the server."""
    with made(some_kube_api_server, limit(notebooks.namespace)):
        page = refused(person())
    assert "maximum memory usage per Container is 64Mi" in page
    assert "Show this message to your administrator" in page
    shown = page + notebooks.logs()
    assert [piece for piece in PIECES if piece in shown] == []


def test_policy_that_repeats_the_environment(
    notebooks: Notebooks, person: Callable[..., Person], some_kube_api_server: KubeApiServer
) -> None:
    """The page and the log have the policy's message without the secrets in it."""
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "repeats"},
        "spec": {
            "matchConstraints": {
                "resourceRules": [
                    {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
                ]
            },
            "validations": [
                {
                    "expression": "false",
                    "messageExpression": "'<i>no server with ' + object.spec.containers[0].env.filter(e, e.name in"
                    " ['HEXA_TOKEN', 'WORKSPACE_DATABASE_PASSWORD']).map(e, e.value).join(' and ')",
                }
            ],
        },
    }
    binding = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": "repeats"},
        "spec": {"policyName": "repeats", "validationActions": ["Deny"]},
    }
    with refusing(some_kube_api_server, notebooks.namespace, policy, binding):
        page = refused(person())
    assert "no server with [hidden] and [hidden]" in page
    assert "<i>" not in page.partition("no server with")[0][-20:]
    shown = page + notebooks.logs()
    assert [piece for piece in PIECES if piece in shown] == []


def test_webhook_that_fails_is_told(
    notebooks: Notebooks, person: Callable[..., Person], some_kube_api_server: KubeApiServer
) -> None:
    """The hub retries for a while. Then the page names the webhook."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with refusing(some_kube_api_server, notebooks.namespace, webhook(port, "Fail")):
        page = refused(person())
    assert "failed calling webhook" in page
    assert "policy.example.org" in page
    shown = page + notebooks.logs()
    assert [piece for piece in PIECES if piece in shown] == []


def test_slow_webhook(notebooks: Notebooks, person: Callable[..., Person], some_kube_api_server: KubeApiServer) -> None:
    """The server starts some seconds later, with one pod."""
    before = notebooks.hub.log.read_text().count("Creating pod")
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        made(some_kube_api_server, webhook(silent.getsockname()[1], "Ignore")),
    ):
        silent.settimeout(0.1)
        launched: list[Person] = []
        while True:  # until the API server asks it
            assert len(launched) < 30
            launched.append(person())
            assert launched[-1].launch().ready
            with suppress(TimeoutError):
                silent.accept()[0].close()
                break
    log = notebooks.hub.log.read_text()
    assert log.count("Creating pod") == before + len(launched)
    assert len(launched[-1].pods()) == 1


def test_event_without_a_time(
    notebooks: Notebooks, person: Callable[..., Person], some_kube_api_server: KubeApiServer
) -> None:
    """Such an event does not break a start."""
    events = [
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": notebooks.namespace},
            "involvedObject": {"kind": "Pod", "name": "some-pod", "namespace": notebooks.namespace},
            **times,
        }
        for name, times in (("without", {}), ("with", {"lastTimestamp": "2026-01-01T00:00:00Z"}))
    ]
    with made(some_kube_api_server, *events):
        assert person().launch().ready


def test_api_server_that_is_away_for_long(
    notebooks: Notebooks, person: Callable[..., Person], some_kube_api_server: KubeApiServer
) -> None:
    """Afterwards a deleted pod is noticed, the next start is as quick as usual, and its page shows events."""
    ben = person()
    assert ben.launch().ready
    some_kube_api_server.stop()
    time.sleep(AWAY_SECONDS)
    some_kube_api_server.start()
    (pod,) = ben.pods()
    name = pod["metadata"]["name"]
    some_kube_api_server.kubectl("delete", "pod", name, f"--namespace={notebooks.namespace}", "--wait=false")
    ben.wait_until_gone()
    anna = person()
    assert anna.launch_once()
    anna.browser.get(f"/hub/spawn-pending/{anna.user.email}/{anna.slug}")
    progress = notebooks.hub_api("GET", f"/users/{anna.user.email}/servers/{anna.slug}/progress").text
    assert '"ready": true' in progress
    # The events that arrived before the server was ready.
    assert '"raw_event"' in progress


def test_hub_without_rights_says_so(postgres: Postgres, some_kube_api_server: KubeApiServer, app: Any) -> None:
    """The hub waits and then exits with one line, instead of being ready but useless."""
    overrides: dict[str, dict[str, Any]] = {
        "KubeSpawner": {"namespace": "elsewhere"},
        "KubernetesApi": {"wait_seconds": 1},
    }
    with (
        pytest.raises(RuntimeError) as ended,
        run_notebooks(
            "openhexa_gke",
            postgres=postgres,
            kube_api_server=some_kube_api_server,
            servers="fake",
            app_url=app.url,
            overrides=overrides,
        ),
    ):
        pass
    log = str(ended.value)
    assert "Waiting up to 1 s for the Kubernetes API" in log
    assert "The hub cannot use the Kubernetes API" in log
    assert "does not let the hub's ServiceAccount list pods (403)" in log
    assert "Traceback" not in log
