"""Cluster files: Python files that make a `NotebooksConfig` and name it `config`."""

import ast
import builtins
import contextlib
import re
import runpy
import sys
import traceback
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.machinery import SourceFileLoader
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from hexa_notebooks.model.config import Config, did_you_mean, explained
from hexa_notebooks.model.errors import OperatorError
from hexa_notebooks.model.mistakes import NOTE, Refused, is_refused
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.process.surroundings import search_path

_LIBRARY = sys.modules["hexa_notebooks"]
_FORM = "a cluster file is a Python file that sets config = NotebooksConfig(...)"


class ClusterFileError(OperatorError):
    """Cluster files that cannot be used; a line a mistake, with all of each file."""


def load(path: Path) -> NotebooksConfig:
    """Run a cluster file and return its configuration.

    What it prints goes to stderr, since stdout is the command's own.

    Raises:
        ClusterFileError: the file cannot be read or run, or makes no valid configuration.

    """
    _refuse_other_files(path)
    mistakes = _Mistakes(path)
    try:
        with mistakes.noted(), contextlib.redirect_stdout(sys.stderr):
            names = runpy.run_path(str(path), {"__builtins__": mistakes.names})
    except (Exception, SystemExit) as error:
        mistakes.note_last(error)
        raise ClusterFileError(str(mistakes)) from error
    if mistakes:
        raise ClusterFileError(str(mistakes))
    config = names.get("config")
    if not isinstance(config, NotebooksConfig):
        raise ClusterFileError(f"{path}: {_not_a_config(names, path)}")
    if is_refused(config):
        raise ClusterFileError(f"{path}: is made of what another file could not make; put that right first")
    return config


def load_all(paths: Iterable[Path]) -> dict[Path, NotebooksConfig]:
    """Return the configuration of each cluster file.

    Raises:
        ClusterFileError: with the mistakes of all of them.

    """
    configs: dict[Path, NotebooksConfig] = {}
    lines: list[str] = []
    for path in paths:
        try:
            configs[path] = load(path)
        except ClusterFileError as error:
            lines += str(error).splitlines()
    if lines:
        # What they share is told once.
        raise ClusterFileError("\n".join(dict.fromkeys(lines)))
    return configs


def _refuse_other_files(path: Path) -> None:
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no such file"
        near = did_you_mean(path.name, (each.name for each in sorted(path.parent.glob("*.py")))) if path.name else ""
        raise ClusterFileError(f"{path}: {what}; {_FORM}" + (near if what == "no such file" else ""))
    if path.suffix in (".yaml", ".yml", ".json"):
        raise ClusterFileError(
            f"{path}: is {path.suffix[1:].replace('yml', 'yaml').upper()}; name a cluster file, which is Python, or"
            " write one with hexa-notebooks import-helm"
        )
    if _holds_values(path):
        raise ClusterFileError(
            f"{path}: holds YAML or JSON, and a cluster file is Python; if these are values of the Helm chart, rename"
            f" it to {path.with_suffix('.yaml').name} and write a cluster file with hexa-notebooks import-helm"
        )


def _holds_values(path: Path) -> bool:
    """Return whether a file is a mapping in YAML or JSON, and nothing of a cluster file."""
    try:
        text = path.read_text("utf-8-sig")
        if re.search(r"^(config\b|import\b|from\b|def\b|class\b|@)", text, re.MULTILINE):
            return False
        value = yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return False
    return isinstance(value, dict) and all(re.fullmatch(r"[-.\w]+", str(key)) for key in value)


def _not_a_config(names: Mapping[str, Any], path: Path) -> str:
    """Say what the file has in the place of its configuration."""
    form = "must set config = NotebooksConfig(...), got "
    if "config" not in names:
        others = [name for name, value in names.items() if isinstance(value, NotebooksConfig)]
        return f"{form}nothing of that name" + (f"; name {others[0]!r} config" if others else "")
    config = names["config"]
    if isinstance(config, type):
        return f"{form}the class {config.__name__}; put brackets after it, with its fields"
    if isinstance(config, types.FunctionType):
        return f"{form}a function; write config = {config.__name__}(...) after it"
    fix = ""
    if isinstance(config, list | tuple) and len(config) == 1 and isinstance(config[0], NotebooksConfig):
        fix = "; take the comma or the brackets around it away"
    elif isinstance(config, list | tuple) and any(isinstance(each, NotebooksConfig) for each in config):
        fix = f"; one file is one cluster, so write a file for each beside {path.name}"
    return f"{form}a value of type {type(config).__name__}{fix}"


