"""Cluster files: Python files that set `config` to a `NotebooksConfig`."""

import ast
import builtins
import contextlib
import inspect
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
    """Cluster files with mistakes. The text has one line for each mistake."""


def load(path: Path) -> NotebooksConfig:
    """Run a cluster file and return its configuration.

    The output of the file goes to stderr, since stdout belongs to the command.

    Raises:
        ClusterFileError: the file cannot be read or run, or sets no valid configuration.

    """
    _refuse_other_files(path)
    mistakes = _Mistakes(path)
    try:
        with mistakes.collected(), contextlib.redirect_stdout(sys.stderr):
            names = runpy.run_path(str(path), {"__builtins__": mistakes.names})
    except (Exception, SystemExit) as error:
        mistakes.add_last(error)
        raise ClusterFileError(str(mistakes)) from error
    if mistakes:
        raise ClusterFileError(str(mistakes))
    config = names.get("config")
    if not isinstance(config, NotebooksConfig):
        raise ClusterFileError(f"{path}: {_not_a_config(names, path)}")
    if is_refused(config):
        raise ClusterFileError(f"{path}: uses values of another file that has mistakes; fix that file first")
    return config


def load_all(paths: Iterable[Path]) -> dict[Path, NotebooksConfig]:
    """Return the configuration of each cluster file.

    Raises:
        ClusterFileError: with the mistakes of all files.

    """
    configs: dict[Path, NotebooksConfig] = {}
    lines: list[str] = []
    for path in paths:
        try:
            configs[path] = load(path)
        except ClusterFileError as error:
            lines += str(error).splitlines()
    if lines:
        # Mistakes in a module that several files import appear once.
        raise ClusterFileError("\n".join(dict.fromkeys(lines)))
    return configs


def _refuse_other_files(path: Path) -> None:
    if not path.is_file():
        if path.is_dir():
            raise ClusterFileError(f"{path}: a folder; {_FORM}")
        near = did_you_mean(path.name, (each.name for each in sorted(path.parent.glob("*.py")))) if path.name else ""
        raise ClusterFileError(f"{path}: no such file; {_FORM}{near}")
    if path.suffix in (".yaml", ".yml", ".json"):
        raise ClusterFileError(
            f"{path}: is {path.suffix[1:].replace('yml', 'yaml').upper()}, but a cluster file is Python; name another"
            " file, or write one with hexa-notebooks import-helm"
        )
    if _holds_values(path):
        raise ClusterFileError(
            f"{path}: contains YAML or JSON, but a cluster file is Python; if these are values of the Helm chart,"
            f" rename it to {path.with_suffix('.yaml').name} and write a cluster file with hexa-notebooks import-helm"
        )


def _holds_values(path: Path) -> bool:
    """Return whether a file is a mapping in YAML or JSON rather than a cluster file."""
    try:
        text = path.read_text("utf-8-sig")
        if re.search(r"^(config\b|import\b|from\b|def\b|class\b|@)", text, re.MULTILINE):
            return False
        value = yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return False
    return isinstance(value, dict) and all(re.fullmatch(r"[-.\w]+", str(key)) for key in value)


def _not_a_config(names: Mapping[str, Any], path: Path) -> str:
    """Describe the value of `config`, and the fix."""
    form = "must set config = NotebooksConfig(...), got "
    if "config" not in names:
        others = [name for name, value in names.items() if isinstance(value, NotebooksConfig)]
        return f"{form}no such name" + (f"; rename {others[0]!r} to config" if others else "")
    config = names["config"]
    if isinstance(config, type):
        return f"{form}the class {config.__name__}; add parentheses with its fields"
    if isinstance(config, types.FunctionType):
        return f"{form}a function; write config = {config.__name__}(...) after it"
    fix = ""
    if isinstance(config, list | tuple) and len(config) == 1 and isinstance(config[0], NotebooksConfig):
        fix = "; remove the trailing comma or the brackets around it"
    elif isinstance(config, list | tuple) and any(isinstance(each, NotebooksConfig) for each in config):
        fix = f"; a file describes one cluster, so write a file for each next to {path.name}"
    return f"{form}a value of type {type(config).__name__}{fix}"


