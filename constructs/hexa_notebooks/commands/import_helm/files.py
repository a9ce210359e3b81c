"""The files that an import writes: cluster files, and beside each a folder of the texts that it reads."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from hexa_notebooks.commands.import_helm.places import Place
from hexa_notebooks.commands.import_helm.source import parts_of
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.errors import OperatorError
from hexa_notebooks.process.interruption import held

_MOST_LINES = 10
"""The number of lines up to which a text stays in the cluster file."""
LIST = ".import-helm"
"""The file in the folder that lists what the import wrote there."""
_DERIVED = ("__pycache__", ".DS_Store")
"""Files that Python and macOS create again, and that need no protection."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|__init__)(\..*)?", re.IGNORECASE)
"""Device names of Windows, and names that mean something to Python."""


@dataclass(frozen=True, slots=True)
class ClusterFile:
    """A cluster file and the texts that it reads."""

    path: Path
    """The cluster file."""
    source: str
    """Its content."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The content of the files in its folder, by their names."""

    @property
    def folder(self) -> Path:
        """The folder with the texts: `production/` beside `production.py`."""
        return self.path.with_suffix("")


def texts_of(value: Any) -> dict[Place, tuple[str, str]]:
    """Return the texts that get a file of their own, by their places: the file's name, and the text.

    These are the hub's configuration files, and any text of more than 10 lines.
    """
    found: dict[Place, tuple[str, str]] = {}
    taken: set[str] = set()
    for place, text, owner in _texts(value, (), None):
        folder = _safe(str(place[0]))
        if place[:2] == ("hub", "extra_config"):
            name = _safe(str(place[2]))
        elif text.count("\n") + (not text.endswith("\n")) > _MOST_LINES:
            mounted = getattr(owner, "mount_path", None)
            name = _safe(PurePosixPath(mounted).name if mounted else "-".join(map(str, place[1:])))
            if not re.search(r"\.[a-zA-Z]\w{0,9}$", name):
                name += _suffix(place, text)
        else:
            continue
        found[place] = (_unique(f"{folder}/{name}", taken), text)
    return found


def _texts(value: Any, place: Place, owner: Any) -> Iterator[tuple[Place, str, Any]]:
    if isinstance(value, str) and place:
        yield place, value, owner
    for key, item in parts_of(value):
        yield from _texts(item, (*place, key), value if isinstance(value, Config) else owner)


def _safe(name: str) -> str:
    """Return a file name that any system takes, and that leads into no other folder."""
    name = re.sub(r"[^-._a-zA-Z0-9]+", "-", name)[-100:].strip(".-") or "text"
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def _unique(name: str, taken: set[str]) -> str:
    """Return a name that no other file has, even on file systems that ignore case."""
    stem, dot, suffix = name.rpartition(".")
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}{dot}{suffix}"
    taken.add(name.casefold())
    return name


def _suffix(place: Place, text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    if first.startswith("#!"):
        return ".py" if "python" in first else ".sh"
    if first.startswith("<"):
        return ".html"
    if {"command", "args"} & {*place}:
        return ".sh"
    try:
        json.loads(text)
    except ValueError:
        return ".txt"
    return ".json"


def refuse_to_replace(files: list[ClusterFile], *, overwrite: bool) -> None:
    """Refuse to overwrite files that would be lost.

    Raises:
        OperatorError: a path cannot be a cluster file, files exist and `overwrite` is false, or a folder holds files
            that no import wrote. One line each.

    """
    problems = []
    for file in files:
        path, folder = file.path, file.folder
        if path.suffix != ".py":
            problems.append(f"{path}: must end in .py; name a Python file, such as clusters/production.py")
        elif path.is_dir():
            problems.append(f"{path}: is a folder; name a Python file, such as clusters/production.py")
        elif not path.parent.is_dir():
            problems.append(f"{path}: there is no folder {path.parent}; create it, or name another")
        elif path.is_file() and not overwrite:
            problems.append(f"{path}: exists, and may hold edits; name another file, or add --overwrite")
        elif folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            problems.append(f"{folder}: is no folder, but {path.name} needs one there for its texts; move it away")
        elif foreign := _foreign(folder):
            problems.append(
                f"{folder}: holds {', '.join(foreign)}, which no import wrote; move it away, or name another"
                " cluster file"
            )
        elif folder.is_dir() and any(folder.iterdir()) and not overwrite:
            problems.append(f"{folder}: exists, and may hold edits; name another cluster file, or add --overwrite")
    if problems:
        raise OperatorError("\n".join(problems))


def _foreign(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    try:
        ours = {LIST, *(folder / LIST).read_text("utf-8").splitlines()}
    except (OSError, UnicodeDecodeError):
        ours = set()
    inside = [path for path in folder.rglob("*") if not {*path.relative_to(folder).parts} & {*_DERIVED}]
    return sorted(
        str(path.relative_to(folder))
        for path in inside
        if path.is_symlink() or (not path.is_dir() and path.relative_to(folder).as_posix() not in ours)
    )


def write_all(files: list[ClusterFile]) -> None:
    """Write cluster files and their folders, and replace existing ones: all of them or none.

    Raises:
        OperatorError: they cannot be written. Nothing has changed then.

    """
    parent = files[0].path.parent
    try:
        with tempfile.TemporaryDirectory(dir=parent, prefix=".import-helm-") as scratch:
            new, old = Path(scratch, "new"), Path(scratch, "old")
            new.mkdir()
            old.mkdir()
            for file in files:
                _write(file, new)
            # An interruption waits, so that no cluster file is left without its texts.
            with held():
                _replace([path for file in files for path in (file.folder, file.path)], new, old)
    except OSError as error:
        place = error.filename2 or error.filename or parent
        raise OperatorError(f"{files[0].path}: cannot be written: {error.strerror} ({Path(place).name})") from error


def _write(file: ClusterFile, new: Path) -> None:
    (new / file.path.name).write_bytes(file.source.encode())
    listed = "".join(f"{name}\n" for name in sorted(file.texts))
    for name, text in ({LIST: listed} | dict(file.texts) if file.texts else {}).items():
        path = new / file.folder.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def _replace(paths: list[Path], new: Path, old: Path) -> None:
    """Move existing files away and new ones into their place, and undo it if one of the moves fails."""
    moved: list[tuple[Path, Path]] = []
    try:
        for path in paths:
            for source, target in ((path, old / path.name), (new / path.name, path)):
                if source.exists() or source.is_symlink():
                    moved.append((source, target))
                    source.rename(target)
    except BaseException:
        for source, target in reversed(moved):
            if not source.exists():
                target.rename(source)
        raise
