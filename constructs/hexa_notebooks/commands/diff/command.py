"""`hexa-notebooks diff OLD NEW`: what an apply will change and do.

Exit 0: equal. 1: different. 3: unsafe, which is a change that the API server refuses, a claim or the hub's database
that is no longer reached, or a selector that loses its pods. Wider access is shown before everything else that is safe,
and is 1. 2: what was given cannot be read, or not be compared.
"""

import signal
import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from hexa_notebooks.commands.diff.changes import compare
from hexa_notebooks.commands.diff.effects import effects
from hexa_notebooks.commands.diff.report import Report
from hexa_notebooks.commands.diff.report_json import as_json
from hexa_notebooks.commands.diff.report_markdown import markdown
from hexa_notebooks.commands.diff.report_text import text
from hexa_notebooks.manifests.manifest_set import STDIN, ManifestError, read
from hexa_notebooks.model.errors import OperatorError

_FORMATS = {"text": text, "markdown": markdown, "json": as_json}
_STATUS = {"equal": 0, "different": 1, "unsafe": 3}
_LIMIT_S = 60
"""Of the processor's time, so that a busy machine makes no difference."""
EPILOG = """exit status:
  0  equal
  1  different; wider network access, rights or pods are shown first and are no more than this
  2  what was given cannot be read, or not be compared, or anything else went wrong
  3  unsafe: the API server would refuse a change, a claim or the hub's database would no longer be reached,
     or a selector would lose its pods

A program that breaks for another reason may end with 1, and prints nothing then: a check that lets 1 pass looks at the
report's first word too. Values of Secrets are compared and never shown, nor is what may be a secret elsewhere."""


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    source = "a folder, a file, or - for stdin, as of `helm get manifest` or `kubectl get --output=yaml`"
    command.add_argument("old", metavar="OLD", help=f"what is there: {source}")
    command.add_argument("new", metavar="NEW", help=f"what is to be applied: {source}")
    command.add_argument("--format", choices=_FORMATS, default="text", help="text by default")


def run(options: Namespace) -> int:
    """Print the report; the exit status says how grave the difference is."""
    if options.old == options.new == STDIN:
        raise ManifestError("only one of OLD and NEW can be -, since there is one stdin")
    try:
        with _limited():
            comparison = compare(read(options.old), read(options.new))
            report = Report(comparison, effects(comparison))
            told = _FORMATS[options.format](report)
    except OperatorError:
        raise
    except MemoryError:
        raise ManifestError("they need more memory than there is; compare the objects of one installation") from None
    except Exception as error:
        # Python would end with 1, and so say that they are different and no worse. Of other errors the text may hold a
        # value, and so a secret.
        text = f" ({error})" if isinstance(error, AttributeError | KeyError | TypeError) else ""
        raise ManifestError(
            f"cannot compare them, for {type(error).__name__}{text}: a manifest is not as the API server takes it;"
            " `kubectl apply --dry-run=server` says which"
        ) from error
    sys.stdout.write(told)
    return _STATUS[report.result]


@contextmanager
def _limited() -> Iterator[None]:
    """End what takes too long, as pairs of thousands of selectors and pods do. An installation takes 1 s."""

    def end(*_: object) -> NoReturn:
        raise ManifestError(f"they take more than {_LIMIT_S} s to compare; compare the objects of one installation")

    if threading.current_thread() is not threading.main_thread():
        yield  # where Python takes no signals
        return
    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, _LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
