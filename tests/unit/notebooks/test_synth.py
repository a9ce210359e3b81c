"""Synthesis into a folder: complete or not at all, and never by overwriting a user's own files."""

import json
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import yaml

from hexa_notebooks import DisruptionBudgetConfig, NotebooksConfig, ServiceExposure
from hexa_notebooks.notebooks.synth import OutputError, synth
from tests.manifests.synthesis import MINIMAL, Object
from tests.manifests.synthesis import synth as objects_of
from tests.unit.test_everything import CONFIGS

OTHER = MINIMAL.evolve(release="other")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_object_is_a_file(tmp_path: Path) -> None:
    """Each file is in one of three folders, and its name has the kind and name of its object."""
    synth(MINIMAL, tmp_path / "out")
    written = {
        path.relative_to(tmp_path / "out"): yaml.safe_load(path.read_text()) for path in tmp_path.rglob("*.yaml")
    }
    for path, made in written.items():
        folders = ("05-prerequisites", "10-notebooks") if "namespace" in made["metadata"] else ("00-cluster",)
        assert str(path.parent) in folders
        assert path.name == f"{made['kind']}.{made['metadata']['name']}.k8s.yaml"
    assert {f"{made['kind']}/{made['metadata']['name']}": made for made in written.values()} == objects_of(MINIMAL)


def references(made: Object) -> Iterator[tuple[str, str]]:
    """Yield the kind and the name of each object that must exist before this one."""
    spec = made.get("spec", {})
    pod = spec.get("template", {}).get("spec", {})
    yield "Namespace", made["metadata"].get("namespace", "")
    yield "ServiceAccount", pod.get("serviceAccountName", "")
    yield "PriorityClass", pod.get("priorityClassName", "")
    for volume in pod.get("volumes", []):
        yield "ConfigMap", volume.get("configMap", {}).get("name", "")
        yield "PersistentVolumeClaim", volume.get("persistentVolumeClaim", {}).get("claimName", "")
        yield "ExternalSecret", volume.get("secret", {}).get("secretName", "")
    for container in [*pod.get("containers", []), *pod.get("initContainers", [])]:
        for variable in container.get("env", []):
            yield "ExternalSecret", variable.get("valueFrom", {}).get("secretKeyRef", {}).get("name", "")
        # Kubernetes gives a pod the addresses of the Services that were there before it.
        yield from (("Service", name) for name in ("hub", "proxy-api", "proxy-public"))
    for rule in spec.get("rules", []) if made["kind"] in ("Ingress", "HTTPRoute") else []:
        for path in rule.get("http", {}).get("paths", []):
            yield "Service", path["backend"]["service"]["name"]
        for backend in rule.get("backendRefs", []):
            yield "Service", backend["name"]
    annotations = made["metadata"].get("annotations", {})
    yield "ManagedCertificate", annotations.get("networking.gke.io/managed-certificates", "")
    yield "FrontendConfig", annotations.get("networking.gke.io/v1beta1.FrontendConfig", "")
    yield "BackendConfig", json.loads(annotations.get("cloud.google.com/backend-config", "{}")).get("default", "")
    yield "Role", made.get("roleRef", {}).get("name", "")
    yield "ValidatingAdmissionPolicy", spec.get("policyName", "")


@pytest.mark.parametrize("config", CONFIGS[:2] + CONFIGS[-6:], ids=lambda config: config.exposure.kind)
def test_what_an_object_refers_to_comes_first(config: NotebooksConfig, tmp_path: Path) -> None:
    """`kubectl apply --recursive` sorts files by path. No pod waits for an object of a later file."""
    synth(config, tmp_path)
    made = [yaml.safe_load(path.read_text()) for path in sorted(tmp_path.rglob("*.yaml"))]
    names = [(each["kind"], each["metadata"]["name"]) for each in made]
    found = [
        (names.index(other), index) for index, each in enumerate(made) for other in references(each) if other in names
    ]
    assert len(found) > len(made)
    assert [(names[index], names[other]) for other, index in found if other > index] == []


