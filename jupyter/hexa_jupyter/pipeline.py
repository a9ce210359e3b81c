"""A pipeline of OpenHEXA, which the entrypoint starts with the workspace's files in place.

The App gives the command and the variables HEXA_RUN_ID, HEXA_TOKEN, HEXA_SERVER_URL, HEXA_WORKSPACE, and for a notebook
HEXA_PIPELINE_TYPE and HEXA_NOTEBOOK_PATH (BLSQ/openhexa-app, `pipelines_runner.py`).
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
    """The pipeline cannot run. The text says what, why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a pipeline: its code from the App, or with HEXA_PIPELINE_TYPE `notebook` a notebook of the workspace.

    Return 0, or 1 with one line in the log if it cannot be run. What the pipeline itself raises is its own.
    """
    parser = argparse.ArgumentParser("pipeline", description="run a pipeline of OpenHEXA")
    parser.add_argument("command", choices=("cloudrun", "run"), help="cloudrun mounts the workspace's files before")
    parser.add_argument("--config", type=_config, default={}, help="the pipeline's parameters: base64 of JSON")
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
        raise argparse.ArgumentTypeError(f"not base64 of JSON ({error})") from None
    return config


def _run_notebook() -> None:
    notebook = Path(_module("openhexa.sdk").workspace.files_path) / _variable("HEXA_NOTEBOOK_PATH")
    if not notebook.exists():
        raise PipelineError(f"{notebook} is not there; has the notebook been moved since the pipeline was made?")
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
        raise PipelineError("the pipeline has no file pipeline.py at its top; upload it anew")
    requirements = folder / "requirements.txt"
    if requirements.exists():
        command = [sys.executable, "-m", "pip", "install", "--requirement", str(requirements)]
        if subprocess.run(command, check=False).returncode:  # noqa: S603 (what the pipeline's author asks for)
            raise PipelineError("pip cannot install the pipeline's requirements.txt; its reasons stand above")
    pipelines.import_pipeline(str(folder))(config=config)


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise PipelineError(f"{name} cannot be imported ({error}); use an image that has it") from None


def _variable(name: str) -> str:
    if value := os.environ.get(name):
        return value
    raise PipelineError(f"{name} is not set, which the App gives to every run")


if __name__ == "__main__":
    sys.exit(main())
