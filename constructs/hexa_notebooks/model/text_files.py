"""Text files beside a cluster file, such as the hub's configuration in Python."""

from pathlib import Path

from hexa_notebooks.model.errors import OperatorError


class TextFileError(OperatorError):
    """A file beside a cluster file that cannot be used."""


def text_file(path: Path) -> str:
    r"""Return the content of a UTF-8 file unchanged: `\r\n` stays, and no line break is added at the end.

    Build the path from the cluster file's own, so that a command finds it from any working directory: in
    `production.py`, `text_file(Path(__file__).with_suffix("") / "hub/10-authenticator.py")` reads
    `production/hub/10-authenticator.py`.

    Raises:
        TextFileError: the file cannot be read, or is not UTF-8.

    """
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise TextFileError(f"{path}: no such file; restore it, or remove the setting that reads it") from None
    except IsADirectoryError:
        raise TextFileError(f"{path}: is a folder; name a file in it") from None
    except OSError as error:
        raise TextFileError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextFileError(f"{path}, line {line}: is not UTF-8; save it as UTF-8") from None
