"""Synthesise dist/<cluster>/ from every file in clusters/. `make synth` and `cdk8s synth` run this."""

import gc

# This program creates hardly any garbage. Collections during the imports and at the end would take a fifth of the time.
gc.disable()

from hexa_notebooks.model.errors import OperatorError  # noqa: E402 (which the collector is kept from)
from hexa_notebooks.process.readable_errors import readable_errors  # noqa: E402

with readable_errors():
    import os
    import shutil
    from pathlib import Path

    from hexa_notebooks.commands.cluster_file import load_all
    from hexa_notebooks.notebooks.storage_naming import refuse_renamed_storage
    from hexa_notebooks.notebooks.synth import refuse_foreign_files, synth
    from hexa_notebooks.process.interruption import held

    gc.freeze()

    # The cdk8s CLI sets this variable to its output folder.
    DIST = Path(os.environ.get("CDK8S_OUTDIR", "dist"))

    # Load and check all clusters before writing any, so that a mistake in one leaves every folder unchanged.
    configs = {file.stem: config for file, config in load_all(sorted(Path("clusters").glob("[!_]*.py"))).items()}
    if not configs:
        raise OperatorError("clusters/: no cluster file here; run main.py in the folder that holds clusters/")
    stale = [folder for folder in DIST.glob("*") if folder.is_dir() and folder.name not in configs]
    for folder in (*stale, *(DIST / cluster for cluster in configs)):
        refuse_foreign_files(folder)
    for cluster, config in configs.items():
        refuse_renamed_storage(config, DIST / cluster)
    for cluster, config in configs.items():
        synth(config, DIST / cluster)
    for folder in stale:
        with held():
            shutil.rmtree(folder)
