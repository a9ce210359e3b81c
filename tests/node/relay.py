"""A relay from this machine to the node's API server, which is in another network.

The listening socket is opened on the machine's loopback and handed down, so no interface joins the two networks.
"""

import asyncio
import socket
import sys

from tests.node.layout import API_PORT


async def main() -> None:
    """Pass on what comes in by the socket whose number is the argument."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    server = await asyncio.start_server(_relay, sock=listener)
    await server.serve_forever()


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", API_PORT)
    except OSError:
        writer.close()
        return
    await asyncio.gather(_copy(reader, to_server), _copy(from_server, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 18):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(main())
