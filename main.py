"""Synthesise dist/<cluster>/ from every file in clusters/: what `make synth` and `cdk8s synth` run."""

import os
import shutil
from pathlib import Path

from hexa_notebooks.cli import readable_errors
from hexa_notebooks.cluster_file import load
from hexa_notebooks.synth import synth

# The CLI of cdk8s passes its output folder on in this variable.
DIST = Path(os.environ.get("CDK8S_OUTDIR", "dist"))

with readable_errors():
    # All of them before any, so that a mistake in one cluster leaves every folder as it was.
    configs = {file.stem: load(file) for file in sorted(Path("clusters").glob("*.py"))}
    for cluster, config in configs.items():
        synth(config, DIST / cluster)
    for folder in DIST.iterdir():
        if folder.name not in configs:
            shutil.rmtree(folder)
