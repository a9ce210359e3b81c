"""Synthesis: one configuration becomes one folder of manifests, at once or not at all."""

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
"""The folder of what is outside the namespace, the first that `kubectl apply --recursive` comes to."""
PREREQUISITES = "05-prerequisites"
"""The folder of what has to be there when pods start."""
NOTEBOOKS = "10-notebooks"
"""The folder of the rest, in which ConfigMaps come before what mounts them by their kind's name alone."""
_NEEDED_FIRST = {
    "BackendConfig",
    "ExternalSecret",
    "ManagedCertificate",
    "PersistentVolumeClaim",
    "Role",
    "RoleBinding",
    "Service",  # a pod gets the variables of those Services only that were there before it
    "ServiceAccount",
}
"""What others refer to, and would come after them by the name of its kind."""


class OutputError(OperatorError):
    """An output folder that cannot be written."""


def synth(config: NotebooksConfig, out: Path) -> None:
    """Write the manifests into `out`, one object a file, in place of what was there.

    The files are complete before the folder changes, so that an error leaves the old ones.

    Raises:
        OutputError: the folder cannot be written, or holds files that no synthesis made.
        StorageRenamedError: users' files would be named otherwise than in the manifests there, unacknowledged.

    """
    refuse_foreign_files(out)
    refuse_renamed_storage(config, out)
    # A link stays where it is: its folder is replaced.
    folder = out.resolve() if out.is_symlink() else out
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(beside=folder) as scratch:
            new, old = scratch / "new", scratch / "old"
            _write(config, new)
            with held():
                if folder.exists():
                    folder.rename(old)
                try:
                    new.rename(folder)
                except BaseException:
                    if old.exists():
                        old.rename(folder)
                    raise
    except BrokenPipeError:
        raise  # Node has ended, which is nothing that the folder could help
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error}; what was there is unchanged") from error


def refuse_foreign_files(out: Path) -> None:
    """Keep a slip such as `--out .` from deleting somebody's files.

    Raises:
        OutputError: `out` is not a folder, or holds anything but folders of manifests.

    """
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is not a folder; name one for the manifests, such as dist/production")
    for path in out.rglob("*"):
        if path.name == ".DS_Store":
            continue  # macOS leaves it wherever a folder was looked at
        inside = path.relative_to(out)
        is_chart = len(inside.parts) == 1 and path.is_dir()
        is_manifest = len(inside.parts) == 2 and path.name.endswith(SUFFIX)
        if not is_chart and not is_manifest:
            raise OutputError(
                f"{out}: holds {inside}, which no synthesis made and which would be deleted;"
                " move it away, or name an empty folder or one of earlier manifests"
            )


def _write(config: NotebooksConfig, folder: Path) -> None:
    app = cdk8s.App(record_construct_metadata=False)  # explicit, since cdk8s would take it from the environment
    files: Counter[Path] = Counter()
    for chart in (NotebooksCluster(app, CLUSTER, config), Notebooks(app, NOTEBOOKS, config)):
        for made in chart.to_json():
            inside = folder / (PREREQUISITES if made["kind"] in _NEEDED_FIRST else chart.node.id)
            inside.mkdir(parents=True, exist_ok=True)
            file = inside / f"{made['kind']}.{made['metadata']['name']}"
            # The Helm chart can make two objects of one name, budgets `proxy` for example; an apply leaves the last.
            files[file] += 1
            namesake = f".n{files[file]}" if files[file] > 1 else ""
            Path(f"{file}{namesake}{SUFFIX}").write_text(to_yaml(made), "utf-8", newline="\n")
