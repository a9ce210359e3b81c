"""Imports of several clusters that share values."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.cluster_file import load
from tests.manifests.synthesis import synth
from tests.paths import ROOT

COMMON = """\
# Shared by all
hub:
  extraEnv:
    URL: https://example.org  # the App
  extraConfig:
    10-auth: "c.Authenticator.allow_all = True"
  resources:
    requests: {cpu: 200m, memory: 1Gi}
  services:
    a: {apiToken: hunter2}
singleuser:
  nodeSelector: {a: "1", b: "2"}
  profileList:
    - display_name: one
"""
STAGING = """\
hub:
  # small
  resources:
    requests: {cpu: 50m}
  extraEnv:
    ZONE: staging  # of users
  extraConfig:
    20-debug: "c.JupyterHub.log_level = 'DEBUG'"
singleuser:
  nodeSelector: {a: "9"}
"""
PROD = """\
proxy:
  https:
    enabled: true
    hosts: [hub.example.org]
    letsencrypt: {contactEmail: a@example.org}
singleuser:
  profileList:
    - display_name: one
    - display_name: two  # for models
  networkPolicy: {enabled: false}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder with the values."""
    for name, text in (("common", COMMON), ("staging", STAGING), ("prod", PROD)):
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "clusters").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


BOTH = ["common.yaml", "--cluster=staging=staging.yaml", "--cluster=prod=prod.yaml"]
NAMES = ["--release=hexa", "--namespace=staging=hexa-staging", "--namespace=prod=hexa"]


def run(*arguments: str) -> int:
    """Return the exit status of an import."""
    with pytest.raises(SystemExit) as ended:
        main(["import-helm", *arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def clusters(folder: Path) -> Path:
    """Return the folder with both clusters and their base."""
    assert run(*BOTH, *NAMES, "--output=clusters") == 0
    return folder / "clusters"


def test_each_cluster_is_what_an_import_of_its_own_makes(clusters: Path) -> None:
    """The manifests are identical, including order and types."""
    for name, namespace in (("staging", "hexa-staging"), ("prod", "hexa")):
        values = ("common.yaml", f"{name}.yaml")
        assert run(*values, "--release=hexa", f"--namespace={namespace}", f"--output={name}.py") == 0
        layered, single = load(clusters / f"{name}.py"), load(Path(f"{name}.py"))
        assert repr(layered) == repr(single)
        assert list(synth(layered)) == list(synth(single))


def test_a_cluster_says_only_its_difference(clusters: Path) -> None:
    """It has the comments of its own values. The base has those of the shared values."""
    source = (clusters / "staging.py").read_text()
    assert source[source.index("config = ") :] == (
        "config = common.evolve(\n"
        "    singleuser=common.singleuser.evolve("
        'node_selector={**common.singleuser.node_selector, "a": "9"}),\n'
        '    namespace=as_chart.NamespaceConfig(name="hexa-staging"),\n'
        "    hub=common.hub.evolve(\n"
        "        env={\n"
        "            **common.hub.env,\n"
        "            # of users\n"
        '            "ZONE": "staging",\n'
        "        },\n"
        "        # small\n"
        '        resources=common.hub.resources.evolve(requests={"cpu": "50m", "memory": "1Gi"}),\n'
        "        extra_config={**common.hub.extra_config,"
        ' "20-debug.py": text_file(FILES / "hub/20-debug.py")},\n'
        "    ),\n"
        ")\n"
    )
    base = (clusters / "_common.py").read_text()
    assert "NamespaceConfig" not in base, "it would be the first cluster's"
    assert "# Shared by all" in base
    assert "# the App" in base
    assert "# for models" in (clusters / "prod.py").read_text()
    assert "hunter2" not in base + source
    assert sorted(str(path.relative_to(clusters)) for path in clusters.rglob("*.py")) == [
        *("_common.py", "_common/hub/10-auth.py", "prod.py", "staging.py", "staging/hub/20-debug.py"),
    ]


def test_types_and_order_are_differences(folder: Path) -> None:
    """Python treats 1 and true, and mappings in another order, as equal. Manifests do not."""
    (folder / "common.yaml").write_text("singleuser: {profileList: [{a: 1, b: {c: 1, d: 2}}], cmd: x}\n")
    (folder / "staging.yaml").write_text("singleuser: {profileList: [{a: true, b: {d: 2, c: 1}}], cmd: null}\n")
    (folder / "prod.yaml").write_text("")
    assert run(*BOTH, *NAMES, "--output=clusters") == 0
    staging = load(Path("clusters/staging.py")).singleuser
    assert repr(staging.profile_list) == "({'a': True, 'b': {'d': 2, 'c': 1}},)"
    assert staging.cmd is None
    assert "config = common.evolve(namespace=" in Path("clusters/prod.py").read_text()


def test_a_second_import_replaces_the_first(clusters: Path, folder: Path) -> None:
    """It replaces all files or none."""
    before = (clusters / "_common.py").read_text()
    assert run(*BOTH, *NAMES, "--output=clusters") == 2
    (folder / "prod.yaml").write_text("hub: {nothing: 1}\n")
    (folder / "common.yaml").write_text("hub: {baseUrl: /x}\n")
    assert run(*BOTH, *NAMES, "--output=clusters", "--overwrite") == 2
    assert (clusters / "_common.py").read_text() == before
    (folder / "prod.yaml").write_text("{}\n")
    assert run(*BOTH, *NAMES, "--output=clusters", "--overwrite") == 0
    assert load(clusters / "prod.py").hub.base_url == "/x"
    assert not (clusters / "_common").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*BOTH, "--release=hexa", "--namespace=staging=a", "--output=clusters"], "--namespace: is missing for prod;"),
        ([*BOTH, "--release=a", "--release=b", "--namespace=c", "--output=clusters"], "--release: is given twice;"),
        ([*BOTH, *NAMES, "--namespace=dev=c", "--output=clusters"], "'dev=c', but --cluster has staging, prod"),
        (["common.yaml", *NAMES, "--output=a.py"], "there is no --cluster; write the name alone"),
        (
            [*BOTH, *NAMES, "--output=a.py"],
            "a.py: is not a folder; with --cluster, give the folder for the cluster files",
        ),
        (["common.yaml", "--cluster=prod.yaml", *NAMES, "--output=clusters"], "must be NAME=VALUES.yaml"),
        (["common.yaml", "--cluster=_common=prod.yaml", *NAMES, "--output=clusters"], "must be NAME=VALUES.yaml"),
        (["common.yaml", "--cluster=../a=prod.yaml", *NAMES, "--output=clusters"], "must be NAME=VALUES.yaml"),
    ],
)
def test_arguments_that_cannot_be_meant(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """Each error says what to write."""
    assert run(*arguments) == 2
    assert message in capsys.readouterr().err
    assert not list((folder / "clusters").iterdir())


def test_mistakes_of_all_clusters_are_told_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each error has the cluster, the file and the line."""
    (folder / "staging.yaml").write_text("hub: {nothing: 1}\n")
    (folder / "prod.yaml").write_text("hub:\n  other: 1\n")
    assert run(*BOTH, *NAMES, "--output=clusters") == 2
    told = capsys.readouterr().err
    assert "staging: staging.yaml:1: hub.nothing:" in told
    assert "prod: prod.yaml:2: hub.other:" in told


