"""User files after a server stops: in a shared claim, in folders of a claim, or discarded.

`test_day` tests a claim for each user; `test_openhexa_day` tests a bucket.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.installation import Installation
from tests.manifests.synthesis import Object
from tests.node.node import Node

Installing = Callable[..., AbstractContextManager[Installation]]

# Not for many nodes at once, which the usual storage of a trial cluster refuses; pods of one node share it.
HOMES: Object = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "homes"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
SHARED = "config = config.evolve(singleuser=config.singleuser.evolve(storage=SharedPvc(claim='homes')))"
OWN_HOMES = SHARED.replace(")))", ", owner_from='init-container')))")
NONE = "config = config.evolve(singleuser=config.singleuser.evolve(storage=NoStorage()))"


def test_shared_claim_has_a_folder_for_each_user(installing: Installing) -> None:
    """A user finds the file on the next server, and no other user has it."""
    with installing("local", SHARED) as installation:
        installation.cluster.apply(HOMES, namespace=installation.namespace)
        with installation.reached() as url:
            anna, ben = (installation.user(url, name) for name in ("anna", "ben"))
            anna.start()
            anna.run("open('note', 'w').write('kept')")
            anna.stop()
            anna.start()
            ben.start()
            assert anna.run("print(open('note').read())").strip() == "kept"
            assert ben.run("import os\nprint(os.path.exists('note'))").strip() == "False"
            claims = [each["metadata"]["name"] for each in installation.cluster.get("pvc", installation.namespace)]
            assert sorted(claims) == ["homes", "hub-db-dir"]


def root_owned(name: str) -> list[Object]:
    """Return a volume on the one node whose driver ignores fsGroup, so root owns its folder, and a claim for it."""
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "capacity": {"storage": "1Gi"},
            "claimRef": {"name": "homes", "namespace": name},
            "hostPath": {"path": f"/var/lib/{name}", "type": "DirectoryOrCreate"},
            "storageClassName": "",
        },
    }
    spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": ""}
    return [volume, {**HOMES, "spec": spec}]


@pytest.mark.parametrize("changes", [SHARED, OWN_HOMES], ids=["fs-group", "init-container"])
def test_folders_of_root(installing: Installing, node: Node | None, cluster: Cluster, changes: str) -> None:
    """An init container gives each user a folder. Without it no server starts, and a log says what to write."""
    if node is None:
        pytest.skip("it would leave a folder on a node")
    with installing("local", changes) as installation:
        volume, claim = root_owned(installation.namespace)
        try:
            cluster.apply(volume)
            cluster.apply(claim, namespace=installation.namespace)
            with installation.reached() as url:
                anna = installation.user(url, "anna")
                if changes is OWN_HOMES:
                    anna.start()
                    assert anna.run("import os\nprint(os.stat('.').st_uid)").strip() == "1000"
                    anna.run("open('note', 'w').write('kept')")
                    anna.stop()
                    anna.start()
                    assert anna.run("print(open('note').read())").strip() == "kept"
                    return
                anna.api("POST", "/servers/", json={}).raise_for_status()
                query = (
                    *("logs", f"--namespace={installation.namespace}", "--selector=component=singleuser-server"),
                    *("--container=check-home", "--tail=-1"),
                )
                told = cluster.wait_until(
                    lambda: cluster.kubectl(*query, check=False).stdout, "the check to fail", installation.namespace
                )
                assert "write SharedPvc(owner_from='init-container') in the cluster file" in told
        finally:
            cluster.kubectl("delete", "persistentvolume", installation.namespace, "--wait=false", "--ignore-not-found")


def test_without_storage_files_go_with_the_server(installing: Installing, cluster: Cluster) -> None:
    """The next server is empty, and no claim is created."""
    with installing("local", NONE) as installation, installation.reached() as url:
        anna = installation.user(url, "anna")
        anna.start()
        anna.run("open('note', 'w').write('lost')")
        anna.stop()
        anna.start()
        assert anna.run("import os\nprint(os.path.exists('note'))").strip() == "False"
        assert [each["metadata"]["name"] for each in cluster.get("pvc", installation.namespace)] == ["hub-db-dir"]
