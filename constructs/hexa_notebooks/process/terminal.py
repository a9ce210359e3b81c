r"""Safe output: all that a command prints to stdout and stderr.

Text from a cluster file, a manifest or a file name could steer the terminal, or fail to encode. So control characters
are written as `\uXXXX`, and so is all but ASCII if the stream is not UTF-8. JSON reads this as the same character;
manifests are printed in ASCII.
"""

import codecs
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from hexa_notebooks.model.errors import OperatorError

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 except tab and line feed, delete, C1, characters that change the writing direction, and lone surrogates: the bytes
of a file name that are not UTF-8."""
_ESCAPE = "hexa-notebooks-escape"


def escaped(text: str) -> str:
    """Return a text with every control character written as an escape."""
    return _CONTROL.sub(lambda found: _written_out(found[0]), text)


def _written_out(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 (this handler is for encoding only)
    return _written_out(error.object[error.start : error.end]), error.end


codecs.register_error(_ESCAPE, _escape)


class ReaderGoneError(BrokenPipeError):
    """The reader of the output closed it, as `head` does."""


class _Terminal(io.TextIOBase):
    """A stream that accepts any text. Raises OperatorError or ReaderGoneError if output is lost."""

    def __init__(self, stream: TextIO | None, name: str) -> None:
        self._stream, self._name = stream, name

    @property
    def encoding(self) -> str:  # type: ignore[override] # typeshed has an attribute
        # JSON is UTF-8 in every locale, and ASCII is a part of UTF-8.
        given = getattr(self._stream, "encoding", None) or "utf-8"
        return "utf-8" if codecs.lookup(given).name == "utf-8" else "ascii"

    def write(self, text: str) -> int:
        with self._losses():
            if self._stream is None:
                raise OSError(None, "it is closed")
            self._stream.write(escaped(text).encode(self.encoding, _ESCAPE).decode(self.encoding))
        return len(text)

    def flush(self) -> None:
        if self._stream is not None:
            with self._losses():
                self._stream.flush()

    def discard(self) -> None:
        """Discard the buffered output and all further output of the process."""
        with suppress(OSError, ValueError):
            if self._stream is not None:
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    @contextmanager
    def _losses(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError as error:
            self.discard()
            raise ReaderGoneError(*error.args) from None
        except OSError as error:
            self.discard()
            raise OperatorError(f"{self._name}: cannot be written: {error.strerror}") from error


@contextmanager
def terminal() -> Iterator[tuple[_Terminal, _Terminal]]:
    """Replace `sys.stdout` and `sys.stderr` by streams that escape control characters, and yield the two."""
    # Open the descriptors 0 to 2 if they are closed. Else the next file would get one, and receive the output.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    before = sys.stdout, sys.stderr
    out, err = _Terminal(sys.stdout, "stdout"), _Terminal(sys.stderr, "stderr")
    sys.stdout, sys.stderr = out, err
    try:
        yield out, err
    finally:
        sys.stdout, sys.stderr = before
