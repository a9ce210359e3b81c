"""Cluster files: Python files that make a `NotebooksConfig` and name it `config`."""

import runpy
import traceback
from pathlib import Path

from pydantic import ValidationError

from hexa_notebooks.config import explain
from hexa_notebooks.notebooks import NotebooksConfig


class ClusterFileError(Exception):
    """A cluster file that cannot be used; the text says where and why."""


def load(path: Path) -> NotebooksConfig:
    """Run a cluster file and return its configuration.

    Raises:
        ClusterFileError: the file cannot be read or run, or makes no valid configuration.

    """
    if not path.is_file():
        raise ClusterFileError(
            f"{path}: no such file; a cluster file is Python that sets config = NotebooksConfig(...)"
        )
    try:
        config = runpy.run_path(str(path)).get("config")
    except SyntaxError as error:
        raise ClusterFileError(f"{error.filename}:{error.lineno}: {error.msg}") from error
    except ValidationError as error:
        raise ClusterFileError(_with_place(path, error, explain(error))) from error
    except Exception as error:
        raise ClusterFileError(_with_place(path, error, f"{type(error).__name__}: {error}")) from error
    if not isinstance(config, NotebooksConfig):
        got = "nothing of that name" if config is None else f"a {type(config).__name__}"
        raise ClusterFileError(f"{path}: must set config = NotebooksConfig(...), got {got}")
    return config


def _with_place(path: Path, error: Exception, message: str) -> str:
    """Put the line of the cluster file that caused the error before each line of the message."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    place = f"{path}:{lines[-1]}" if lines else str(path)
    return "\n".join(f"{place}: {line}" for line in message.splitlines())
