"""Synthesis: one configuration becomes one folder of manifests, at once or not at all."""

import os
import tempfile
from pathlib import Path

import cdk8s

from hexa_notebooks.notebooks import Notebooks, NotebooksCluster, NotebooksConfig

SUFFIX = ".k8s.yaml"


class OutputError(Exception):
    """An output folder that cannot be written; the text says where and why."""


def synth(config: NotebooksConfig, out: Path) -> None:
    """Write the manifests into `out`, one object a file, in place of what was there.

    The files are complete before the folder changes, so that an error leaves the old ones.

    Raises:
        OutputError: the folder cannot be written, or holds files that no synthesis made.

    """
    _refuse_foreign_files(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
            new, old = Path(scratch, "new"), Path(scratch, "old")
            app = cdk8s.App(
                outdir=str(new),
                yaml_output_type=cdk8s.YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE,
                # Explicit, since cdk8s would take it from the environment.
                record_construct_metadata=False,
            )
            NotebooksCluster(app, "00-cluster", config)
            Notebooks(app, "10-notebooks", config)
            app.synth()
            if out.exists():
                out.rename(old)
            new.rename(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}; what was there is unchanged") from error


def _refuse_foreign_files(out: Path) -> None:
    """Keep a slip such as `--out .` from deleting somebody's files."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is not a folder; name one for the manifests, such as dist/production")
    for folder, _, names in os.walk(out):
        for name in names:
            if not name.endswith(SUFFIX):
                raise OutputError(
                    f"{out}: holds {Path(folder, name).relative_to(out)}, which no synthesis made and which would"
                    " be replaced; name an empty folder or one of earlier manifests"
                )
