"""Errors in cluster files name their place."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from hexa_notebooks import SingleuserConfig
from hexa_notebooks.commands.cluster_file import ClusterFileError, load, load_all
from tests.manifests.synthesis import MINIMAL

GOOD = """\
from hexa_notebooks import ClusterInternal, HubConfig, NotebooksConfig, SharedPassword, SingleuserConfig, SqlitePvc

config = NotebooksConfig(
    exposure=ClusterInternal(),
    database=SqlitePvc(),
    authenticator=SharedPassword(),
    singleuser=SingleuserConfig(cpu_guarantee=0.05),
)
"""
BAD = {
    "syntax error": ("config = (\n", r":1: '\(' was never closed"),
    "null byte": ("config = '\0'\n", r"(:1)?: is not text in UTF-8; save it as UTF-8"),
    "exception": ("one = 1\none / 0\n", ":2: ZeroDivisionError: division by zero"),
    "exception in a function of the file": ("def f():\n    1 / 0\n\nf()\n", ":2: ZeroDivisionError: division by zero"),
    "exception in a library": ("import json\n\njson.loads('')\n", ":3: JSONDecodeError: Expecting value: .*"),
    "exception without text": ("\nraise ValueError\n", ":2: ValueError"),
    "exception with lines": ("raise ValueError('a\\n\\nb')\n", ":1: ValueError: a\nFILE:1: b"),
    "exit with success": (
        "import sys\nsys.exit(0)\n",
        ":2: SystemExit: 0; a cluster file must run to its end, so remove this",
    ),
    "module that is not there": (
        "import no_such_module\n",
        ":1: ModuleNotFoundError: No module named 'no_such_module'; it is not installed, and there is no"
        " no_such_module.py next to the cluster file",
    ),
    "name that is not imported": (
        f"{GOOD}\nexposure = LoadBalancer()\n",
        r":\d+: NameError: name 'LoadBalancer' is not defined; import it: from hexa_notebooks import LoadBalancer",
    ),
    "name with a typo": (
        GOOD.replace("database=SqlitePvc()", "database=SqlitPvc()"),
        r":5: NameError: name 'SqlitPvc' is not defined; did you mean 'SqlitePvc'\?",
    ),
    "import with a typo": (
        "from hexa_notebooks import NotebookConfig\n",
        r":1: ImportError: cannot import name 'NotebookConfig' from .*; did you mean 'NotebooksConfig'\?",
    ),
    "module of the library": (
        "from hexa_notebooks.k8s import k8s\n",
        r":1: ModuleNotFoundError: No module named 'hexa_notebooks.k8s'; import public names from hexa_notebooks",
    ),
    "empty": ("", r": must set config = NotebooksConfig\(\.\.\.\), got no such name"),
    "wrong type": ("config = {}\n", r": must set config = NotebooksConfig\(\.\.\.\), got a value of type dict"),
    "None": ("config = None\n", r": must set config = NotebooksConfig\(\.\.\.\), got a value of type NoneType"),
    "missing field": (
        GOOD.replace("    database=SqlitePvc(),\n", ""),
        r":3: NotebooksConfig\.database: is required and has no default",
    ),
    "unknown field": (
        GOOD.replace("database=", "databse="),
        r":5: NotebooksConfig has no field 'databse'; did you mean 'database'\?",
    ),
    "unknown trait": (
        GOOD.replace("    database", "    hub=HubConfig(traits={'KubeSpawner': {'memlimit': '1G'}}),\n    database"),
        r":5: NotebooksConfig: hub\.traits: KubeSpawner has no trait memlimit, did you mean mem_limit\?",
    ),
    "several problems": (
        GOOD.replace("cpu_guarantee=0.05", "mem_limit='512Mb', cpu_limit=0, image='a:latest'"),
        r":7: SingleuserConfig\.image: .* 'latest' .*\n"
        r"FILE:7: SingleuserConfig\.cpu_limit: Input should be greater than 0; got 0\n"
        r"FILE:7: SingleuserConfig\.mem_limit: '512Mb' is not a JupyterHub byte size: .*",
    ),
}


def test_configuration_of_a_file_is_returned(tmp_path: Path) -> None:
    """Only the name `config` counts."""
    file = tmp_path / "good.py"
    file.write_text(f"{GOOD}\nspare = config.evolve(release='spare')\n")
    assert load(file) == MINIMAL


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_file_is_told_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    """Each line of the error starts with the file and, if known, the line in it."""
    file = tmp_path / "bad.py"
    file.write_text(text)
    with pytest.raises(ClusterFileError) as error:
        load(file)
    assert re.fullmatch(f"FILE{message}", str(error.value).replace(str(file), "FILE")), error.value


def test_file_that_is_not_utf_8_is_told_with_its_place(tmp_path: Path) -> None:
    """The error is readable, not a UnicodeDecodeError."""
    file = tmp_path / "latin.py"
    file.write_bytes(b"\nconfig = 'caf\xe9'\n")
    with pytest.raises(ClusterFileError, match=re.escape(f"{file}:2: ") + "is not text in UTF-8"):
        load(file)


def test_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    """A missing file and a folder have different errors."""
    (tmp_path / "link.py").symlink_to("nowhere")
    for name, message in (("absent.py", "no such file"), ("link.py", "no such file"), (".", "a folder")):
        path = tmp_path / name
        with pytest.raises(ClusterFileError, match=f"^{re.escape(str(path))}: {message}; a cluster file is a Python"):
            load(path)


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="needs Linux, where root too cannot read this file")
def test_file_that_cannot_be_read_is_told() -> None:
    """The error has the operating system's message."""
    with pytest.raises(ClusterFileError, match=r"^/proc/self/mem: OSError: .*Input/output error$"):
        load(Path("/proc/self/mem"))


