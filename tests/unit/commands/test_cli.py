"""The `hexa-notebooks` command and main.py, from the operator's point of view."""

import gc
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.kubernetes.secret_ref import references
from tests.paths import ROOT
from tests.processes.process import default_signals

LOCAL, GKE = ROOT / "clusters" / "local.py", ROOT / "clusters" / "openhexa_gke.py"
COMMAND = str(Path(sys.executable).with_name("hexa-notebooks"))

EXTERNAL = """
from hexa_notebooks import NativeAuthenticator, SecretKeyRef

config = config.evolve(
    authenticator=NativeAuthenticator(
        class_name="oauthenticator.google.GoogleOAuthenticator",
        allow_all=True,
        secrets={"client_secret": SecretKeyRef(key="client-secret"), "client_id": SecretKeyRef(key="client-id")},
    ),
    hub=config.hub.evolve(
        env={
            "TOKEN": SecretKeyRef(name="mail", key="token"),
            "SAME_TOKEN": SecretKeyRef(name="mail", key="token"),
            "COOKIE_SECRET": SecretKeyRef(key="cookie-secret"),
        },
    ),
)
"""
"""What makes a cluster refer to secrets that others issue; the cookie secret is ours all the same."""


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must fail, and return its error."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    return printed.err


@pytest.fixture
def run_main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Yield a function that runs main.py in a folder with the clusters `a` and `b`."""
    monkeypatch.delenv("CDK8S_OUTDIR", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("clusters").mkdir()
    for name in "ab":
        shutil.copy(LOCAL, f"clusters/{name}.py")

    def run_it() -> None:
        runpy.run_path(str(ROOT / "main.py"), run_name="__main__")

    yield run_it
    # main.py ends its process soon; this one goes on.
    gc.unfreeze()
    gc.enable()


def test_synth_writes_the_manifests_and_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The output equals the cluster's folder in `dist/`."""
    main(["synth", str(LOCAL), "--out", str(tmp_path / "out")])
    assert capsys.readouterr() == ("", "")
    assert {path.name for path in tmp_path.glob("out/*")} == {"00-cluster", "05-prerequisites", "10-notebooks"}