class _Mistakes:
    """The mistakes of a cluster file and of its siblings: the modules that it imports from its own folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path.parent.absolute()
        self.names = _Names(self)
        self._lines: list[tuple[str, int, str]] = []

    def __bool__(self) -> bool:
        return bool(self._lines)

    def __str__(self) -> str:
        """Return a line for each mistake, by file and line."""
        ordered = sorted(dict.fromkeys(self._lines), key=itemgetter(0, 1))
        return "\n".join(f"{file}:{line}: {text}" if line else f"{file}: {text}" for file, line, text in ordered)

    @contextlib.contextmanager
    def collected(self) -> Iterator[None]:
        """Collect mistakes instead of raising them, as far as the file can run on, and unload the siblings afterwards.

        Two folders can have a module of the same name, and a module with mistakes must not serve the next file.
        """
        run_module, siblings = SourceFileLoader.exec_module, set[str]()

        def run_sibling(loader: SourceFileLoader, module: types.ModuleType) -> None:
            if self._is_ours(str(module.__file__)):
                siblings.add(module.__name__)
                module.__dict__["__builtins__"] = self.names
            run_module(loader, module)

        token = NOTE.set(self.add_here)
        try:
            # Siblings can be imported as for any Python program, so that cluster files can share settings.
            SourceFileLoader.exec_module = run_sibling  # type: ignore[assignment, method-assign]
            with search_path(str(self.path.parent)):
                yield
        finally:
            SourceFileLoader.exec_module = run_module  # type: ignore[method-assign]
            NOTE.reset(token)
            for name in siblings:
                sys.modules.pop(name, None)

    def add_here(self, error: BaseException) -> None:
        """Add an error at the line of the file or of a sibling that is running."""
        frame = next(self._frames(), None)
        self._add_error(error, _Place(frame, frame.f_lasti) if frame else None)

    def may_be_caught(self) -> bool:
        """Return whether the running line is inside a `try` or a `with` of the file, which may handle an error."""
        return any(_is_tried(Path(frame.f_code.co_filename), frame.f_lineno) for frame in self._frames())

    def _frames(self) -> Iterator[types.FrameType]:
        """Yield the frames of the file and its siblings, the running one first."""
        # `walk_stack(None)` skips a number of frames that differs between Python's releases.
        for frame, _ in traceback.walk_stack(inspect.currentframe()):
            if self._is_ours(frame.f_code.co_filename):
                yield frame

    def add_last(self, error: BaseException) -> None:
        """Add the exception that ended the file, unless it is only a consequence of earlier mistakes."""
        if isinstance(error, SyntaxError):
            file = self._relative(error.filename) if error.filename else self.path
            encoded = "codec can't decode" in error.msg or "null bytes" in error.msg
            self._add(file, error.lineno, "is not text in UTF-8; save it as UTF-8" if encoded else error.msg)
        elif not self or isinstance(error, NameError | ImportError | SystemExit):
            steps = [step for step in _steps(error.__traceback__) if self._is_ours(step.tb_frame.f_code.co_filename)]
            self._add_error(error, _Place(steps[-1].tb_frame, steps[-1].tb_lasti) if steps else None)

    def _add_error(self, error: BaseException, place: "_Place | None") -> None:
        for location, line in _problems(error, self.folder):
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
        """Return the path of a file in the form in which the operator named its folder."""
        file = Path(filename)
        return self.path.parent / file.relative_to(self.folder) if file.is_relative_to(self.folder) else file

    def _add(self, file: Path, line: int | None, text: str) -> None:
        self._lines.append((str(file), line or 0, text))


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
    """A call in a file, found by the instruction that a frame is running."""

    def __init__(self, frame: types.FrameType, instruction: int) -> None:
        self.file = frame.f_code.co_filename
        # Instructions are two bytes long, and `co_positions` has one entry for each.
        self._position = [*frame.f_code.co_positions()][instruction // 2]

    def line(self, location: Sequence[int | str]) -> int:
        """Return the line of an argument of the call, or of the innermost literal around it."""
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


def _problems(error: BaseException, folder: Path) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Yield the location of each problem of an error inside its call, and the line of text for it."""
    if isinstance(error, ValidationError):
        for problem, line in explained(error):
            # Pydantic gives errors of a whole model no location, but their text starts with the field.
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
    """Suggest the name that was meant, or a fix."""
    ours = [*_LIBRARY.__all__, "as_chart"]
    if isinstance(error, NameError) and error.name in ours:
        return f"; import it: from {_LIBRARY.__name__} import {error.name}"
    if isinstance(error, AttributeError) and isinstance(error.obj, Config):
        return did_you_mean(str(error.name), type(error.obj).model_fields)
    if isinstance(error, TypeError) and (found := re.match(r"'(\w+)' object is not subscriptable", str(error))):
        return "; read a field as config.hub, and change it with config.evolve(hub=...)" if found[1] in ours else ""
    if isinstance(error, SystemExit):
        return "; a cluster file must run to its end, so remove this"
    if isinstance(error, RecursionError):
        return "; a function calls itself, or a module imports itself, without end"
    if isinstance(error, ModuleNotFoundError) and error.name:
        if error.name.startswith(f"{_LIBRARY.__name__}."):
            return f"; import public names from {_LIBRARY.__name__}"
        file = f"{error.name.partition('.')[0]}.py"
        near = did_you_mean(file, (each.name for each in sorted(folder.glob("*.py"))), cutoff=0.75)
        return near or f"; it is not installed, and there is no {file} next to the cluster file"
    # Before Python 3.12, an ImportError has the name only in its text.
    found = re.match(rf"cannot import name '(\w+)' from '{_LIBRARY.__name__}'|name '(\w+)' is not defined", str(error))
    return did_you_mean(found[1] or found[2], ours, cutoff=0.7) if found else ""


