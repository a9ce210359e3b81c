"""How a command reports what ends it: one message on stderr, no traceback, and an exit status."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hexa_notebooks.model.errors import OperatorError

ISSUES = "https://github.com/BLSQ/openhexa-notebooks/issues"
"""Where people report bugs of this library."""
_PACKAGE = __name__.partition(".")[0]


@contextmanager
def readable_errors() -> Iterator[None]:
    """Tell on stderr, without a traceback, what ends a command, and end the process with a status that says so.

    2 is a mistake, output that is lost, or an error of this library, of which Python's development mode
    (`PYTHONDEVMODE=1`) shows the traceback. 141 means that whoever read the output has enough, as `head` has, 130
    Ctrl-C, and 143 SIGTERM.
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
            # Ctrl-C ends Node as well, of which jsii would complain at length.
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
    with suppress(OperatorError, OSError):  # where nobody is there to read it, the status tells
        print(text, file=sys.stderr, flush=True)


def _bug(error: BaseException) -> str:
    """Say what went wrong and where. The error's own text may quote a secret, so that it is left out."""
    import traceback  # few commands end like this, and it takes its time

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _PACKAGE in frame.filename]
    place = f" at {frames[-1].filename.rpartition(f'{_PACKAGE}/')[2]}:{frames[-1].lineno}" if frames else ""
    return (
        f"internal error: {type(error).__name__}{place}; please report it at {ISSUES}, with the command and what it"
        " prints under PYTHONDEVMODE=1 (take out what is secret)"
    )
