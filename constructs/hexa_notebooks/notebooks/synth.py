"""Synthesis of a configuration into a folder of manifests, completely or not at all."""

from collections import Counter
from pathlib import Path

import cdk8s

from hexa_notebooks.kubernetes.manifest_yaml import to_yaml
from hexa_notebooks.model.errors import OperatorError
from hexa_notebooks.notebooks.charts import Notebooks, NotebooksCluster
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.notebooks.storage_naming import refuse_renamed_storage
from hexa_notebooks.process.interruption import held, scratch_folder

SUFFIX = ".k8s.yaml"

CLUSTER = "00-cluster"
"""The folder of cluster-wide objects. `kubectl apply --recursive` applies folders in the order of their names."""
PREREQUISITES = "05-prerequisites"
"""The folder of objects that must exist before pods start."""
NOTEBOOKS = "10-notebooks"
"""The folder of all other objects. ConfigMaps come before the Deployments that mount them, in alphabetical order."""
_NEEDED_FIRST = {
    "BackendConfig",
    "ExternalSecret",
    "ManagedCertificate",
    "PersistentVolumeClaim",
    "Role",
    "RoleBinding",
    "Service",  # a pod gets variables only for Services that existed before it
    "ServiceAccount",
}
"""Kinds that others refer to, and that would come after them in alphabetical order."""


class OutputError(OperatorError):
    """The output folder cannot be written."""


def synth(config: NotebooksConfig, out: Path) -> None:
    """Replace the manifests in `out`, with one file for each object.

    The new folder is complete before it replaces the old one, so that an error leaves the old manifests unchanged.

    Raises:
        OutputError: the folder cannot be written, or holds files that synthesis did not write.
        StorageRenamedError: users' files would be elsewhere than in the manifests in `out`, and the cluster file does
            not acknowledge it.

    """
    refuse_foreign_files(out)
    refuse_renamed_storage(config, out)
    # Keep a symbolic link, and replace the folder that it leads to.
    folder = out.resolve() if out.is_symlink() else out
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(beside=folder) as scratch:
            new, old = scratch / "new", scratch / "old"
            _write(config, new)
            with held():  # a signal between the two renames would leave no folder
                if folder.exists():
                    folder.rename(old)
                try:
                    new.rename(folder)
                except BaseException:
                    if old.exists():
                        old.rename(folder)
                    raise
    except BrokenPipeError:
        raise  # Node has died, which is no problem of the folder
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error}; what was there is unchanged") from error


def refuse_foreign_files(out: Path) -> None:
    """Refuse to delete files that are no manifests, as `--out .` would.

    Raises:
        OutputError: `out` is not a folder, or holds other files than manifests.

    """
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is not a folder; name one for the manifests, such as dist/production")
    for path in out.rglob("*"):
        if path.name == ".DS_Store":
            continue  # macOS writes it into every folder that somebody opens
        inside = path.relative_to(out)
        is_chart = len(inside.parts) == 1 and path.is_dir()
        is_manifest = len(inside.parts) == 2 and path.name.endswith(SUFFIX)
        if not is_chart and not is_manifest:
            raise OutputError(
                f"{out}: holds {inside}, which synthesis did not write and would delete; move it away, or name an empty"
                " folder or one with earlier manifests"
            )


def _write(config: NotebooksConfig, folder: Path) -> None:
    app = cdk8s.App(record_construct_metadata=False)  # else an environment variable could turn it on
    files: Counter[Path] = Counter()
    for chart in (NotebooksCluster(app, CLUSTER, config), Notebooks(app, NOTEBOOKS, config)):
        for made in chart.to_json():
            inside = folder / (PREREQUISITES if made["kind"] in _NEEDED_FIRST else chart.node.id)
            inside.mkdir(parents=True, exist_ok=True)
            file = inside / f"{made['kind']}.{made['metadata']['name']}"
            # The Helm chart can write two objects with one name, such as budgets `proxy`; an apply keeps the last.
            files[file] += 1
            namesake = f".n{files[file]}" if files[file] > 1 else ""
            Path(f"{file}{namesake}{SUFFIX}").write_text(to_yaml(made), "utf-8", newline="\n")
