"""Synthesise dist/<cluster>/ from every file in clusters/: what `make synth` and `cdk8s synth` run."""

import gc
import os
import shutil
from pathlib import Path

from hexa_notebooks.cluster_file import load
from hexa_notebooks.errors import OperatorError, readable_errors
from hexa_notebooks.synth import refuse_foreign_files, synth

# The CLI of cdk8s passes its output folder on in this variable.
DIST = Path(os.environ.get("CDK8S_OUTDIR", "dist"))

# What has been imported lives until the end: looking it through for garbage would take a tenth of the time.
gc.freeze()

with readable_errors():
    # All of them before any, so that a mistake in one cluster leaves every folder as it was.
    configs = {file.stem: load(file) for file in sorted(Path("clusters").glob("*.py"))}
    if not configs:
        raise OperatorError("clusters/: no cluster file here; run main.py in the folder that holds clusters/")
    stale = [folder for folder in DIST.glob("*") if folder.name not in configs]
    for folder in stale:
        refuse_foreign_files(folder)
    for cluster, config in configs.items():
        synth(config, DIST / cluster)
    for folder in stale:
        shutil.rmtree(folder)
