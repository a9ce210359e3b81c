"""Mistakes that an operator can put right, and how a command tells them."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class OperatorError(Exception):
    """What an operator can put right; the text says where it is, what is wrong and what to do, a line a problem."""


@contextmanager
def readable_errors() -> Iterator[None]:
    """Tell an operator's mistake on stderr, without a traceback, and end the process with 2; with 130 after Ctrl-C."""
    try:
        yield
    except BrokenPipeError:
        # Whoever read the output has enough, as `head` has.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
    except (OperatorError, OSError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        # Ctrl-C ends Node as well, of which jsii would complain at length.
        sys.stderr = io.StringIO()
        raise SystemExit(130) from None
