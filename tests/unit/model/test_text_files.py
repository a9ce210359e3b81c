"""Text that a cluster file reads from separate files."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexa_notebooks import text_file
from hexa_notebooks.commands.cluster_file import ClusterFileError, load
from hexa_notebooks.model.text_files import TextFileError

CLUSTER = """\
from pathlib import Path

from hexa_notebooks import ClusterInternal, HubConfig, NotebooksConfig, OtherAuthenticator, SingleuserConfig, SqlitePvc
from hexa_notebooks import text_file

config = NotebooksConfig(
    exposure=ClusterInternal(),
    database=SqlitePvc(),
    authenticator=OtherAuthenticator(class_name="dummy"),
    singleuser=SingleuserConfig(),
    hub=HubConfig(
        extra_config={"own.py": text_file(Path(__file__).with_suffix("") / "hub/own.py")},
    ),
)
"""


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """Return a cluster file that reads a text file next to it."""
    (tmp_path / "production" / "hub").mkdir(parents=True)
    (tmp_path / "production.py").write_text(CLUSTER)
    return tmp_path / "production.py"


@given(text=st.text(st.characters(codec="utf-8")))
def test_text_is_read_to_the_last_byte(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Line endings and a byte order mark are kept, and no line break is added."""
    path = tmp_path_factory.getbasetemp() / "text"
    path.write_bytes(text.encode())
    assert text_file(path) == text


def test_text_is_found_from_anywhere(cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are relative to the cluster file, not to the working directory."""
    (tmp_path / "production" / "hub" / "own.py").write_bytes(b"c.A.b = 1\r\n")
    for folder, path in ((tmp_path.parent, cluster), (tmp_path, Path(cluster.name))):
        monkeypatch.chdir(folder)
        assert load(path).hub.extra_config == {"own.py": "c.A.b = 1\r\n"}


def test_missing_file_is_told_with_the_line_that_reads_it(cluster: Path) -> None:
    """The error also says what to do."""
    missing = cluster.parent / "production" / "hub" / "own.py"
    with pytest.raises(ClusterFileError) as raised:
        load(cluster)
    assert str(raised.value) == (
        f"{cluster}:12: {missing}: no such file; restore it, or remove the setting that reads it"
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_bytes(b"a\nb\xff"), "text, line 2: is not UTF-8; save it as UTF-8"),
        (lambda path: path.mkdir(), "text: is a folder; name a file in it"),
        (lambda path: path.symlink_to(path), "text: cannot be read: Too many levels of symbolic links"),
    ],
    ids=["not UTF-8", "folder", "link to itself"],
)
def test_file_that_is_no_text_is_refused(make: object, message: str, tmp_path: Path) -> None:
    """Characters that YAML cannot hold never reach a manifest."""
    assert callable(make)
    make(tmp_path / "text")
    with pytest.raises(TextFileError, match=re.escape(message)):
        text_file(tmp_path / "text")


def test_modules_of_two_folders_are_kept_apart(tmp_path: Path) -> None:
    """Cluster files in two folders may each import their own `_common`, and errors name the right one's line."""
    for name, release in (("one", "a"), ("two", "b")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "_common.py").write_text(f"RELEASE = {release!r}\n")
        text = CLUSTER.replace("    hub=HubConfig(", "    release=RELEASE,\n    hub=HubConfig(")
        text = re.sub(r"text_file\(.*\)", '""', text)
        (folder / "production.py").write_text(f"from _common import RELEASE\n{text}")
        assert load(folder / "production.py").release == release
    (folder / "_common.py").write_text("RELEASE = 'b'\n\nRELEASES[0]\n")
    with pytest.raises(ClusterFileError, match=re.escape(f"{folder}/_common.py:3: NameError")):
        load(folder / "production.py")
