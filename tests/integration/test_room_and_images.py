"""Placeholders, image pullers and the commands of the hook puller on a real API server."""

import json
from collections.abc import Iterator
from pathlib import Path

import cdk8s
import pytest
import yaml

from clusters import local
from hexa_notebooks import (
    HookPuller,
    ImagePullerConfig,
    NotebooksConfig,
    PodPriorityConfig,
    Profile,
    UserPlaceholderConfig,
)
from hexa_notebooks.notebooks.synth import synth
from tests.processes.kube_api_server import KubeApiServer

PROFILES = (
    Profile(slug="plain", display_name="Plain", default=True),
    Profile(slug="gpu", display_name="GPU", node_selector={"pool": "gpu"}),
)


@pytest.fixture
def config(kube_api_server: KubeApiServer, fresh_namespace: str) -> Iterator[NotebooksConfig]:
    """Yield a cluster in its own namespace, and delete its PriorityClasses afterwards."""
    config = local.config.evolve(
        release=fresh_namespace,
        namespace=local.config.namespace.evolve(name=fresh_namespace, pod_security="restricted"),
        singleuser=local.config.singleuser.evolve(profiles=PROFILES),
        pod_priority=PodPriorityConfig(),
        user_placeholder=UserPlaceholderConfig(replicas=2),
        image_puller=ImagePullerConfig(),
    )
    yield config
    kube_api_server.kubectl("delete", "priorityclass", f"--selector=release={fresh_namespace}")


def apply_all(server: KubeApiServer, config: NotebooksConfig, folder: Path) -> str:
    """Apply the synthesised manifests, and return the warnings."""
    synth(config, folder)
    return server.kubectl("apply", "--server-side", "--recursive", f"--filename={folder}").stderr


def hook(config: NotebooksConfig) -> str:
    """Return the output of `hook-puller`."""
    assert config.image_puller
    made = HookPuller(
        cdk8s.App(), "hook", config.image_puller, installation=config.installation, singleuser=config.singleuser
    )
    return yaml.safe_dump_all(made.to_json())


def test_workloads_and_their_pods_are_accepted(
    kube_api_server: KubeApiServer, config: NotebooksConfig, tmp_path: Path
) -> None:
    """The server accepts each object and its pods without a warning, and a second apply changes nothing."""
    assert apply_all(kube_api_server, config, tmp_path / "dist") == ""
    namespace = f"--namespace={config.namespace.name}"
    get = ("get", "statefulset,daemonset,poddisruptionbudget", namespace, "--output=json")
    before = json.loads(kube_api_server.kubectl(*get).stdout)["items"]
    assert sorted(made["kind"] for made in before) == ["DaemonSet", "DaemonSet", "PodDisruptionBudget", "StatefulSet"]
    apply_all(kube_api_server, config, tmp_path / "dist")
    assert json.loads(kube_api_server.kubectl(*get).stdout)["items"] == before
    kube_api_server.kubectl("create", "serviceaccount", "default", namespace)  # no controller runs that makes it
    for made in before:
        if "template" in made["spec"]:
            pod = {"apiVersion": "v1", "kind": "Pod", **made["spec"]["template"]}
            pod["metadata"] |= {"name": "pod", "namespace": config.namespace.name}
            create = ("create", "--dry-run=server", "--filename=-")
            assert kube_api_server.kubectl(*create, input=json.dumps(pod)).stderr == ""


def test_hook_puller_comes_and_goes(kube_api_server: KubeApiServer, config: NotebooksConfig, tmp_path: Path) -> None:
    """It may only read its DaemonSets, and a deletion by its label removes it and nothing else."""
    apply_all(kube_api_server, config, tmp_path / "dist")
    namespace, kinds = f"--namespace={config.namespace.name}", "daemonset,job,role,rolebinding,serviceaccount"
    get = ("get", kinds, namespace, "--output=name")
    before = kube_api_server.kubectl(*get).stdout
    assert kube_api_server.kubectl("apply", "--filename=-", input=hook(config)).stderr == ""
    awaiter = f"--as=system:serviceaccount:{config.namespace.name}:hook-image-awaiter"
    rights = {
        question: kube_api_server.kubectl("auth", "can-i", *question.split(), namespace, awaiter, check=False).stdout
        for question in (
            *(f"get daemonset/{name}" for name in ("hook-image-puller", "continuous-image-puller")),
            *("get daemonsets", "list daemonsets", "delete daemonsets", "get pods", "get secrets"),
        )
    }
    allowed = [question for question, answer in rights.items() if answer.strip() == "yes"]
    assert allowed == ["get daemonset/hook-image-puller"]
    # No controller runs that would let go of what an owner holds.
    selector = f"--selector=hub.jupyter.org/deletable=true,release={config.release}"
    kube_api_server.kubectl("delete", kinds, namespace, selector, "--cascade=orphan", "--wait=false")
    left = set(kube_api_server.kubectl(*get).stdout.split()) - set(before.split())
    for name in left:
        kube_api_server.kubectl("patch", name, namespace, "--type=merge", '--patch={"metadata":{"finalizers":null}}')
    assert kube_api_server.kubectl(*get).stdout == before
