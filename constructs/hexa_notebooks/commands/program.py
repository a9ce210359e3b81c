"""The process of `hexa-notebooks`, from its first moment: Ctrl-C ends it without a word while it still loads.

There is nothing to clean up yet. `interruption.py` takes over where a command begins.
"""

import gc
import os
import signal

# A command ends soon, and next to nothing of it becomes garbage.
gc.disable()


def _end(number: int, _: object) -> None:
    os._exit(128 + number)


for _number in (signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(_number) is not signal.SIG_IGN:
        signal.signal(_number, _end)

from hexa_notebooks.commands.cli import main as main  # noqa: E402 (what is imported here takes the longest)
