"""Cluster files: Python files that make a `NotebooksConfig` and name it `config`."""

import re
import runpy
import sys
import traceback
from pathlib import Path

from pydantic import ValidationError

from hexa_notebooks.config import did_you_mean, explain
from hexa_notebooks.errors import OperatorError
from hexa_notebooks.notebooks import NotebooksConfig
from hexa_notebooks.surroundings import search_path


class ClusterFileError(OperatorError):
    """A cluster file that cannot be used."""


def load(path: Path) -> NotebooksConfig:
    """Run a cluster file and return its configuration.

    Raises:
        ClusterFileError: the file cannot be read or run, or makes no valid configuration.

    """
    if not path.is_file():
        raise ClusterFileError(
            f"{path}: {'a folder' if path.is_dir() else 'no such file'};"
            " a cluster file is a Python file that sets config = NotebooksConfig(...)"
        )
    if path.suffix in (".yaml", ".yml"):
        raise ClusterFileError(
            f"{path}: is YAML; name a cluster file, which is Python, or write one with hexa-notebooks import-helm"
        )
    try:
        # As for any Python program, so that cluster files can share settings.
        with search_path(str(path.parent)):
            names = runpy.run_path(str(path))
    except SyntaxError as error:
        place = f"{error.filename}:{error.lineno}" if error.filename and error.lineno else path
        raise ClusterFileError(f"{place}: {error.msg}") from error
    except ValidationError as error:
        raise ClusterFileError(_with_place(path, error, explain(error))) from error
    except (Exception, SystemExit) as error:
        message = f"{type(error).__name__}: {error}".removesuffix(": ") + _hint(error)
        raise ClusterFileError(_with_place(path, error, message)) from error
    config = names.get("config")
    if not isinstance(config, NotebooksConfig):
        got = f"a value of type {type(config).__name__}" if "config" in names else "nothing of that name"
        raise ClusterFileError(f"{path}: must set config = NotebooksConfig(...), got {got}")
    return config


def _hint(error: BaseException) -> str:
    """Say which name of the library was meant, or that it has to be imported."""
    ours = sys.modules[__package__].__all__
    if isinstance(error, NameError) and error.name in ours:
        return f"; import it: from {__package__} import {error.name}"
    # The error of an import has the name in its text only, before Python 3.12.
    found = re.match(rf"cannot import name '(\w+)' from '{__package__}'|name '(\w+)' is not defined", str(error))
    return did_you_mean(found[1] or found[2], ours) if found else ""


def _with_place(path: Path, error: BaseException, message: str) -> str:
    """Put the line of the cluster file that caused the error before each line of the message."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    place = f"{path}:{lines[-1]}" if lines else path
    return "\n".join(f"{place}: {line}" for line in message.splitlines() if line)