class _Names(dict[str, Any]):
    """Python's built-in names. A missing name or import becomes a placeholder, so that the cluster file runs on."""

    def __init__(self, mistakes: _Mistakes) -> None:
        super().__init__(vars(builtins), __import__=self._import)
        self._mistakes = mistakes

    def __missing__(self, name: str) -> Any:
        if name.startswith("__"):
            raise KeyError(name)
        error = NameError(f"name {name!r} is not defined", name=name)
        self._mistakes.add_here(error)
        return getattr(_LIBRARY, name) if name in _LIBRARY.__all__ else Refused()

    def _import(self, name: str, *more: Any, **named: Any) -> Any:
        wanted = (more[2] if len(more) > 2 else named.get("fromlist")) or ()
        try:
            module = builtins.__import__(name, *more, **named)
        except (ModuleNotFoundError, SyntaxError) as error:
            # A failed import inside the module was added there. A star can import any name, so nothing replaces it.
            elsewhere = isinstance(error, ModuleNotFoundError) and not f"{name}.".startswith(f"{error.name}.")
            if elsewhere or "*" in wanted or self._mistakes.may_be_caught():
                raise
            (self._mistakes.add_last if isinstance(error, SyntaxError) else self._mistakes.add_here)(error)
            return Refused()
        missing = [each for each in wanted if each != "*" and not hasattr(module, each)]
        half_made = getattr(module.__spec__, "_initializing", False)
        if not missing or half_made or self._mistakes.may_be_caught():
            return module
        for each in missing:
            absent = ImportError(f"cannot import name {each!r} from {module.__name__!r}", name=module.__name__)
            self._mistakes.add_here(absent)
        return types.SimpleNamespace(**{each: getattr(module, each, Refused()) for each in wanted})
