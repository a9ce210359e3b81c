"""A cheap HTTP/1.1 client for loopback: CPU time that a client takes is not available to the programs under test."""

import asyncio
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

ANSWER_SECONDS = 30
"""Timeout of a request."""


class Answer(NamedTuple):
    """A response with any status."""

    status: int
    head: bytes
    body: bytes

    def number(self, header: str) -> int | None:
        """Return the number in a header such as "Content-Length", or None if the header is missing."""
        found = re.search(rb"\r\n%s: *(\d+)" % header.encode(), self.head, re.IGNORECASE)
        return int(found[1]) if found else None


class Connection:
    """A connection that stays open between requests, like those of browsers and load balancers."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Send a request without a body. Raises TimeoutError or OSError if there is no answer."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._request(method, path, headers)
        except asyncio.IncompleteReadError as error:
            self.close()
            raise ConnectionResetError("the answer is cut off") from error
        except BaseException:
            self.close()
            raise

    async def _request(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._address.hostname, self._address.port)
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._address.netloc}", "Content-Length: 0"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        answer = Answer(int(head[9:12]), head, b"")
        length = answer.number("Content-Length")
        if length:
            answer = answer._replace(body=await reader.readexactly(length))
        if length is None or re.search(rb"\r\nconnection: *close", head, re.IGNORECASE):
            self.close()
        return answer

    def close(self) -> None:
        """Close the connection. The next request opens a new one."""
        if self._streams:
            self._streams[1].close()
            self._streams = None