def test_cluster_files_can_share_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module next to the file can be imported from any working directory."""
    (tmp_path / "shared_settings_of_a_test.py").write_text("CORES = 0.05\n")
    (tmp_path / "a.py").write_text("from shared_settings_of_a_test import CORES\n" + GOOD.replace("0.05", "CORES"))
    monkeypatch.chdir("/")
    assert load(tmp_path / "a.py") == MINIMAL


def test_values_in_the_place_of_a_cluster_file_are_told(tmp_path: Path) -> None:
    """The error has the command that imports them."""
    (tmp_path / "values.yaml").write_text("hub: {}\n")
    with pytest.raises(ClusterFileError, match=r"values\.yaml: is YAML, but a cluster file is Python; .* import-helm"):
        load(tmp_path / "values.yaml")


def test_secret_written_in_the_place_of_a_reference_is_not_shown(tmp_path: Path) -> None:
    """The error says what to write, and does not show the value."""
    (tmp_path / "a.py").write_text(GOOD + "config = config.evolve(hub=HubConfig(cookie_secret='hunter2'))\n")
    with pytest.raises(ClusterFileError, match=r"cookie_secret: must be SecretKeyRef\(key=") as error:
        load(tmp_path / "a.py")
    assert "hunter2" not in str(error.value)


def test_mistakes_of_all_files_are_told(tmp_path: Path) -> None:
    """Mistakes in a shared module are reported once, and each file's own at their lines."""
    (tmp_path / "common_settings.py").write_text(
        "from hexa_notebooks import HubConfig\n\nHUB = HubConfig(\n    debug='maybe',\n)\n"
        "PROXY = ProxyConfig(debug=2)\n"
    )
    for name, cores in (("a", -1), ("b", -2)):
        text = GOOD.replace("0.05", str(cores)).replace("    database", "    hub=HUB,\n    database")
        (tmp_path / f"{name}.py").write_text(f"from common_settings import HUB\n{text}")
    (tmp_path / "c.py").write_text("config = (\n")
    (tmp_path / "d.py").write_text(GOOD)
    with pytest.raises(ClusterFileError) as refused:
        load_all([tmp_path / f"{name}.py" for name in "abcd"])
    told = str(refused.value).replace(f"{tmp_path}/", "").splitlines()
    assert [line.split(": ")[0] for line in told] == [
        "a.py:9",
        "common_settings.py:4",
        "common_settings.py:6",
        "common_settings.py:6",
        "b.py:9",
        "c.py:1",
    ]
    assert "NameError: name 'ProxyConfig' is not defined; import it" in told[2]


def test_configurations_of_all_files_are_returned(tmp_path: Path) -> None:
    """They are returned by file."""
    (tmp_path / "a.py").write_text(GOOD)
    (tmp_path / "b.py").write_text(GOOD.replace("0.05", "0.1"))
    configs = load_all([tmp_path / "a.py", tmp_path / "b.py"])
    assert [config.singleuser.cpu_guarantee for config in configs.values()] == [0.05, 0.1]