class _Mistakes:
    """The mistakes of one cluster file, and of the modules beside it that it imports, as lines with their places."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path.parent.absolute()
        self.names = _Names(self)
        self._told: list[tuple[str, int, str]] = []

    def __bool__(self) -> bool:
        return bool(self._told)

    def __str__(self) -> str:
        """Return a line for each of them, from the top of each file to its end."""
        ordered = sorted(dict.fromkeys(self._told), key=itemgetter(0, 1))
        return "\n".join(f"{file}:{line}: {text}" if line else f"{file}: {text}" for file, line, text in ordered)

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is wrong in place of raising it, as far as the file can run on; forget the modules beside it after.

        Two folders may have a module of one name, and one with a mistake has nothing to offer to the next file.
        """
        run_module, siblings = SourceFileLoader.exec_module, set[str]()

        def run_sibling(loader: SourceFileLoader, module: types.ModuleType) -> None:
            if self._is_ours(str(module.__file__)):
                siblings.add(module.__name__)
                module.__dict__["__builtins__"] = self.names
            run_module(loader, module)

        token = NOTE.set(self.note_here)
        try:
            # As for any Python program, so that cluster files can share settings.
            SourceFileLoader.exec_module = run_sibling  # type: ignore[assignment, method-assign]
            with search_path(str(self.path.parent)):
                yield
        finally:
            SourceFileLoader.exec_module = run_module  # type: ignore[method-assign]
            NOTE.reset(token)
            for name in siblings:
                sys.modules.pop(name, None)

    def note_here(self, error: BaseException) -> None:
        """Note an error at the line of the file, or of what it imports from beside it, that is being run."""
        frames = [frame for frame, _ in traceback.walk_stack(None) if self._is_ours(frame.f_code.co_filename)]
        self._note(error, _Place(frames[0], frames[0].f_lasti) if frames else None)

    def are_awaited(self) -> bool:
        """Return whether what is being run stands in a `try` or a `with` of the file, which may go on without it."""
        frames = (frame for frame, _ in traceback.walk_stack(None) if self._is_ours(frame.f_code.co_filename))
        return any(_is_tried(Path(frame.f_code.co_filename), frame.f_lineno) for frame in frames)

    def note_last(self, error: BaseException) -> None:
        """Note the exception that has ended the file, unless it only follows from what was noted before."""
        if isinstance(error, SyntaxError):
            file = self._relative(error.filename) if error.filename else self.path
            encoded = "codec can't decode" in error.msg or "null bytes" in error.msg
            self._add(file, error.lineno, "is not text in UTF-8; save it as UTF-8" if encoded else error.msg)
        elif not self or isinstance(error, NameError | ImportError | SystemExit):
            steps = [step for step in _steps(error.__traceback__) if self._is_ours(step.tb_frame.f_code.co_filename)]
            self._note(error, _Place(steps[-1].tb_frame, steps[-1].tb_lasti) if steps else None)

    def _note(self, error: BaseException, place: "_Place | None") -> None:
        for location, line in _told(error, self.folder):
            if place:
                self._add(self._relative(place.file), place.line(location), line)
            else:
                self._add(self.path, None, line)

    def _is_ours(self, filename: str) -> bool:
        file = Path(filename)
        if filename == str(self.path):
            return True
        inside = file.is_absolute() and file.is_relative_to(self.folder)
        installed = "site-packages" in file.parts or file.is_relative_to(Path(str(_LIBRARY.__file__)).parent)
        return inside and not installed

    def _relative(self, filename: str) -> Path:
        """Return a file as the operator named its folder."""
        file = Path(filename)
        return self.path.parent / file.relative_to(self.folder) if file.is_relative_to(self.folder) else file

    def _add(self, file: Path, line: int | None, text: str) -> None:
        self._told.append((str(file), line or 0, text))


def _is_tried(file: Path, line: int) -> bool:
    return any(
        isinstance(node, ast.Try | ast.With) and node.body[0].lineno <= line <= (node.body[-1].end_lineno or line)
        for node in ast.walk(ast.parse(file.read_bytes()))
    )


def _steps(step: types.TracebackType | None) -> Iterator[types.TracebackType]:
    while step:
        yield step
        step = step.tb_next


