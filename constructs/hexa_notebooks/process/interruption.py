"""Signals that end a command: it cleans up, says nothing, and ends with 128 and the number of the signal."""

import atexit
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or another signal that ends a command."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


class _Signals:
    """What has arrived so far, and whether it has to wait."""

    arrived: Interrupted | None = None
    held: int = 0
    quiet_end: bool = False

    def handle(self, number: int, _: FrameType | None) -> None:
        self.arrived = self.arrived or Interrupted(number)
        self.deliver()

    def deliver(self) -> None:
        if self.arrived and not self.held:
            raise self.arrived


_signals = _Signals()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a signal raise Interrupted wherever the command is, or at its end where an `except` has swallowed it.

    What the process was started to ignore, as by `nohup`, stays ignored. After one signal no other disturbs the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _signals.arrived, _signals.held = None, 0
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    hook = sys.unraisablehook
    sys.unraisablehook = lambda lost: None if isinstance(lost.exc_value, KeyboardInterrupt) else hook(lost)
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _signals.handle)
    try:
        yield
    finally:
        # What is left to do when the process ends, such as stopping Node, began later than this: so it ends after it.
        atexit.unregister(_end_in_peace)
        atexit.register(_end_in_peace)
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if _signals.arrived else handler)
        if not _signals.arrived:
            sys.unraisablehook = hook
        # Delivered once: what the process does after this command is another matter.
        arrived, _signals.arrived, _signals.held = _signals.arrived, None, 0
        if arrived:
            raise arrived


def end_quietly() -> None:
    """Let nobody complain when the process ends, since why it does is told: jsii would, of a Node that is gone."""
    _signals.quiet_end = True


def _end_in_peace() -> None:
    """Let a signal at the very end change nothing: the work is done, and only Node may complain of it."""

    def silence(*_: object) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)

    if _signals.quiet_end:
        silence()
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, silence)


@contextmanager
def held() -> Iterator[None]:
    """Let signals wait until the block has ended: for the few steps that must be done together or not at all."""
    _signals.held += 1
    try:
        yield
    finally:
        _signals.held -= 1
    _signals.deliver()


@contextmanager
def scratch_folder(*, beside: Path | None = None) -> Iterator[Path]:
    """Make a folder that is gone afterwards, whatever happens. It is hidden `beside` a path, by default in `TMPDIR`."""
    with held():
        made = tempfile.TemporaryDirectory(dir=beside and beside.parent, prefix=f".{beside.name}-" if beside else None)
    try:
        yield Path(made.name)
    finally:
        with held():
            made.cleanup()