def test_what_is_written_passes_the_checks_of_this_repository(clusters: Path) -> None:
    """The checks are `ruff format`, `ruff check` and `mypy --strict`."""
    for path in sorted(clusters.glob("*.py")):
        name = f"--stdin-filename=clusters/{path.name}"
        for command in (("ruff", "format", "--diff", name), ("ruff", "check", name), ("mypy", str(path))):
            run = [sys.executable, "-m", *command]
            text = path.read_text()
            result = subprocess.run(run, cwd=ROOT, input=text, capture_output=True, text=True, check=False, timeout=240)
            assert result.returncode == 0, result.stdout + result.stderr


def test_the_page_says_how(folder: Path) -> None:
    """The documentation has this command."""
    page = (ROOT / "docs" / "moving-from-helm.md").read_text("utf-8")
    command = page.split("## Several clusters with shared values")[1].split("```bash\n")[1].split("```")[0]
    words = shlex.split(command.replace("\\\n", ""))
    assert words[:2] == ["hexa-notebooks", "import-helm"]
    assert run(*words[2:]) == 0
    assert load(folder / "clusters" / "prod.py").namespace.name == "hexa-notebooks"


def test_main_takes_no_base_for_a_cluster(clusters: Path) -> None:
    """The test runs all of `make synth` in its own folder."""
    folder = clusters.parent
    result = subprocess.run(
        [sys.executable, str(ROOT / "main.py")], cwd=folder, capture_output=True, text=True, check=False, timeout=240
    )
    assert result.returncode == 0, result.stderr
    assert sorted(path.name for path in (folder / "dist").iterdir()) == ["prod", "staging"]