class _Place:
    """A call in a file."""

    def __init__(self, frame: types.FrameType, instruction: int) -> None:
        self.file = frame.f_code.co_filename
        self._position = [*frame.f_code.co_positions()][instruction // 2]

    def line(self, location: Sequence[int | str]) -> int:
        """Return the line of an argument of the call, at any depth as far as it is written out there."""
        line, *_ = self._position
        node = self._call() if location else None
        for part in location:
            match node:
                case ast.Call(keywords=keywords):
                    found = [each for each in keywords if each.arg == part]
                    node = found[0].value if found else None
                    line = found[0].lineno if found else line
                case ast.Dict(keys=keys, values=values):
                    pairs = zip(keys, values, strict=True)
                    node = None
                    for key, value in pairs:
                        if isinstance(key, ast.Constant) and key.value == part:
                            line, node = key.lineno, value
                case ast.Tuple(elts=items) | ast.List(elts=items) if isinstance(part, int) and part < len(items):
                    node = items[part]
                    line = node.lineno
        return line or 1

    def _call(self) -> ast.expr | None:
        for node in ast.walk(ast.parse(Path(self.file).read_bytes())):
            if isinstance(node, ast.Call):
                found = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
                if found == self._position:
                    return node
        return None


def _told(error: BaseException, folder: Path) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Yield where in a call each problem of an error is, and what there is to say of it."""
    if isinstance(error, ValidationError):
        for problem, line in explained(error):
            # What a model says as a whole begins with the field that it is about.
            about = re.match(rf"{error.title}: ([a-z_]+(?:\.[a-z_]+)*)\b", line)
            named = re.search(r"has no field '(\w+)'", line)
            yield problem["loc"] or (tuple(about[1].split(".")) if about else (named[1],) if named else ()), line
        return
    message = str(error)
    if not isinstance(error, OperatorError):
        message = f"{type(error).__name__}: {message}".removesuffix(": ") + _hint(error, folder)
    for line in message.splitlines():
        if line:
            yield (), line


def _hint(error: BaseException, folder: Path) -> str:
    """Say which name was meant, or what to write instead."""
    ours = [*_LIBRARY.__all__, "as_chart"]
    if isinstance(error, NameError) and error.name in ours:
        return f"; import it: from {_LIBRARY.__name__} import {error.name}"
    if isinstance(error, AttributeError) and isinstance(error.obj, Config):
        return did_you_mean(str(error.name), type(error.obj).model_fields)
    if isinstance(error, TypeError) and (found := re.match(r"'(\w+)' object is not subscriptable", str(error))):
        return "; a field is read as in config.hub, and changed by config.evolve(hub=...)" if found[1] in ours else ""
    if isinstance(error, SystemExit):
        return "; a cluster file must run to its end, so take this out"
    if isinstance(error, RecursionError):
        return "; a function or an import calls itself without an end"
    if isinstance(error, ModuleNotFoundError) and error.name:
        file = f"{error.name.partition('.')[0]}.py"
        near = did_you_mean(file, (each.name for each in sorted(folder.glob("*.py"))), cutoff=0.75)
        return near or f"; it is not installed, and no {file} is beside the cluster file"
    # The error of an import has the name in its text only, before Python 3.12.
    found = re.match(rf"cannot import name '(\w+)' from '{_LIBRARY.__name__}'|name '(\w+)' is not defined", str(error))
    return did_you_mean(found[1] or found[2], ours, cutoff=0.7) if found else ""


class _Names(dict[str, Any]):
    """Python's built-in names, for a cluster file that runs on with a stand-in where a name or an import is missing."""

    def __init__(self, mistakes: _Mistakes) -> None:
        super().__init__(vars(builtins), __import__=self._import)
        self._mistakes = mistakes

    def __missing__(self, name: str) -> Any:
        if name.startswith("__"):
            raise KeyError(name)
        error = NameError(f"name {name!r} is not defined", name=name)
        self._mistakes.note_here(error)
        return getattr(_LIBRARY, name) if name in _LIBRARY.__all__ else Refused()

    def _import(self, name: str, *more: Any, **named: Any) -> Any:
        wanted = (more[2] if len(more) > 2 else named.get("fromlist")) or ()
        try:
            module = builtins.__import__(name, *more, **named)
        except (ModuleNotFoundError, SyntaxError) as error:
            # What the module itself does not find is told there, and a star may stand for any name.
            elsewhere = isinstance(error, ModuleNotFoundError) and not f"{name}.".startswith(f"{error.name}.")
            if elsewhere or "*" in wanted or self._mistakes.are_awaited():
                raise
            if isinstance(error, SyntaxError):
                self._mistakes.note_last(error)
            else:
                self._mistakes.note_here(error)
            return Refused()
        missing = [each for each in wanted if each != "*" and not hasattr(module, each)]
        half_made = getattr(module.__spec__, "_initializing", False)
        if not missing or half_made or self._mistakes.are_awaited():
            return module
        for each in missing:
            absent = ImportError(f"cannot import name {each!r} from {module.__name__!r}", name=module.__name__)
            self._mistakes.note_here(absent)
        return types.SimpleNamespace(**{each: getattr(module, each, Refused()) for each in wanted})
