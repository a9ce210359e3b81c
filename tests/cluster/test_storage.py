"""Where users' files are after a server has stopped: in a claim of all, by folders, or nowhere.

A claim of each user is in `test_day`, a bucket in `test_openhexa_day`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.cluster.cluster import Cluster
from tests.cluster.installation import Installation
from tests.support import Object

Installing = Callable[..., AbstractContextManager[Installation]]

# Not for many nodes at once, which the usual storage of a trial cluster refuses; pods of one node share it.
HOMES: Object = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "homes"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
SHARED = "config = config.evolve(singleuser=config.singleuser.evolve(storage=SharedPvc(claim='homes')))"
NONE = "config = config.evolve(singleuser=config.singleuser.evolve(storage=NoStorage()))"


def test_shared_claim_has_a_folder_for_each_user(installing: Installing) -> None:
    """A user finds the file in the next server, and nobody else has it."""
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


def test_without_storage_files_go_with_the_server(installing: Installing, cluster: Cluster) -> None:
    """The next server is as empty as the first, and no claim is made for anybody."""
    with installing("local", NONE) as installation, installation.reached() as url:
        anna = installation.user(url, "anna")
        anna.start()
        anna.run("open('note', 'w').write('lost')")
        anna.stop()
        anna.start()
        assert anna.run("import os\nprint(os.path.exists('note'))").strip() == "False"
        assert [each["metadata"]["name"] for each in cluster.get("pvc", installation.namespace)] == ["hub-db-dir"]
