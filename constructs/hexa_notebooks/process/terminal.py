r"""What a command prints: the one way to stdout and stderr.

No text of a cluster file, a manifest or a file's name can steer the terminal or the log that shows it, nor stop the
report: a control character, and whatever is not ASCII where the stream is not UTF-8, is written as `\uXXXX`.
JSON reads that as the same character, and manifests are printed in ASCII.
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
"""C0 but tab and line feed, delete and C1, what turns the direction of writing, and halves of surrogate pairs, which
are bytes of a file's name that are no UTF-8."""
_ESCAPE = "hexa-notebooks-escape"


def escaped(text: str) -> str:
    """Return a text in which every control character is written out."""
    return _CONTROL.sub(lambda found: _written_out(found[0]), text)


def _written_out(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 (this is no handler for reading)
    return _written_out(error.object[error.start : error.end]), error.end


codecs.register_error(_ESCAPE, _escape)


class ReaderGoneError(BrokenPipeError):
    """Whoever read the output has enough, as `head` has."""


class _Terminal(io.TextIOBase):
    """A stream that anything may be written to. Raises OperatorError, or ReaderGoneError, for what is lost."""

    def __init__(self, stream: TextIO | None, name: str) -> None:
        self._stream, self._name = stream, name

    @property
    def encoding(self) -> str:  # type: ignore[override] # typeshed has an attribute
        # JSON is UTF-8 whatever the locale, and ASCII is that too.
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
        """Let nothing of it be seen any more: neither what waits in a buffer, nor what else the process says."""
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
    """Let `sys.stdout` and `sys.stderr` escape what must not be seen raw, and yield the two."""
    # Else the next file that is opened would take the number of a stream that is closed, and be written to as it.
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
