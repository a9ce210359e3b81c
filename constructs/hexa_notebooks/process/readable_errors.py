"""The end of a command that fails: one message on stderr, no traceback, and an exit status."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hexa_notebooks.model.errors import OperatorError

ISSUES = "https://github.com/BLSQ/openhexa-notebooks/issues"
"""The page for bug reports."""
_PACKAGE = __name__.partition(".")[0]


@contextmanager
def readable_errors() -> Iterator[None]:
    """Print the error that ends a command on stderr, without a traceback, and exit with a status.

    The status is 2 for a mistake in the input, lost output, or a bug in this library; Python's development mode
    (`PYTHONDEVMODE=1`) shows the traceback of a bug. It is 141 if the reader of the output closed it, as `head` does,
    130 after Ctrl-C, and 143 after SIGTERM.
    """
    from hexa_notebooks.process.interruption import Interrupted, end_quietly, interruptible
    from hexa_notebooks.process.terminal import ReaderGoneError, terminal

    with terminal() as (out, err):
        try:
            with interruptible():
                try:
                    yield
                finally:
                    out.flush()
                    err.flush()
            return
        except SystemExit:
            raise
        except ReaderGoneError:
            status = 141
        except KeyboardInterrupt as interrupt:
            # Ctrl-C also ends Node, and jsii would print a long complaint about that.
            err.discard()
            status = interrupt.status if isinstance(interrupt, Interrupted) else 130
        except (OperatorError, OSError) as error:
            status = 2
            _say(str(error) if not isinstance(error, BrokenPipeError) else _bug(error))
            end_quietly()
        except BaseException as error:
            status = 2
            if sys.flags.dev_mode:
                import traceback

                traceback.print_exc()
            else:
                _say(_bug(error))
                end_quietly()
        raise SystemExit(status)


def _say(text: str) -> None:
    with suppress(OperatorError, OSError):  # if stderr is closed, the status has to do
        print(text, file=sys.stderr, flush=True)


def _bug(error: BaseException) -> str:
    """Return the type and the place of an error. Its text is left out, since it may quote a secret."""
    import traceback  # slow to import, and rarely needed

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _PACKAGE in frame.filename]
    place = f" at {frames[-1].filename.rpartition(f'{_PACKAGE}/')[2]}:{frames[-1].lineno}" if frames else ""
    return (
        f"internal error: {type(error).__name__}{place}; please report it at {ISSUES}, with the command and what it"
        " prints under PYTHONDEVMODE=1 (take out what is secret)"
    )
