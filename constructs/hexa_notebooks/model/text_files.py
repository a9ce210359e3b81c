"""Texts that a cluster file keeps in files of their own, such as the hub's configuration in Python."""

from pathlib import Path

from hexa_notebooks.model.errors import OperatorError


class TextFileError(OperatorError):
    """A file beside a cluster file that cannot be used."""


def text_file(path: Path) -> str:
    r"""Return what a file holds, to the last byte: `\r\n` stays, and nothing is added at its end.

    Name it by the cluster file's own place, so that it is found from wherever a command runs:
    `text_file(Path(__file__).with_suffix("") / "hub/10-authenticator.py")` is `production/hub/10-authenticator.py`
    beside `production.py`.

    Raises:
        TextFileError: there is no such file, or it is not UTF-8.

    """
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise TextFileError(f"{path}: no such file; put it back, or take out the setting that reads it") from None
    except IsADirectoryError:
        raise TextFileError(f"{path}: is a folder; name a file in it") from None
    except OSError as error:
        raise TextFileError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextFileError(f"{path}, line {line}: is not UTF-8; save it as UTF-8") from None
