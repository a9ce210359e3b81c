"""The text files that an import writes next to its cluster file."""

import py_compile
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.commands.import_helm.command import import_helm
from hexa_notebooks.commands.import_helm.layout import read_release
from hexa_notebooks.model.errors import OperatorError
from hexa_notebooks.notebooks.config import NotebooksConfig
from tests.paths import ROOT

LONG = "".join(f"{number}\n" for number in range(11))
CODE = {"10-auth": "c.Authenticator.allow_all = True\n", "20-log": "c.JupyterHub.log_level = 'DEBUG'"}

Import = Callable[..., NotebooksConfig]


def tree(folder: Path) -> dict[str, bytes]:
    """Return each file in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def clusters(tmp_path: Path) -> Path:
    """Return a folder for cluster files."""
    (tmp_path / "clusters").mkdir()
    return tmp_path / "clusters"


@pytest.fixture
def imported(tmp_path: Path, clusters: Path) -> Import:
    """Return a function that imports values into production.py, and loads the result."""

    def run(values: dict[str, Any], *, overwrite: bool = False) -> NotebooksConfig:
        path = tmp_path / "values.yaml"
        path.write_text(yaml.safe_dump(values))
        output = clusters / "production.py"
        import_helm([path], release="hexa", namespace="hexa", output=output, overwrite=overwrite)
        config = load(output)
        # What stands in files is what a text in the cluster file would be.
        assert config == read_release([path], release="hexa", namespace="hexa").cluster.config
        return config

    return run


def test_code_and_long_texts_have_files(imported: Import, clusters: Path) -> None:
    """Each file has the suffix of its type. Short strings stay in the cluster file."""
    script = f"#!/bin/sh\n{LONG}"
    files = {
        "motd": {"mountPath": "/etc/motd", "stringData": LONG},
        "page": {"mountPath": "/srv/page", "stringData": f"<html>\n{LONG}"},
        "short": {"mountPath": "/srv/short", "stringData": "1\n2\n"},
        "own.ini": {"mountPath": "/srv/own.ini", "stringData": LONG},
    }
    imported(
        {
            "hub": {
                "extraConfig": CODE,
                "initContainers": [{"name": "a", "image": "b:1", "command": ["sh", "-c", LONG]}],
            },
            "singleuser": {"extraFiles": files, "lifecycleHooks": {"preStop": {"exec": {"command": [script]}}}},
        }
    )
    found = tree(clusters / "production")
    assert sorted(found) == [
        ".import-helm",
        "hub/10-auth.py",
        "hub/20-log.py",
        "hub/init_containers-0-command-2.sh",
        "singleuser/lifecycle-preStop-exec-command-0.sh",
        "singleuser/motd.txt",
        "singleuser/own.ini",
        "singleuser/page.html",
    ]
    assert found["hub/20-log.py"] == CODE["20-log"].encode()
    source = (clusters / "production.py").read_text()
    assert '"20-log.py": text_file(FILES / "hub/20-log.py")' in source
    assert 'text="""\\\n1\n2\n"""' in source


@pytest.mark.parametrize("text", ["a = 1", "a = 1\r\nb = 2\r\n", "\n\na = 1\n\n", "a = 'ä\t'", "\r"])
def test_text_is_kept_to_the_last_byte(imported: Import, text: str) -> None:
    """Line endings, a missing final newline and invisible characters are kept."""
    assert imported({"hub": {"extraConfig": {"a": text}}}).hub.extra_config == {"a.py": text}


def test_code_compiles(imported: Import, clusters: Path) -> None:
    """`python -m py_compile` accepts the code. A syntax error would stop the hub, so it is refused with its line."""
    imported({"hub": {"extraConfig": CODE}})
    for path in (clusters / "production").rglob("*.py"):
        py_compile.compile(str(path), doraise=True)
    with pytest.raises(OperatorError, match=r"hub\.extraConfig, a\.py, line 2: 'return' outside function"):
        imported({"hub": {"extraConfig": {"a": "b = 1\nreturn b\n"}}}, overwrite=True)


@pytest.mark.parametrize(
    "keys",
    [
        ["../../etc/passwd", "../x", "/abs", ".."],
        ["b", "B", "B.py"],
        ["con", "AUX", "__init__", "nul.txt"],
        ["a b", "a-b", "a/b", "ä", "", "."],
        [".import-helm", "x" * 230, "\n", "\u202e"],
    ],
)
def test_any_name_stays_in_the_folder(imported: Import, clusters: Path, keys: list[str]) -> None:
    """No file replaces another, even on a case-insensitive file system."""
    code = {key: f"c.Own.key = {key!r}\n" for key in keys}
    files = {f"k{index}": {"mountPath": f"/srv/{key}", "stringData": LONG + key} for index, key in enumerate(keys)}
    config = imported({"hub": {"extraConfig": code}, "singleuser": {"extraFiles": files}})
    assert list(config.hub.extra_config.values()) == [code[key] for key in sorted(code)]
    found = [name for name in tree(clusters) if name not in ("production.py", "production/.import-helm")]
    assert len({name.casefold() for name in found}) == len(keys) * 2
    for name in found:
        folder, component, file = name.split("/")
        assert (folder, component in ("hub", "singleuser")) == ("production", True)
        assert not file.startswith(".")
        assert file.split(".")[0].lower() not in ("con", "aux", "nul", "__init__")
    assert [path.name for path in clusters.parent.iterdir() if path.name != "values.yaml"] == ["clusters"]


def test_overwrite_replaces_the_whole_set(imported: Import, clusters: Path) -> None:
    """No file of an earlier import is left, and an empty folder is removed."""
    imported({"hub": {"extraConfig": CODE}})
    py_compile.compile(str(clusters / "production" / "hub" / "10-auth.py"))
    imported({"hub": {"extraConfig": {"30-new": "a = 1\n"}}}, overwrite=True)
    assert sorted(tree(clusters / "production")) == [".import-helm", "hub/30-new.py"]
    imported({}, overwrite=True)
    assert not (clusters / "production").exists()


@pytest.mark.parametrize("name", ["hub/99-own.py", "notes.md", "hub/sub/own.py"])
def test_what_no_import_wrote_is_never_replaced(imported: Import, clusters: Path, name: str) -> None:
    """The error names the file, and nothing changes."""
    imported({"hub": {"extraConfig": CODE}})
    own = clusters / "production" / name
    own.parent.mkdir(exist_ok=True)
    own.write_text("mine\n")
    before = tree(clusters)
    with pytest.raises(OperatorError, match=f"production: holds {name}, which no import wrote"):
        imported({}, overwrite=True)
    assert tree(clusters) == before


def test_list_of_what_was_written_leads_nowhere_else(imported: Import, clusters: Path) -> None:
    """Only files in the folder are replaced, whatever the list contains. Links are never followed."""
    (clusters.parent / "precious").write_text("mine\n")
    imported({"hub": {"extraConfig": CODE}})
    with (clusters / "production" / ".import-helm").open("a") as file:
        file.write("../../precious\n/etc/hostname\nlink\n")
    imported({}, overwrite=True)
    assert (clusters.parent / "precious").read_text() == "mine\n"
    imported({"hub": {"extraConfig": CODE}}, overwrite=True)
    (clusters / "production" / "link").symlink_to(clusters.parent)
    with (clusters / "production" / ".import-helm").open("a") as file:
        file.write("link\n")
    with pytest.raises(OperatorError, match="holds link, which no import wrote"):
        imported({}, overwrite=True)


@pytest.mark.parametrize("is_link", [False, True])
def test_place_of_the_folder_is_taken(imported: Import, clusters: Path, is_link: bool) -> None:
    """A file, or a link to another place, has the folder's name."""
    place = clusters / "production"
    if is_link:
        (clusters.parent / "elsewhere").mkdir()
        place.symlink_to(clusters.parent / "elsewhere")
    else:
        place.write_text("mine\n")
    with pytest.raises(OperatorError, match=r"production: is no folder, but production\.py needs one there"):
        imported({"hub": {"extraConfig": CODE}}, overwrite=True)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_failure_leaves_everything_as_it_was(
    imported: Import, clusters: Path, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    """After an error at any step, a full disk or Ctrl-C, the cluster file and its texts are all new or all old."""
    if not is_first:
        imported({"hub": {"extraConfig": CODE}})
    before, rename = tree(clusters), Path.rename
    for error in (OSError(28, "No space left on device"), KeyboardInterrupt()):
        for number in range(2 if is_first else 4):
            left: Iterator[int] = iter(range(number))

            def fails(self: Path, target: Path, left: Iterator[int] = left, error: BaseException = error) -> Path:
                if self.parent.name != "old" and next(left, None) is None and target.parent.name in ("old", "clusters"):
                    if target.parent.name == "clusters" and self.parent.name != "new":
                        return rename(self, target)
                    raise error
                return rename(self, target)

            with monkeypatch.context() as patched:
                patched.setattr(Path, "rename", fails)
                with pytest.raises((OperatorError, KeyboardInterrupt)):
                    imported({"hub": {"extraConfig": {"30-new": "a = 1\n"}}}, overwrite=True)
            assert tree(clusters) == before
            assert not [path for path in clusters.iterdir() if path.name.startswith(".")]


def test_what_is_written_passes_the_checks_of_this_repository(imported: Import, clusters: Path) -> None:
    """The checks are `ruff format`, `ruff check` and `mypy --strict`, with texts and comments."""
    values = {
        "hub": {"extraConfig": CODE, "extraEnv": {"LONG": LONG, "A": "x" * 130}},
        "singleuser": {"profileList": [{"display_name": "a", "kubespawner_override": {"cmd": ["sh", "-c", LONG]}}]},
    }
    imported(values)
    path = clusters / "production.py"
    as_ours = ("--stdin-filename", "clusters/production.py")
    for command in (
        ("ruff", "format", "--diff", *as_ours),
        ("ruff", "check", *as_ours),
        ("mypy", str(path)),
    ):
        run = [sys.executable, "-m", *command]
        text = path.read_text()
        result = subprocess.run(run, cwd=ROOT, input=text, capture_output=True, text=True, check=False, timeout=240)
        assert result.returncode == 0, result.stdout + result.stderr
