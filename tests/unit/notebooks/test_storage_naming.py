"""A change to the naming of user files is refused until the cluster file confirms it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from hexa_notebooks import GcsFuseCsi, HubConfig, InPodFuse, NoStorage, NotebooksConfig, PerUserPvc, SharedPvc
from hexa_notebooks.components.singleuser.storage import UserStorage
from hexa_notebooks.notebooks.storage_naming import StorageRenamedError, refuse_renamed_storage
from hexa_notebooks.notebooks.synth import synth
from tests.manifests.synthesis import MINIMAL
from tests.manifests.synthesis import synth as objects

CLAIMS, RENAMED = PerUserPvc(), PerUserPvc(name_template="home-{username}")
FOLDERS = SharedPvc(claim="homes", sub_path="{username}")
BUCKET = GcsFuseCsi(bucket="homes", service_account="users")


def stored(storage: UserStorage, renamed_from: str | None = None, **changes: Any) -> NotebooksConfig:
    """Return the minimal configuration with this storage and acknowledgement."""
    singleuser = MINIMAL.singleuser.evolve(storage=storage, storage_renamed_from=renamed_from)
    return MINIMAL.evolve(singleuser=singleuser, **changes)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("before", "after", "was", "becomes"),
    [
        (CLAIMS, RENAMED, "claim-{user_server}", "in home-{username}"),
        (CLAIMS, FOLDERS, "claim-{user_server}", "in homes/{username}"),
        (FOLDERS, FOLDERS.evolve(sub_path="users/{username}"), "homes/{username}", "in homes/users/{username}"),
        (CLAIMS, CLAIMS.evolve(sub_path="{username}"), "claim-{user_server}", "in claim-{user_server}/{username}"),
        (CLAIMS, NoStorage(), "claim-{user_server}", "nowhere"),
        (CLAIMS, InPodFuse(), "claim-{user_server}", "nowhere"),
        (CLAIMS, BUCKET, "claim-{user_server}", "in gs://homes/{username}"),
        (BUCKET, BUCKET.evolve(bucket="other"), "gs://homes/{username}", "in gs://other/{username}"),
        (BUCKET, BUCKET.evolve(only_dir="all/{username}"), "gs://homes/{username}", "in gs://homes/all/{username}"),
    ],
)
def test_renaming_is_refused_until_it_is_acknowledged(
    before: UserStorage, after: UserStorage, was: str, becomes: str, tmp_path: Path
) -> None:
    """One line has the old and new names, the effect on users, the command to run and the setting to write.

    Nothing is written.
    """
    out = tmp_path / "out"
    synth(stored(before), out)
    old = contents(tmp_path)
    with pytest.raises(StorageRenamedError) as error:
        synth(stored(after), out)
    assert str(error.value) == (
        f"{out}: users' files are in {was} there, and would be {becomes}: servers would start with new,"
        " empty storage, except those whose claim the hub remembers. Run `hexa-notebooks claims` to see what changes."
        f" If you want the change, write storage_renamed_from={was!r} into the SingleuserConfig"
    )
    assert contents(tmp_path) == old
    synth(stored(after, renamed_from=was), out)
    synth(stored(after), tmp_path / "fresh")
    made, fresh = contents(out), contents(tmp_path / "fresh")
    # The hub goes on with the claims that it remembers, so that the policy admits both names.
    for each in (made, fresh):
        each.pop("00-cluster/ValidatingAdmissionPolicy.hub.hexa-notebooks.k8s.yaml")
    assert made == fresh


def test_another_acknowledgement_is_none(tmp_path: Path) -> None:
    """An acknowledgement is for one migration. The next one, and the way back, need their own."""
    synth(stored(RENAMED), tmp_path)
    for after in (CLAIMS, FOLDERS):
        with pytest.raises(StorageRenamedError, match=r"write storage_renamed_from='home-\{username\}' into"):
            synth(stored(after, renamed_from="claim-{user_server}"), tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CLAIMS, CLAIMS.evolve(name_template="claim-{safe_user_server}")),
        (CLAIMS, CLAIMS.evolve(name_template=None)),
        (CLAIMS, CLAIMS.evolve(mount_path="/home/other", volume_name_template="other", capacity="50Gi")),
        (BUCKET, BUCKET.evolve(only_dir="{safe_username}", mount_path="/data", mount_options=(), read_only=True)),
        (NoStorage(), CLAIMS),
        (InPodFuse(), FOLDERS),
        (SharedPvc(claim="a", sub_path=None, one_folder=True), CLAIMS),
    ],
)
def test_what_moves_nobodys_files_goes(before: UserStorage, after: UserStorage, tmp_path: Path) -> None:
    """Another spelling of the same names, another mount path, and storage where there was none are accepted."""
    synth(stored(before), tmp_path)
    synth(stored(after), tmp_path)


def recorded(out: Path) -> Any:
    """Return the naming of user files that the manifests of a folder record."""
    (file,) = out.rglob("ConfigMap.hub.k8s.yaml")
    return json.loads(yaml.safe_load(file.read_text())["data"]["storage-naming.json"])


def test_naming_is_recorded(tmp_path: Path) -> None:
    """The manifests record the version, the templates and the slug schemes, also KubeSpawner's defaults."""
    synth(stored(CLAIMS.evolve(name_template=None)), tmp_path / "claims")
    assert recorded(tmp_path / "claims") == {"version": 1, "slug_scheme": "safe", "places": ["claim-{user_server}"]}
    escaped = HubConfig(traits={"KubeSpawner": {"slug_scheme": "escape"}})
    synth(stored(FOLDERS, hub=escaped), tmp_path / "folders")
    assert recorded(tmp_path / "folders") == {"version": 1, "slug_scheme": "escape", "places": ["homes/{username}"]}