def test_module_of_one_name_in_two_folders_is_each_its_own(tmp_path: Path) -> None:
    """Each cluster file imports the module in its own folder."""
    for name, cores in (("one", 0.05), ("two", 0.1)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "number_of_cores.py").write_text(f"CORES = {cores}\n")
        (tmp_path / name / "a.py").write_text(f"from number_of_cores import CORES\n{GOOD.replace('0.05', 'CORES')}")
    found = [load(tmp_path / name / "a.py").singleuser.cpu_guarantee for name in ("one", "two")]
    assert found == [0.05, 0.1]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {
                "ring_one.py": "from ring_two import A\nB = 1\n",
                "ring_two.py": "from ring_one import B\nA = 1\n",
            },
            "ring_two.py:1: ImportError: cannot import name 'B' from partially initialized module",
        ),
        ({"ring_one.py": "x = (\n"}, "ring_one.py:1: '(' was never closed"),
        ({"ring_one.py": "1 / 0\n"}, "ring_one.py:1: ZeroDivisionError: division by zero"),
        (
            {"ring_on.py": ""},
            "a.py:1: ModuleNotFoundError: No module named 'ring_one'; did you mean 'ring_on.py'?",
        ),
    ],
)
def test_mistake_of_an_import_is_told_with_its_place(files: dict[str, str], message: str, tmp_path: Path) -> None:
    """The place is the line in the imported module."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "a.py").write_text(f"from ring_one import B\n{GOOD}")
    with pytest.raises(ClusterFileError) as refused:
        load(tmp_path / "a.py")
    [line] = str(refused.value).splitlines()
    assert line.startswith(f"{tmp_path}/{message}")


def test_what_a_file_prints_does_not_reach_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Stdout belongs to the command and is often piped to kubectl."""
    (tmp_path / "a.py").write_text(f"print('hello')\n{GOOD}")
    load(tmp_path / "a.py")
    assert capsys.readouterr() == ("", "hello\n")


@pytest.mark.parametrize(("start", "newline"), [(b"\xef\xbb\xbf", b"\n"), (b"", b"\r\n")], ids=["mark", "lines"])
def test_file_of_windows_is_read(start: bytes, newline: bytes, tmp_path: Path) -> None:
    """The file has a byte order mark and CRLF line endings."""
    (tmp_path / "a.py").write_bytes(start + GOOD.encode().replace(b"\n", newline))
    assert load(tmp_path / "a.py") == MINIMAL


def test_mistakes_are_noted_in_cluster_files_only(tmp_path: Path) -> None:
    """Outside a cluster file, and after one, errors are raised as usual."""
    (tmp_path / "a.py").write_text(GOOD.replace("0.05", "-1"))
    with pytest.raises(ClusterFileError):
        load(tmp_path / "a.py")
    with pytest.raises(ValidationError):
        SingleuserConfig(cpu_guarantee=-1)


def test_name_that_is_nearly_that_of_a_file_is_told_with_it(tmp_path: Path) -> None:
    """The error suggests the nearest name."""
    (tmp_path / "production.py").write_text(GOOD)
    with pytest.raises(ClusterFileError, match=r"no such file; .*; did you mean 'production\.py'\?$"):
        load(tmp_path / "prodction.py")


def test_what_an_import_lacks_is_told_with_all_else(tmp_path: Path) -> None:
    """A missing module or name, in any module, hides no other mistake."""
    (tmp_path / "broken_settings.py").write_text("x = (\n")
    (tmp_path / "some_settings.py").write_text("CORES = 1\n")
    (tmp_path / "a.py").write_text(
        "import no_such_module\nimport broken_settings\nfrom some_settings import CORES, MEMORY\n"
        "from json import loadz\nfrom no_such_module import B\n"
        + GOOD.replace("0.05", "CORES, mem_limit=MEMORY, uidd=1")
    )
    with pytest.raises(ClusterFileError) as refused:
        load(tmp_path / "a.py")
    missing = "; it is not installed, and there is no no_such_module.py next to the cluster file"
    *imports, last = str(refused.value).replace(f"{tmp_path}/", "").splitlines()
    assert imports == [
        f"a.py:1: ModuleNotFoundError: No module named 'no_such_module'{missing}",
        "a.py:3: ImportError: cannot import name 'MEMORY' from 'some_settings'",
        "a.py:4: ImportError: cannot import name 'loadz' from 'json'",
        f"a.py:5: ModuleNotFoundError: No module named 'no_such_module'{missing}",
        *(line for line in imports if "uidd" in line),
    ]
    assert "SingleuserConfig has no field 'uidd'" in str(refused.value)
    assert last.startswith("broken_settings.py:1: '(' was never closed")


def test_import_that_the_file_tries_is_no_mistake(tmp_path: Path) -> None:
    """A caught ImportError is not reported."""
    (tmp_path / "a.py").write_text(
        "import contextlib\ntry:\n    import no_such_module\nexcept ImportError:\n    pass\n"
        "with contextlib.suppress(ImportError):\n    from hexa_notebooks import OfALaterRelease\n"
        "def later():\n    from json import loadz\ntry:\n    later()\nexcept ImportError:\n    CORES = 0.5\n"
        + GOOD.replace("0.05", "CORES")
    )
    assert load(tmp_path / "a.py").singleuser.cpu_guarantee == 0.5
