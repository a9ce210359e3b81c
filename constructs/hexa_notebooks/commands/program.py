"""The entry point of the process: Ctrl-C ends it silently while it still imports.

There is nothing to clean up yet. `interruption.py` takes over when a command starts.
"""

import gc
import os
import signal

# A command is short-lived and leaves little garbage, so that collecting it only costs time.
gc.disable()


def _end(number: int, _: object) -> None:
    os._exit(128 + number)


for _number in (signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(_number) is not signal.SIG_IGN:
        signal.signal(_number, _end)

from hexa_notebooks.commands.cli import main as main  # noqa: E402 (slow, so it comes after the signal handlers)
