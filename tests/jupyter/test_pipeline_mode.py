"""The `pipeline` mode, with a stand-in for the OpenHEXA SDK and real files."""

import base64
import json
import os

import pytest

from tests.jupyter.conftest import Start, needs_fuse
from tests.jupyter.image import Image
from tests.jupyter.storages import Renewal, S3Server, s3_variables

SDK = """\
import os, pathlib, types
workspace = types.SimpleNamespace(files_path=str(pathlib.Path.home() / "workspace"))
"""
PIPELINES = """\
import json, os, pathlib

def download_pipeline(url, token, run_id, target_dir):
    assert pathlib.Path(target_dir).is_dir()
    pathlib.Path(target_dir, "pipeline.py").write_text(json.dumps([url, token, run_id]))

def import_pipeline(folder):
    def run(config):
        asked = json.loads(pathlib.Path(folder, "pipeline.py").read_text())
        result = {"asked": asked, "config": config, "database": os.environ.get("WORKSPACE_DATABASE_URL")}
        (pathlib.Path.home() / "workspace" / "result.json").write_text(json.dumps(result))
    return run
"""
PAPERMILL = """\
import shutil

def execute_notebook(input_path, output_path):
    shutil.copyfile(input_path, output_path)
"""


@pytest.fixture
def image(image: Image, renewal: Renewal) -> Image:
    """Return an image with the SDK, in the container of a run."""
    packages = image.folder / "packages"
    (packages / "openhexa" / "sdk").mkdir(parents=True)
    (packages / "openhexa" / "sdk" / "__init__.py").write_text(SDK)
    (packages / "openhexa" / "sdk" / "pipelines.py").write_text(PIPELINES)
    (packages / "papermill.py").write_text(PAPERMILL)
    image.variables |= {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(packages), os.environ.get("PYTHONPATH")])),
        "HEXA_SERVER_URL": f"{renewal.url}/",
        "HEXA_TOKEN": "run-token",
        "HEXA_WORKSPACE": "demo",
        "HEXA_RUN_ID": "run-1",
    }
    return image


def encoded(config: dict[str, object]) -> str:
    """Return parameters in the App's encoding."""
    return base64.b64encode(json.dumps(config).encode()).decode()


@needs_fuse
def test_a_run_gets_its_credentials_files_code_and_parameters(
    image: Image, renewal: Renewal, s3: S3Server, start: Start
) -> None:
    """When the container exits with 0, its output is in the bucket."""
    renewal.answer = {"env": {**s3_variables(s3), "WORKSPACE_DATABASE_URL": "postgresql://demo"}}
    process = start("pipeline", "cloudrun", "--config", encoded({"year": 2026}))
    assert process.wait() == 0, image.log
    assert json.loads((s3.bucket / "result.json").read_text()) == {
        "asked": [renewal.url, "run-token", "run-1"],
        "config": {"year": 2026},
        "database": "postgresql://demo",
    }
    assert renewal.requests == [("/workspaces/credentials/", "Bearer run-token", "workspace=demo")]
    assert image.log == ""


@needs_fuse
def test_a_run_without_its_files_fails(image: Image, renewal: Renewal, s3: S3Server, start: Start) -> None:
    """Otherwise its results would be lost unnoticed."""
    renewal.answer = {"env": s3_variables(s3) | {"WORKSPACE_BUCKET_NAME": "nowhere"}}
    assert start("pipeline", "cloudrun").wait() == 1
    assert image.complaints == [
        "hexa-jupyter: the pipeline fails: the credentials give access to no bucket 'nowhere'; check that it exists"
    ]
    assert not (image.home / "pipeline").exists()


@needs_fuse
def test_a_run_whose_results_may_be_lost_fails(image: Image, renewal: Renewal, s3: S3Server, start: Start) -> None:
    """The pipeline's own status does not matter."""
    renewal.answer = {"env": s3_variables(s3)}
    image.rclone_that_fails("rc").touch()
    assert start("pipeline", "cloudrun").wait() == 1
    assert image.complaints == [
        "hexa-jupyter: the pipeline fails: rclone does not say which files are not uploaded yet; the latest changes"
        " may be lost"
    ]


def test_a_run_that_the_app_refuses_fails(image: Image, renewal: Renewal, start: Start) -> None:
    """The log has the App's message."""
    renewal.status, renewal.answer = 401, {"error": "Token signature is invalid"}
    assert start("pipeline", "cloudrun").wait() == 1
    assert image.complaints == ["hexa-jupyter: the pipeline fails: the App answered 401 (Token signature is invalid)"]


@pytest.mark.parametrize("command", ["cloudrun", "run"])
def test_a_run_without_its_variables_says_which(image: Image, start: Start, command: str) -> None:
    """Both modes do: the one that requests credentials, and the other."""
    del image.variables["HEXA_TOKEN"]
    assert start("pipeline", command).wait() == 1
    (line,) = image.complaints
    assert line.endswith("HEXA_TOKEN is not set; the App must set it for every run")


def test_a_notebook_is_a_pipeline_too(image: Image, start: Start) -> None:
    """Its result is in a hidden folder next to it."""
    image.workspace.mkdir()
    (image.workspace / "report.ipynb").write_text("{}")
    image.variables |= {"HEXA_PIPELINE_TYPE": "notebook", "HEXA_NOTEBOOK_PATH": "report.ipynb"}
    assert start("pipeline", "run").wait() == 0, image.log
    assert (image.workspace / ".runs_outputs" / "report.ipynb").read_text() == "{}"


def test_a_notebook_that_is_gone_is_named(image: Image, start: Start) -> None:
    """The error is one line without a traceback."""
    image.variables |= {"HEXA_PIPELINE_TYPE": "notebook", "HEXA_NOTEBOOK_PATH": "gone.ipynb"}
    assert start("pipeline", "run").wait() == 1
    assert image.complaints == [
        f"hexa-jupyter: {image.workspace}/gone.ipynb does not exist; move the notebook back, or create the pipeline"
        " again"
    ]


def test_an_image_without_the_sdk_says_so(image: Image, start: Start) -> None:
    """The image's own tests must not need the SDK."""
    image.variables["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    assert start("pipeline", "run").wait() == 1
    assert image.complaints == [
        "hexa-jupyter: openhexa.sdk.pipelines cannot be imported (No module named 'openhexa'); use an image that has it"
    ]


@pytest.mark.parametrize("config", ["%%%", "c2VjcmV0"])
def test_parameters_that_cannot_be_read_are_refused(image: Image, start: Start, config: str) -> None:
    """The program prints its usage."""
    assert start("pipeline", "run", "--config", config).wait() == 2
    assert "argument --config: not base64-encoded JSON" in image.log
