"""Cluster files: what can be wrong with one is told in lines that name the place."""

import re
from pathlib import Path

import pytest

from hexa_notebooks.cluster_file import ClusterFileError, load
from tests.support import MINIMAL

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
    "null byte": ("config = '\0'\n", r"(:1)?: source code .*null bytes"),
    "exception": ("one = 1\none / 0\n", ":2: ZeroDivisionError: division by zero"),
    "exception in a function of the file": ("def f():\n    1 / 0\n\nf()\n", ":2: ZeroDivisionError: division by zero"),
    "exception in a library": ("import json\n\njson.loads('')\n", ":3: JSONDecodeError: Expecting value: .*"),
    "exception without text": ("\nraise ValueError\n", ":2: ValueError"),
    "exception with lines": ("raise ValueError('a\\n\\nb')\n", ":1: ValueError: a\nFILE:1: b"),
    "exit with success": ("import sys\nsys.exit(0)\n", ":2: SystemExit: 0"),
    "module that is not there": (
        "import no_such_module\n",
        ":1: ModuleNotFoundError: No module named 'no_such_module'",
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
    "empty": ("", r": must set config = NotebooksConfig\(\.\.\.\), got nothing of that name"),
    "wrong type": ("config = {}\n", r": must set config = NotebooksConfig\(\.\.\.\), got a value of type dict"),
    "None": ("config = None\n", r": must set config = NotebooksConfig\(\.\.\.\), got a value of type NoneType"),
    "missing field": (
        GOOD.replace("    database=SqlitePvc(),\n", ""),
        r":3: NotebooksConfig\.database: is required and has no default",
    ),
    "unknown field": (
        GOOD.replace("database=", "databse="),
        r":3: NotebooksConfig has no field 'databse'; did you mean 'database'\?",
    ),
    "unknown trait": (
        GOOD.replace("    database", "    hub=HubConfig(traits={'KubeSpawner': {'memlimit': '1G'}}),\n    database"),
        r":3: NotebooksConfig: hub\.traits: KubeSpawner has no trait memlimit, did you mean mem_limit\?",
    ),
    "several problems": (
        GOOD.replace("cpu_guarantee=0.05", "mem_limit='512Mb', cpu_limit=0, image='a:latest'"),
        r":7: SingleuserConfig\.image: .* 'latest' .*\n"
        r"FILE:7: SingleuserConfig\.cpu_limit: Input should be greater than 0; got 0\n"
        r"FILE:7: SingleuserConfig\.mem_limit: '512Mb' is not a JupyterHub byte size: .*",
    ),
}


def test_configuration_of_a_file_is_returned(tmp_path: Path) -> None:
    """The value named `config` is what counts, whatever else the file names."""
    file = tmp_path / "good.py"
    file.write_text(f"{GOOD}\nspare = config.evolve(release='spare')\n")
    assert load(file) == MINIMAL


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_file_is_told_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    """Each line of the error starts with the file, and with the line in it where there is one."""
    file = tmp_path / "bad.py"
    file.write_text(text)
    with pytest.raises(ClusterFileError) as error:
        load(file)
    assert re.fullmatch(f"FILE{message}", str(error.value).replace(str(file), "FILE")), error.value


def test_file_that_is_not_utf_8_is_told_with_its_place(tmp_path: Path) -> None:
    """A file in another encoding is a readable error and not a UnicodeDecodeError."""
    file = tmp_path / "latin.py"
    file.write_bytes(b"\nconfig = 'caf\xe9'\n")
    with pytest.raises(ClusterFileError, match=re.escape(f"{file}:2: ") + ".*can't decode byte 0xe9"):
        load(file)


def test_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    """A missing file and a folder are told apart."""
    (tmp_path / "link.py").symlink_to("nowhere")
    for name, message in (("absent.py", "no such file"), ("link.py", "no such file"), (".", "a folder")):
        path = tmp_path / name
        with pytest.raises(ClusterFileError, match=f"^{re.escape(str(path))}: {message}; a cluster file is a Python"):
            load(path)


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="needs Linux, where root too cannot read this file")
def test_file_that_cannot_be_read_is_told() -> None:
    """What the operating system says of the file is in the error."""
    with pytest.raises(ClusterFileError, match=r"^/proc/self/mem: OSError: .*Input/output error$"):
        load(Path("/proc/self/mem"))


def test_cluster_files_can_share_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module beside the file is imported, as for any Python program, wherever the command is run."""
    (tmp_path / "shared_settings_of_a_test.py").write_text("CORES = 0.05\n")
    (tmp_path / "a.py").write_text("from shared_settings_of_a_test import CORES\n" + GOOD.replace("0.05", "CORES"))
    monkeypatch.chdir("/")
    assert load(tmp_path / "a.py") == MINIMAL


def test_values_in_the_place_of_a_cluster_file_are_told(tmp_path: Path) -> None:
    """With the command that makes a cluster file of them."""
    (tmp_path / "values.yaml").write_text("hub: {}\n")
    with pytest.raises(ClusterFileError, match=r"values\.yaml: is YAML; name a cluster file, .* import-helm"):
        load(tmp_path / "values.yaml")


def test_secret_written_in_the_place_of_a_reference_is_not_shown(tmp_path: Path) -> None:
    """The error says what to write, and not what stood there."""
    (tmp_path / "a.py").write_text(GOOD + "config = config.evolve(hub=HubConfig(cookie_secret='hunter2'))\n")
    with pytest.raises(ClusterFileError, match=r"cookie_secret: must be SecretKeyRef\(key=") as error:
        load(tmp_path / "a.py")
    assert "hunter2" not in str(error.value)
