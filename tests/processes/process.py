"""Programs that tests run: each has a log and a deadline, and is ended by its PID."""

import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psutil  # type: ignore[import-untyped]

START_SECONDS = 60
STOP_SECONDS = 15

T = TypeVar("T")


def default_signals() -> None:
    """Let Ctrl-C end the program about to start, even if the tests run in the background and ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Process:
    """A program that is started, ended and started anew; its output is appended to a log.

    `log` is the path of the log, whose stem is the program's name in messages. `env` is the whole environment (default:
    that of the tests), `cwd` the working folder (default: that of the tests), and `user` the account that it runs as,
    for tests that run as root (default: theirs). `is_ready` says whether it does its work yet (default: as soon as it
    runs). `outlives` returns the pids of children that go on when it ends (default: none does, as in a container).
    `process_group` 0 puts it out of reach of a terminal's Ctrl-C (default: it gets the signal too). `pass_fds` are the
    files that it inherits. `until_closed` gives it a standard input that ends with this process, however that ends.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
        is_ready: Callable[[], object] = lambda: True,
        outlives: Callable[[], Collection[int]] = tuple,
        process_group: int | None = None,
        pass_fds: Collection[int] = (),
        until_closed: bool = False,
    ) -> None:
        self.log = log
        self._command, self._is_ready, self._outlives = command, is_ready, outlives
        self._options: dict[str, Any] = {"env": env, "cwd": cwd, "process_group": process_group, "pass_fds": pass_fds}
        self._options["stdin"] = subprocess.PIPE if until_closed else subprocess.DEVNULL
        if user is not None:
            self._options |= {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The PID of the last started process; None before the first start."""
        return self._popen.pid if self._popen else None

    @property
    def status(self) -> int | None:
        """The exit status, negative for a signal; None while it runs and before the first start."""
        return self._popen.poll() if self._popen else None

    def runs(self) -> bool:
        """Return whether it was started and has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def is_ready(self) -> bool:
        """Return whether it does its work yet."""
        return self.runs() and bool(self._is_ready())

    def launch(self) -> None:
        """Start it (after `stop`, if it runs) without waiting until it is ready."""
        self.stop()
        with self.log.open("ab") as output:
            self._popen = subprocess.Popen(
                self._command, stdout=output, stderr=subprocess.STDOUT, preexec_fn=default_signals, **self._options
            )

    def start(self) -> None:
        """Launch it and wait until it is ready. Raises what `wait_until_ready` raises."""
        self.launch()
        self.wait_until_ready()

    def wait_until_ready(self, *others: "Process") -> None:
        """Wait until it is ready.

        Raises RuntimeError, with the end of a log, if it, or one of the `others` that it needs, ends before that, and
        TimeoutError if it takes longer than START_SECONDS.
        """
        wait_until(self._is_ready, f"{self.log.stem} to be ready", START_SECONDS, processes=(*others, self))

    def stop(self, seconds: float = STOP_SECONDS, by: signal.Signals = signal.SIGTERM) -> None:
        """Stop it and its descendants, if it runs, with the signal `by`, and after a time limit with SIGKILL."""
        if self._popen is None or not self.runs():
            return
        children = self._children()
        self._popen.send_signal(by)
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            children += self._children()
            self._popen.kill()
            self._popen.wait()
        _kill(children)

    def wait(self, seconds: float = START_SECONDS) -> int:
        """Wait until it exits and return its status. Raises TimeoutError after so many seconds."""
        wait_until(lambda: not self.runs(), f"{self.log.stem} to end", seconds)
        return self.status or 0

    def kill(self) -> None:
        """Kill it and its descendants with SIGKILL, if it runs."""
        self.stop(by=signal.SIGKILL)

    def _children(self) -> list[Any]:
        return descendants(self.pid, spared=self._outlives()) if self.pid else []

    def __str__(self) -> str:
        state = "runs" if self.runs() else "does not run" if self.status is None else f"ended with status {self.status}"
        return f"{self.log.stem} {state}; the end of its log:\n{log_tail(self.log)}"


class Runs(Protocol):
    """Something that may stop running while a test waits for it. Its text says why."""

    def runs(self) -> bool:
        """Return whether it runs."""


def descendants(pid: int, *, spared: Collection[int] = ()) -> list[Any]:
    """Return the `psutil.Process` of each descendant of `pid`, except the spared ones and their descendants."""
    try:
        children = psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return []
    kept = [child for child in children if child.pid not in spared]
    return kept + [below for child in kept for below in descendants(child.pid, spared=spared)]


def end(pid: int, seconds: float = STOP_SECONDS) -> None:
    """End a process that this one did not start, and its descendants: SIGTERM, then SIGKILL after a while."""
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    children = descendants(pid)
    try:
        process.terminate()
        process.wait(seconds)
    except psutil.NoSuchProcess:
        pass
    except psutil.TimeoutExpired:
        children += [*descendants(pid), process]
    _kill(children)


def _kill(processes: list[Any]) -> None:
    # psutil compares the time of the start too, so a pid that was given to another program since is left alone.
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def wait_until(
    condition: Callable[[], T],
    what: str,
    seconds: float = START_SECONDS,
    *,
    processes: Sequence[Runs] = (),
    pause: float = 0.05,
) -> T:
    """Poll until the result is true, and return it. `what` completes the message "waited for ...".

    `pause` is the number of seconds between two polls, for expensive ones.

    Raises RuntimeError with the text of one of the `processes` if it no longer runs, and TimeoutError with the texts of
    all after the time limit. The text of a Process is the end of its log.
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        for process in processes:
            if not process.runs():
                raise RuntimeError(str(process))
        if time.monotonic() > deadline:
            logs = "".join(f"\n{process}" for process in processes)
            raise TimeoutError(f"waited {seconds:g} s in vain for {what}{logs}")
        time.sleep(pause)
    return answer


def log_tail(log: Path, lines: int = 20) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