def test_hub_config_is_what_the_hub_loads(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON is that of the ConfigMap, with names for secrets and for the drivers' environment variables."""
    main(["hub-config", str(GKE)])
    printed = json.loads(capsys.readouterr().out)
    assert printed.pop("__env__") == {}
    assert [service.pop("api_token", None) for service in printed["JupyterHub"]["services"]] == [
        None,
        "env-from-HUB_API_TOKEN",
    ]
    expected = json.loads(json.dumps(load(GKE).hub_traits()))
    assert expected["JupyterHub"]["services"][1].pop("api_token") == {"$env": "HUB_API_TOKEN"}
    assert printed == expected


@pytest.mark.parametrize(
    "command", [["synth", "--out", "out"], ["hub-config"], ["secret"], ["upgrade-db"]], ids=lambda words: words[0]
)
def test_every_command_tells_a_bad_cluster_file(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is one line on stderr with the place, status 2, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    Path("bad.py").write_text("config = 1\nconfig / 0\n")
    assert refused([*command, "bad.py"], capsys) == "bad.py:2: ZeroDivisionError: division by zero\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "bad.py"]


def test_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Output errors have the same form as input errors."""
    (tmp_path / "out").touch()
    told = refused(["synth", str(LOCAL), "--out", str(tmp_path / "out")], capsys)
    assert told == f"{tmp_path / 'out'}: is not a folder; name one for the manifests, such as dist/production\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["synht", "cluster.py"], "invalid choice: 'synht'"),
        (["synth", "cluster.py"], "the following arguments are required: --out"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The error is below the usage line."""
    assert message in refused(arguments, capsys)


def test_jsii_node_that_cannot_run_is_told_in_one_line(tmp_path: Path) -> None:
    """Node is chosen when jsii is imported, where an error must not become a traceback."""
    ran = run("synth", LOCAL, "--out", tmp_path / "out", JSII_NODE=str(tmp_path / "node"))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert re.fullmatch(r"environment: JSII_NODE is '.*/node', which is not an executable file; .*\n", ran.stderr)


def test_reader_that_has_enough_ends_the_command() -> None:
    """`hexa-notebooks hub-config ... | head -0` ends silently, with the status of a broken pipe."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        ran = subprocess.run(
            [COMMAND, "hub-config", str(LOCAL)], stdout=closed, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert (ran.returncode, ran.stderr) == (141, b"")


@pytest.mark.parametrize("step", ["reading", "writing", "waiting for Node"])
def test_ctrl_c_leaves_nothing_half_written(step: str, tmp_path: Path) -> None:
    """Ctrl-C, which also reaches Node, ends with 130, as shells expect, and without a traceback."""
    # What a cluster file prints goes to stderr.
    wait = "print('ready', file=sys.__stdout__, flush=True)\n    while True: time.sleep(0.1)"
    hook = {
        "reading": f"if True:\n    {wait}",
        "writing": f"def slow(made):\n    {wait}\nsys.modules['hexa_notebooks.notebooks.synth'].to_yaml = slow",
        "waiting for Node": "real = cdk8s.Chart.to_json\ndef slow(chart):\n"
        "    print('ready', file=sys.__stdout__, flush=True)\n"
        "    while True: real(chart)\ncdk8s.Chart.to_json = slow",
    }
    cluster = tmp_path / "slow.py"
    cluster.write_text(f"{LOCAL.read_text()}\nimport sys, time\nimport cdk8s\n{hook[step]}\n")
    with subprocess.Popen(
        [COMMAND, "synth", str(cluster), "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=default_signals,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            os.killpg(process.pid, signal.SIGINT)
            stdout, stderr = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, stdout) == (130, "")
    assert "Traceback" not in stderr
    assert list(tmp_path.iterdir()) == [cluster]


def test_secret_has_every_value_that_is_ours_and_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each value has 64 hexadecimal digits, all differ, and a second call makes new ones."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(GKE.read_text() + EXTERNAL)
    values = set[str]()
    for _ in range(2):
        main(["secret", str(cluster)])
        secrets = list(yaml.safe_load_all(capsys.readouterr().out))
        assert [{key: secret[key] for key in ("apiVersion", "kind", "metadata", "type")} for secret in secrets] == [
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": "hexa-notebooks", "namespace": "hexa-notebooks"},
                "type": "Opaque",
            }
        ]
        data = secrets[0]["stringData"]
        assert list(data) == ["cookie-secret", "crypt-key", "database-password", "hub-api-token", "proxy-token"]
        assert all(re.fullmatch("[0-9a-f]{64}", value) for value in data.values())
        values.update(data.values())
    assert len(values) == 10


def test_secret_lists_what_others_issue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each such Secret has one line with its missing keys and the command to add them, even to an existing Secret."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(GKE.read_text() + EXTERNAL)
    main(["secret", str(cluster)])
    assert capsys.readouterr().err.splitlines() == [
        f"Secret {name}: somebody else issues {', '.join(keys)}; if they are not in it yet, add them: kubectl create"
        f" secret generic {name} --namespace=hexa-notebooks{''.join(f' --from-file={key}=FILE' for key in keys)}"
        " --dry-run=client --output=yaml"
        f" | kubectl apply --server-side --field-manager=hexa-notebooks-{manager} --filename=-"
        for name, keys, manager in (
            ("hexa-notebooks", ["client-id", "client-secret"], "96ca15e1"),
            ("mail", ["token"], "3c469e9d"),
        )
    ]


def test_secret_has_a_manifest_for_each_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Values may be in several Secrets of any name, in any namespace."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(
        f"{LOCAL.read_text()}\nfrom hexa_notebooks import NamespaceConfig, SecretKeyRef\n"
        "config = config.evolve(namespace=NamespaceConfig(name='lab'),"
        " hub=config.hub.evolve(crypt_keys=tuple(SecretKeyRef(name='crypt', key=key) for key in 'ab')))\n"
    )
    main(["secret", str(cluster)])
    printed = capsys.readouterr()
    secrets = list(yaml.safe_load_all(printed.out))
    assert printed.err == ""
    assert {secret["metadata"]["name"]: list(secret["stringData"]) for secret in secrets} == {
        "crypt": ["a", "b"],
        "hexa-notebooks": ["cookie-secret", "proxy-token", "shared-password"],
    }
    assert {secret["metadata"]["namespace"] for secret in secrets} == {"lab"}


def test_no_secret_is_in_what_is_reviewed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Manifests and hub configuration have only references, even if the environment has the values."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(GKE.read_text() + EXTERNAL)
    for name in ("PGPASSWORD", "HUB_API_TOKEN", "CONFIGPROXY_AUTH_TOKEN", "JPY_COOKIE_SECRET", "JUPYTERHUB_CRYPT_KEY"):
        monkeypatch.setenv(name, "c0ffee")
    main(["hub-config", str(cluster)])
    main(["synth", str(cluster), "--out", str(tmp_path / "out")])
    manifests = [path.read_text() for path in tmp_path.glob("out/*/*.yaml")]
    assert not any("c0ffee" in text for text in [capsys.readouterr().out, *manifests])
    assert not any(yaml.safe_load(text)["kind"] == "Secret" for text in manifests)
    referred = {(reference.name, reference.key) for reference, _ in references(load(cluster))}
    assert referred == {found for text in manifests for found in _secret_key_refs(yaml.safe_load(text))}


def _secret_key_refs(value: object) -> set[tuple[str, str]]:
    if isinstance(value, list):
        return {found for item in value for found in _secret_key_refs(item)}
    if not isinstance(value, dict):
        return set()
    own = {(found["name"], found["key"]) for key, found in value.items() if key == "secretKeyRef"}
    return own | {found for item in value.values() for found in _secret_key_refs(item)}


def test_main_writes_every_cluster_and_drops_what_is_no_cluster_any_more(
    run_main: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """`dist/` mirrors `clusters/`."""
    run_main()
    Path("clusters/b.py").rename("clusters/c.py")
    run_main()
    assert {path.name for path in Path("dist").iterdir()} == {"a", "c"}
    assert capsys.readouterr() == ("", "")


def test_main_writes_where_cdk8s_says(run_main: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """`cdk8s synth --output` names the folder in the environment."""
    monkeypatch.setenv("CDK8S_OUTDIR", "elsewhere")
    run_main()
    assert {path.name for path in Path("elsewhere").iterdir()} == {"a", "b"}
    assert not Path("dist").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: Path("clusters/b.py").write_text("config ="), r"clusters/b.py:1: invalid syntax"),
        (lambda: Path("dist/b/notes.txt").write_text(""), r"dist/b: holds notes.txt, .*"),
        (lambda: shutil.copytree("clusters", "dist/notes"), r"dist/notes: holds [ab].py, .*"),
        (
            lambda: shutil.rmtree("clusters"),
            r"clusters/: no cluster file here; run main.py in the folder that holds clusters/",
        ),
    ],
    ids=["bad cluster", "foreign file", "foreign folder", "no clusters"],
)
def test_main_changes_nothing_if_anything_is_wrong(
    change: Callable[[], object], message: str, run_main: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """One mistake leaves all manifests unchanged, and is reported in one line."""
    run_main()
    Path("clusters/a.py").write_text(f"{LOCAL.read_text()}\nconfig = config.evolve(release='other')\n")
    change()
    before = {path: path.read_bytes() for path in Path("dist").rglob("*") if path.is_file()}
    with pytest.raises(SystemExit, match=r"^2$"):
        run_main()
    assert re.fullmatch(f"{message}\n", capsys.readouterr().err)
    assert {path: path.read_bytes() for path in Path("dist").rglob("*") if path.is_file()} == before
