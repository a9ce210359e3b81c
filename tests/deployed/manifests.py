"""The manifests in `dist/` as the rules read them: objects by file, and every pod that they create."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from hexa_notebooks.components.hub.config_map import TRAITS
from tests.deployed.user_pod import user_pods
from tests.manifests.synthesis import Object
from tests.paths import ROOT

DIST = ROOT / "dist"
CLUSTERS = sorted(folder.name for folder in DIST.glob("*"))
FILES = sorted(str(file.relative_to(ROOT)) for file in DIST.rglob("*.yaml"))


def documents(file: str) -> list[Object]:
    """Return a file's documents, named by its path in the repository."""
    return list(yaml.load_all((ROOT / file).read_text(), yaml.CSafeLoader))


@cache
def objects(cluster: str) -> dict[str, Object]:
    """Return the objects of a cluster by file."""
    return {file: document for file in FILES if file.startswith(f"dist/{cluster}/") for document in documents(file)}


def of_kind(cluster: str, *kinds: str) -> dict[str, Object]:
    """Return the objects of some kinds by file."""
    return {file: made for file, made in objects(cluster).items() if made["kind"] in kinds}


def metadata_names(cluster: str, kind: str) -> set[str]:
    """Return the names of the objects of a kind."""
    return {made["metadata"]["name"] for made in of_kind(cluster, kind).values()}


def templates(cluster: str) -> dict[str, Object]:
    """Return the pod template of each workload by file."""
    workloads = of_kind(cluster, "Deployment", "StatefulSet", "DaemonSet", "Job")
    return {file: workload["spec"]["template"] for file, workload in workloads.items()}


def pods(cluster: str) -> dict[str, Object]:
    """Return the pod templates by file, and KubeSpawner's user pods by profile."""
    return templates(cluster) | users(cluster)


@cache
def users(cluster: str) -> dict[str, Object]:
    """Return KubeSpawner's user pods by profile."""
    made = user_pods(traits(cluster))
    return {f"dist/{cluster}: pod of a user with {profile}": pod for profile, pod in made.items()}


def traits(cluster: str) -> dict[str, dict[str, Any]]:
    """Return the traits that the hub of a cluster loads."""
    (config_map,) = (made for made in of_kind(cluster, "ConfigMap").values() if made["metadata"]["name"] == "hub")
    loaded: dict[str, dict[str, Any]] = json.loads(config_map["data"][TRAITS])
    return loaded


def containers(pod: Object) -> list[Object]:
    """Return all containers of a pod, including init containers and native sidecars."""
    return [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each scalar value with its path, also inside JSON files of a ConfigMap."""
    if path and path[-1].endswith(".json"):
        value = json.loads(value)
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, str(index)))
    else:
        yield path, value
