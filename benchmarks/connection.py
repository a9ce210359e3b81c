"""A client of HTTP/1.1 on loopback that costs little: what it takes is missing from what is measured beside it."""

import asyncio
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

ANSWER_SECONDS = 30
"""How long it waits for one answer."""


class Answer(NamedTuple):
    """An answer of any status."""

    status: int
    head: bytes
    body: bytes

    def number(self, header: str) -> int | None:
        """Return the number in a header, such as "Content-Length"; None if there is none."""
        found = re.search(rb"\r\n%s: *(\d+)" % header.encode(), self.head, re.IGNORECASE)
        return int(found[1]) if found else None


class Connection:
    """A connection that is kept between requests, as a browser's or a load balancer's is."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Ask, without a body. Raises TimeoutError or OSError if there is no answer."""
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
        """Close it; a later request opens a new one."""
        if self._streams:
            self._streams[1].close()
            self._streams = None
