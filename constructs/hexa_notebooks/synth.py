"""Synthesis: one configuration becomes one folder of manifests, at once or not at all."""

from pathlib import Path

import cdk8s

from hexa_notebooks.charts import Notebooks, NotebooksCluster
from hexa_notebooks.errors import OperatorError
from hexa_notebooks.interruption import held, scratch_folder
from hexa_notebooks.notebooks import NotebooksConfig
from hexa_notebooks.storage_naming import refuse_renamed_storage

SUFFIX = ".k8s.yaml"


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
                except OSError:
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
    app = cdk8s.App(
        # Node has the working directory in which it was started.
        outdir=str(folder.absolute()),
        yaml_output_type=cdk8s.YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE,
        # Explicit, since cdk8s would take it from the environment.
        record_construct_metadata=False,
    )
    charts = [NotebooksCluster(app, "00-cluster", config), Notebooks(app, "10-notebooks", config)]
    try:
        app.synth()
    except RuntimeError as error:
        # Node writes the files, and what it could not write is no OSError here.
        raise OSError(str(error)) from error
    for chart in charts:
        _write_namesakes(chart, folder / chart.node.id)


def _write_namesakes(chart: cdk8s.Chart, folder: Path) -> None:
    """Write each object that has the kind and the name of another, of which cdk8s would keep the last.

    The Helm chart can make such objects, two budgets `proxy` for example; an apply leaves the one that comes last.
    """
    made_objects = [made for made in chart.node.find_all() if isinstance(made, cdk8s.ApiObject)]
    if len(made_objects) == len([*folder.glob(f"*{SUFFIX}")]):
        return
    namesakes: dict[tuple[str, str], list[cdk8s.ApiObject]] = {}
    for made in made_objects:
        namesakes.setdefault((made.kind, str(made.metadata.name)), []).append(made)
    for (kind, name), objects in namesakes.items():
        for index, made in enumerate(objects if len(objects) > 1 else [], start=1):
            suffix = f".n{index}" if index > 1 else ""
            text: str = cdk8s.Yaml.stringify(made.to_json())
            (folder / f"{kind}.{name}{suffix}{SUFFIX}").write_text(text, "utf-8")
