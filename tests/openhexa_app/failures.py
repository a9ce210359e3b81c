"""Failures of the stand-in's endpoints: the kind of failure, and the calls that fail."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class Failure:
    """A failure of an endpoint, before or instead of its work, in the order of the fields.

    Only the first matching failure of an endpoint applies to a call. Without `reset`, `status` and `body`, the endpoint
    gives its usual response. A failure counts only the calls that no earlier failure has taken.
    """

    delay: float = 0
    """Seconds to wait first."""
    hang: bool = False
    """Wait until `clear`, which a client outlives, or until the server stops, which closes the connection."""
    reset: bool = False
    """End the TCP connection with a reset, without an answer."""
    status: int | None = None
    """Answer with this status. None, the default, means 200 with `body` and the usual answer without."""
    body: bytes | None = None
    """Answer with this body. None, the default, means a page such as Django's or the proxy's with `status`."""
    content_type: str = "text/html; charset=utf-8"
    """The type of the body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """More headers of the answer with `status` or `body`, such as `Retry-After` or `Location`."""
    padding: int = 0
    """Bytes of blanks after the answer, the usual one too, which stays valid JSON."""
    truncated: bool = False
    """Close the connection after the first half of the answer, of the usual one too."""

    every: int = 1
    """Apply to each n-th call only: the n-th, the 2n-th and so on."""
    calls: int | None = None
    """Apply that many times, then never again. None, the default, sets no limit."""
    session: str | None = None
    """Apply to the calls with this `sessionid` only, and count no others. None, the default, means every call."""

    _seen: int = field(default=0, init=False)
    _applied: int = field(default=0, init=False)
    _cleared: bool = field(default=False, init=False)
    _waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=set, init=False)

    def applies(self, session: str | None) -> bool:
        """Count a call with this `sessionid`, and return whether it fails."""
        if self._cleared or self.session not in (None, session):
            return False
        self._seen += 1
        if self._seen % self.every or (self.calls is not None and self._applied >= self.calls):
            return False
        self._applied += 1
        return True

    def clear(self) -> None:
        """Apply to no further call, and release hanging ones. Safe to call from any thread, and twice."""
        self._cleared = True
        for loop, event in tuple(self._waiting):
            loop.call_soon_threadsafe(event.set)

    async def until_cleared(self) -> None:
        """Wait for `clear`."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        self._waiting.add(waiter)
        try:
            if not self._cleared:
                await waiter[1].wait()
        finally:
            self._waiting.discard(waiter)