def test_record_restarts_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub does not read the record."""
    before = objects(stored(CLAIMS))
    monkeypatch.setattr("hexa_notebooks.storage.user_storage.NAMING_VERSION", 2)
    after = objects(stored(CLAIMS))
    assert before["ConfigMap/hub"] != after["ConfigMap/hub"]
    assert before["Deployment/hub"] == after["Deployment/hub"]


def test_another_version_is_a_renaming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slugs of a later KubeSpawner make other claim names from the same template.

    Earlier manifests record the scheme.
    """
    synth(MINIMAL, tmp_path)
    for module in ("storage.user_storage", "notebooks.storage_naming"):
        monkeypatch.setattr(f"hexa_notebooks.{module}.NAMING_VERSION", 2)
    with pytest.raises(StorageRenamedError) as error:
        synth(MINIMAL, tmp_path)
    assert (
        "users' files are in claim-{user_server} (naming version 1) there, and would be in claim-{user_server}"
        " (naming version 2): " in str(error.value)
    )
    synth(stored(CLAIMS, renamed_from="claim-{user_server} (naming version 1)"), tmp_path)
    assert recorded(tmp_path)["version"] == 2
    synth(MINIMAL, tmp_path)


def test_manifests_without_a_record_are_of_the_first_version(tmp_path: Path) -> None:
    """An earlier release of the library wrote them."""
    synth(MINIMAL, tmp_path)
    (file,) = tmp_path.rglob("ConfigMap.hub.k8s.yaml")
    made = yaml.safe_load(file.read_text())
    del made["data"]["storage-naming.json"]
    file.write_text(yaml.safe_dump(made))
    refuse_renamed_storage(MINIMAL, tmp_path)
    with pytest.raises(StorageRenamedError):
        refuse_renamed_storage(stored(RENAMED), tmp_path)


def test_traits_name_claims_too(tmp_path: Path) -> None:
    """The effective template counts, whichever setting it comes from."""
    synth(MINIMAL, tmp_path)
    renamed = HubConfig(override_traits={"KubeSpawner": {"pvc_name_template": "home-{username}"}})
    with pytest.raises(StorageRenamedError, match=r"claim-\{user_server\} there, and would be in home-\{username\}"):
        synth(MINIMAL.evolve(hub=renamed), tmp_path)
    escaped = HubConfig(traits={"KubeSpawner": {"slug_scheme": "escape"}})
    with pytest.raises(StorageRenamedError, match="servers would start with new, empty storage"):
        synth(MINIMAL.evolve(hub=escaped), tmp_path)


@pytest.mark.parametrize(
    "volume",
    [
        {"name": "further", "csi": "x"},
        {"name": "further", "csi": {"driver": "gcsfuse.csi.storage.gke.io", "volumeAttributes": []}},
        {"name": ["further"], "persistentVolumeClaim": "x"},
    ],
)
def test_volumes_of_any_shape_are_passed_on(volume: dict[str, Any], tmp_path: Path) -> None:
    """Extra volumes are not checked here."""
    mounts: dict[str, Any] = {"further": {"name": volume.get("name", "further"), "mountPath": "/further"}}
    singleuser = MINIMAL.singleuser.evolve(extra_volumes={"further": volume}, extra_volume_mounts=mounts)
    for _ in range(2):
        synth(MINIMAL.evolve(singleuser=singleuser), tmp_path)
    assert recorded(tmp_path)["places"][-1] == "claim-{user_server}"


def test_template_that_nothing_fills_in_is_told(tmp_path: Path) -> None:
    """The error is one line, if earlier manifests name files."""
    synth(MINIMAL, tmp_path)
    changes: dict[str, Any] = {
        "extra_volumes": {"further": {"name": "further", "persistentVolumeClaim": {"claimName": "{team}"}}},
        "extra_volume_mounts": {"further": {"name": "further", "mountPath": "/further"}},
    }
    with pytest.raises(
        StorageRenamedError, match=r"no server would find its user's files: the template '\{team\}' cannot be filled in"
    ):
        synth(MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(**changes)), tmp_path)


def test_prefix_hides_no_manifest(tmp_path: Path) -> None:
    """The ConfigMap is found by its content, even under another name."""
    synth(stored(CLAIMS, fullname_override="ours"), tmp_path)
    with pytest.raises(StorageRenamedError):
        synth(stored(RENAMED), tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< ours\n",
        "",
        "data: {traits.json: '{'}\n",
        "data: {traits.json: '[]'}\n",
        "data: {traits.json: '{}', storage-naming.json: '[]'}\nmetadata: {namespace: a}\n",
    ],
)
def test_manifest_that_cannot_be_read_is_refused(text: str, tmp_path: Path) -> None:
    """A failed merge may leave such a file. The old names are then unknown, so a rename could go unnoticed."""
    synth(MINIMAL, tmp_path)
    (file,) = tmp_path.rglob("ConfigMap.hub.k8s.yaml")
    file.write_text(text)
    with pytest.raises(StorageRenamedError, match=r"ConfigMap\.hub\.k8s\.yaml: cannot be read, .*restore it") as error:
        synth(MINIMAL, tmp_path)
    assert "\n" not in str(error.value)
    file.unlink()
    synth(MINIMAL, tmp_path)


def test_nothing_earlier_means_nothing_to_lose(tmp_path: Path) -> None:
    """A first synthesis, and one after the folder was removed, is accepted."""
    refuse_renamed_storage(MINIMAL, tmp_path / "none")
    synth(MINIMAL, tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    synth(stored(RENAMED), tmp_path / "out")
