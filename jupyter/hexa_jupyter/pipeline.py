"""OpenHEXA pipelines. The entrypoint runs this after it has mounted the workspace's files.

The App sets the command line and the variables HEXA_RUN_ID, HEXA_TOKEN, HEXA_SERVER_URL and HEXA_WORKSPACE, and for a
notebook HEXA_PIPELINE_TYPE and HEXA_NOTEBOOK_PATH (BLSQ/openhexa-app, `pipelines_runner.py`).
"""

import argparse
import base64
import binascii
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from hexa_jupyter.log import say


class PipelineError(Exception):
    """The pipeline cannot run. The message says what, why and how to fix it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a pipeline's code from the App, or a notebook of the workspace if HEXA_PIPELINE_TYPE is `notebook`.

    Return 0, or 1 with one line in the log if the pipeline cannot run. Errors of the pipeline itself are not caught.
    """
    parser = argparse.ArgumentParser("pipeline", description="Run an OpenHEXA pipeline.")
    parser.add_argument("command", choices=("cloudrun", "run"), help="cloudrun mounts the workspace's files first")
    parser.add_argument("--config", type=_config, default={}, help="the pipeline's parameters, as base64-encoded JSON")
    config = parser.parse_args(arguments).config
    try:
        if os.environ.get("HEXA_PIPELINE_TYPE") == "notebook":
            _run_notebook()
        else:
            _run_code(config)
    except PipelineError as error:
        say(str(error))
        return 1
    return 0


def _config(text: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise argparse.ArgumentTypeError(f"not base64-encoded JSON ({error})") from None
    return config


def _run_notebook() -> None:
    notebook = Path(_module("openhexa.sdk").workspace.files_path) / _variable("HEXA_NOTEBOOK_PATH")
    if not notebook.exists():
        raise PipelineError(f"{notebook} does not exist; move the notebook back, or create the pipeline again")
    results = notebook.parent / ".runs_outputs"
    results.mkdir(exist_ok=True)
    _module("papermill").execute_notebook(input_path=notebook, output_path=results / notebook.name)


def _run_code(config: dict[str, Any]) -> None:
    pipelines = _module("openhexa.sdk.pipelines")
    folder = Path("pipeline")
    folder.mkdir(exist_ok=True)
    server = _variable("HEXA_SERVER_URL").rstrip("/")
    pipelines.download_pipeline(server, _variable("HEXA_TOKEN"), _variable("HEXA_RUN_ID"), str(folder))
    if not (folder / "pipeline.py").exists():
        raise PipelineError("the pipeline has no file pipeline.py in its top folder; upload it again")
    requirements = folder / "requirements.txt"
    if requirements.exists():
        command = [sys.executable, "-m", "pip", "install", "--requirement", str(requirements)]
        if subprocess.run(command, check=False).returncode:  # noqa: S603 (the pipeline's own requirements)
            raise PipelineError("pip cannot install the pipeline's requirements.txt; see its messages above")
    pipelines.import_pipeline(str(folder))(config=config)


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise PipelineError(f"{name} cannot be imported ({error}); use an image that has it") from None


def _variable(name: str) -> str:
    if value := os.environ.get(name):
        return value
    raise PipelineError(f"{name} is not set; the App must set it for every run")


if __name__ == "__main__":
    sys.exit(main())
