"""Parity with the chart: each object, field and trait equals the chart's, except for the intended differences."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.commands.import_helm.command import import_helm
from hexa_notebooks.notebooks.hub_config import loaded
from hexa_notebooks.notebooks.synth import synth
from tests.manifests.chart_case import CASES, needs_cases

pytestmark = needs_cases

PASSWORD_IN_URL = {
    "02-openhexa-production": [
        "different hub-config .JupyterHub.db_url: want 'postgresql://hexa_hub:fake-hub-db-password@127.0.0.1:5432/hexa_hub',"
        " have 'postgresql://hexa_hub@127.0.0.1:5432/hexa_hub'",
        "missing   hub-config .__env__ = '{}'",
    ]
}
"""The values hold the database's password in its URL. It is a secret, which no cluster file and no manifest holds."""


@pytest.fixture(scope="module")
def score() -> ModuleType:
    """Return the program that scores an import."""
    spec = importlib.util.spec_from_file_location("score", CASES / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", sorted(path.parent.name for path in CASES.glob("*/rendered.yaml")))
def test_import_is_what_the_chart_renders(case: str, score: ModuleType, tmp_path: Path) -> None:
    """Each leaf of each object is compared, and each of the hub's effective traits."""
    cluster = tmp_path / "cluster.py"
    import_helm([CASES / case / "values.yaml"], release="hexa", namespace="hexa-notebooks", output=cluster)
    config = load(cluster)
    synth(config, tmp_path / "dist")
    want = score.objects(yaml.safe_load_all((CASES / case / "rendered.yaml").read_text()))
    have = score.objects(document for path in manifests(tmp_path) for document in yaml.safe_load_all(path.read_text()))
    found = [line for name in want | have for line in score.compare(want.get(name, {}), have.get(name, {}), name)[1]]
    traits = yaml.safe_load((CASES / case / "hub_config.json").read_text())
    found += score.compare(score.flatten(traits), score.flatten(loaded(config)), "hub-config")[1]
    assert [line for line in found if not line.startswith("extra     hub-config .__env__.")] == PASSWORD_IN_URL.get(
        case, []
    )


def manifests(folder: Path) -> Iterator[Path]:
    """Yield the files of an output."""
    yield from sorted((folder / "dist").rglob("*.yaml"))
