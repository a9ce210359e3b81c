"""A configuration as Python source."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexa_notebooks import HubConfig, MountedFile, NotebooksConfig, SecretKeyRef, SingleuserConfig, UserFile
from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.commands.import_helm.source import to_source
from tests.manifests.synthesis import MINIMAL
from tests.unit.test_everything import CONFIGS


def read(source: str) -> NotebooksConfig:
    """Run the text of a cluster file."""
    names: dict[str, NotebooksConfig] = {}
    exec(source, names)  # noqa: S102 (what the code under test has written)
    return names["config"]


@pytest.mark.parametrize("index", range(len(CONFIGS)))
def test_source_makes_the_configuration_again(index: int, tmp_path: Path) -> None:
    """Any configuration round-trips, and `ruff format` leaves the source unchanged."""
    path = tmp_path / "cluster.py"
    path.write_text(to_source(CONFIGS[index], introduction="A cluster."))
    assert load(path) == CONFIGS[index]
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=120", "--diff", str(path)]
    formatted = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert formatted.returncode == 0, formatted.stdout


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs"])) | st.text(alphabet="\"'\\\n\t {}$", max_size=40))
def test_text_is_written_so_that_it_is_read_again(text: str) -> None:
    """Quotes, backslashes, line breaks and invisible characters are escaped."""
    config = MINIMAL.evolve(hub=HubConfig(values={"own": text}))
    assert read(to_source(config, introduction="A cluster.")) == config


def test_only_what_differs_from_the_defaults_is_written() -> None:
    """Default values and the discriminators of unions are left out."""
    assert to_source(MINIMAL, introduction="A cluster.") == (
        '"""A cluster."""\n'
        "\n"
        "from hexa_notebooks import ClusterInternal, NotebooksConfig, SharedPassword, SingleuserConfig, SqlitePvc\n"
        "\n"
        "config = NotebooksConfig(\n"
        "    exposure=ClusterInternal(),\n"
        "    database=SqlitePvc(),\n"
        "    authenticator=SharedPassword(),\n"
        "    singleuser=SingleuserConfig(),\n"
        ")\n"
    )


def test_modes_are_octal_and_code_is_a_block() -> None:
    """Both are written as people read them."""
    file = MountedFile(mount_path="/srv/key", secret=SecretKeyRef(key="key"), mode=0o440)
    hub = HubConfig(files={"key": file}, extra_config={"own.py": "import os\n\nc.Spawner.cmd = ['a']\n"})
    source = to_source(MINIMAL.evolve(hub=hub), introduction="A cluster.")
    assert "mode=0o440" in source
    assert '"own.py": """\\\nimport os\n\nc.Spawner.cmd = [\'a\']\n"""' in source


def test_whole_numbers_have_no_fraction() -> None:
    """Fields use the usual form. In JSON, the hub would see another type."""
    singleuser = SingleuserConfig(cpu_guarantee=0.5, cpu_limit=4, extra_pod_config={"own": 4.0})
    source = to_source(MINIMAL.evolve(singleuser=singleuser), introduction="A cluster.")
    assert 'SingleuserConfig(cpu_guarantee=0.5, cpu_limit=4, extra_pod_config={"own": 4.0})' in source


def test_short_texts_stay_on_the_line() -> None:
    """One line break does not make a block, nor put each field on its own line."""
    files = {"note": UserFile(mount_path="/etc/note", text="Hello\n")}
    source = to_source(MINIMAL.evolve(singleuser=SingleuserConfig(files=files)), introduction="A cluster.")
    assert '{"note": UserFile(mount_path="/etc/note", text="Hello\\n")}' in source
