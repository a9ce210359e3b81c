"""Signals that end a command. It cleans up, prints nothing, and exits with 128 plus the number of the signal."""

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
    """The first signal that arrived, and whether its delivery is held back."""

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
    """Raise Interrupted for a signal: at once, and again at the end of the block if an `except` swallowed it.

    Signals that the process ignored from its start, as under `nohup`, stay ignored. After the first signal all others
    are ignored, so that they cannot disturb the clean-up.
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
        # atexit runs the last function first. Registered now, this one runs before those that stop Node.
        atexit.unregister(_end_in_peace)
        atexit.register(_end_in_peace)
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if _signals.arrived else handler)
        if not _signals.arrived:
            sys.unraisablehook = hook
        # Deliver it only once: the process may go on after this command.
        arrived, _signals.arrived, _signals.held = _signals.arrived, None, 0
        if arrived:
            raise arrived


def end_quietly() -> None:
    """Silence stderr when the process ends. The error was printed; jsii would add a complaint about its dead Node."""
    _signals.quiet_end = True


def _end_in_peace() -> None:
    """Let a signal at the very end only silence stderr: the work is done, and just Node may complain."""

    def silence(*_: object) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)

    if _signals.quiet_end:
        silence()
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, silence)


@contextmanager
def held() -> Iterator[None]:
    """Hold back signals until the end of the block, for steps that must be done together or not at all."""
    _signals.held += 1
    try:
        yield
    finally:
        _signals.held -= 1
    _signals.deliver()


@contextmanager
def scratch_folder(*, beside: Path | None = None) -> Iterator[Path]:
    """Make a temporary folder, hidden next to the path `beside` or else in `TMPDIR`, and always remove it."""
    with held():
        made = tempfile.TemporaryDirectory(dir=beside and beside.parent, prefix=f".{beside.name}-" if beside else None)
    try:
        yield Path(made.name)
    finally:
        with held():
            made.cleanup()