def test_folder_holds_only_the_new_manifests(tmp_path: Path) -> None:
    """Earlier manifests are removed, parent folders are created, and nothing else is left behind."""
    out, fresh = tmp_path / "dist" / "a", tmp_path / "dist" / "b"
    synth(OTHER.evolve(hub=OTHER.hub.evolve(disruption_budget=DisruptionBudgetConfig(max_unavailable=1))), out)
    synth(MINIMAL, out)
    synth(MINIMAL, fresh)
    assert contents(out) == contents(fresh)
    assert set(out.parent.iterdir()) == {out, fresh}


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    """The folder has mkdir's permissions, although it was made as a temporary one."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    synth(MINIMAL, tmp_path / "out")
    for path in (tmp_path / "out", *(tmp_path / "out").rglob("*")):
        like = tmp_path / ("folder" if path.is_dir() else "file")
        assert oct(path.stat().st_mode) == oct(like.stat().st_mode), path


def test_link_stays_and_its_folder_is_replaced(tmp_path: Path) -> None:
    """`--out` may be a link into another repository. Its target need not exist yet."""
    (tmp_path / "out").symlink_to("elsewhere/manifests")
    synth(OTHER, tmp_path / "out")
    synth(MINIMAL, tmp_path / "out")
    synth(MINIMAL, tmp_path / "plain")
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "elsewhere" / "manifests") == contents(tmp_path / "plain")
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere", "out", "plain"}


@pytest.mark.parametrize(
    "foreign",
    ["README.md", ".git/config", "Service.hub.k8s.yaml", "10-notebooks/values.yaml", "a/10-notebooks/b.k8s.yaml"],
)
def test_folder_with_other_files_is_refused(foreign: str, tmp_path: Path) -> None:
    """A typo such as `--out .` or `--out dist` deletes nothing."""
    out = tmp_path / "out"
    synth(OTHER, out)
    (out / foreign).parent.mkdir(parents=True, exist_ok=True)
    (out / foreign).touch()
    before = contents(tmp_path)
    with pytest.raises(
        OutputError, match=f"^{re.escape(str(out))}: holds .*, which synthesis did not write .*; move it away"
    ):
        synth(MINIMAL, out)
    assert contents(tmp_path) == before


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A file is not replaced by a folder."""
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match=r"out: is not a folder; name one for the manifests"):
        synth(MINIMAL, tmp_path / "out")
    assert contents(tmp_path) == {"out": b"mine"}


@pytest.mark.parametrize(("out", "reason"), [("file/out", "File exists"), ("file/a/out", "Not a directory")])
def test_folder_that_cannot_be_made_is_refused(out: str, reason: str, tmp_path: Path) -> None:
    """The error has the operating system's message."""
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=f"/{out}: cannot be written: .*{reason}.*; what was there is unchanged"):
        synth(MINIMAL, tmp_path / out)
    assert contents(tmp_path) == {"file": b""}


def test_folder_that_cannot_be_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory cannot be renamed, so its manifests stay unchanged."""
    synth(OTHER, tmp_path / "out")
    before = contents(tmp_path)
    monkeypatch.chdir(tmp_path / "out")
    with pytest.raises(OutputError, match=r"^\.: cannot be written: .*; what was there is unchanged$"):
        synth(MINIMAL, Path())
    assert contents(tmp_path) == before


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's limit on the size of a file")
def test_full_disk_leaves_the_old_manifests(tmp_path: Path) -> None:
    """The error is reported, and no partial output stays."""
    out = tmp_path / "out"
    synth(OTHER, out)
    before = contents(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        with pytest.raises(
            OutputError, match=r"/out: cannot be written: .*File too large; what was there is unchanged$"
        ):
            synth(MINIMAL, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("step", ["building", "writing", "moving the old away", "moving the new in"])
def test_error_at_any_step_leaves_the_old_manifests(
    step: str, error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any error, the folder is unchanged and no temporary file is left."""
    out = tmp_path / "out"
    synth(OTHER, out)
    before = contents(tmp_path)
    write, rename = Path.write_text, Path.rename

    def fail(*_: object) -> NoReturn:
        raise error

    def fail_after_writing(path: Path, *text: str, **options: str) -> NoReturn:
        write(path, *text, **options)
        raise error

    def fail_to_rename(*_: Path) -> NoReturn:
        # Only once: the way back must not fail as well.
        monkeypatch.setattr(Path, "rename", rename)
        raise error

    def fail_to_rename_next(path: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", fail_to_rename)
        return rename(path, target)

    match step:
        case "building":
            monkeypatch.setattr("hexa_notebooks.notebooks.synth.Notebooks", fail)
        case "writing":
            monkeypatch.setattr(Path, "write_text", fail_after_writing)
        case "moving the old away":
            monkeypatch.setattr(Path, "rename", fail_to_rename)
        case "moving the new in":
            monkeypatch.setattr(Path, "rename", fail_to_rename_next)
    with pytest.raises((error, OutputError)):
        synth(MINIMAL, out)
    assert contents(tmp_path) == before
    assert list(tmp_path.iterdir()) == [out]


def test_objects_of_one_name_are_all_written(tmp_path: Path) -> None:
    """The Helm chart renders such duplicates. An apply keeps the last one, and each has its own file."""
    budget = DisruptionBudgetConfig(max_unavailable=1)
    exposure = ServiceExposure(stray_disruption_budget=budget.evolve(max_unavailable=2))
    config = MINIMAL.evolve(exposure=exposure, proxy=MINIMAL.proxy.evolve(disruption_budget=budget))
    synth(config, tmp_path / "out")
    names = [f"PodDisruptionBudget.proxy{suffix}.k8s.yaml" for suffix in ("", ".n2")]
    budgets = [yaml.safe_load((tmp_path / "out" / "10-notebooks" / name).read_text()) for name in names]
    assert sorted(made["spec"]["maxUnavailable"] for made in budgets) == [1, 2]
