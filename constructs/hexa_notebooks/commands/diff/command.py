"""`hexa-notebooks diff OLD NEW`: the changes and effects of an apply."""

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
"""Processor time, not wall time, so that a busy machine makes no difference."""
EPILOG = """exit status:
  0  equal
  1  different; the report starts with wider network access, added permissions and less secure pods
  2  the input cannot be read or compared, or another error occurred
  3  unsafe: the API server would reject a change; a claim, the hub's database or the pods of a selector would be
     lost; the admission policy would get weaker; or a prune would delete a namespace or a kind with everything in it

A program that crashes can also exit with 1, but then prints no report. A check that accepts 1 must also check that
the first word of the report is "Different". Values of Secrets, and values elsewhere that may be secrets, are
compared but never shown."""


def add_arguments(command: ArgumentParser) -> None:
    """Add the arguments of the command."""
    source = "a folder, a file, or - for stdin, as printed by `helm get manifest` or `kubectl get --output=yaml`"
    command.add_argument("old", metavar="OLD", help=f"the manifests in use: {source}")
    command.add_argument("new", metavar="NEW", help=f"the manifests to apply: {source}")
    command.add_argument("--format", choices=_FORMATS, default="text", help="default: text")


def run(options: Namespace) -> int:
    """Print the report, and return the exit status of the worst effect."""
    if options.old == options.new == STDIN:
        raise ManifestError("only one of OLD and NEW can be -, since there is one stdin")
    try:
        with _limited():
            comparison = compare(read(options.old), read(options.new))
            report = Report(comparison, effects(comparison))
            printed = _FORMATS[options.format](report)
    except OperatorError:
        raise
    except MemoryError:
        raise ManifestError("not enough memory to compare them; compare the objects of one installation") from None
    except Exception as error:
        # Python would exit with 1, which means a safe difference. The texts of other errors may quote a secret.
        text = f" ({error})" if isinstance(error, AttributeError | KeyError | TypeError) else ""
        raise ManifestError(
            f"cannot compare them, because of {type(error).__name__}{text}: a manifest is invalid; find it with"
            " `kubectl apply --dry-run=server`"
        ) from error
    sys.stdout.write(printed)
    return _STATUS[report.result]


@contextmanager
def _limited() -> Iterator[None]:
    """Stop a comparison that takes too long, such as thousands of selectors and pods. One installation takes 1 s."""

    def end(*_: object) -> NoReturn:
        raise ManifestError(f"comparing them takes over {_LIMIT_S} s; compare the objects of one installation")

    if threading.current_thread() is not threading.main_thread():
        yield  # Python delivers signals to the main thread only
        return
    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, _LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
