"""Network probes for pods: a server that answers with its name, and a client that tries targets.

Pods receive this file as text, so it uses only the standard library.
`serve NAME PORT...` answers with NAME on each port, over TCP and UDP. `try` reads targets and prints each answer.
"""

import asyncio
import json
import socket
import sys

SECONDS = 3.0
"""How long a target has for its answer."""


async def serve(name: bytes, ports: list[int]) -> None:
    """Answer with a name on the ports of every address, over TCP and UDP, forever."""

    class Named(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
            self.transport = transport

        def datagram_received(self, _: bytes, peer: tuple[str, int]) -> None:
            self.transport.sendto(name, peer)

    async def named(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(name)
        writer.close()

    ipv6 = socket.has_dualstack_ipv6()
    family, everywhere = (socket.AF_INET6, "::") if ipv6 else (socket.AF_INET, "0.0.0.0")  # noqa: S104 (in a pod)
    for port in ports:
        datagrams = socket.socket(family, socket.SOCK_DGRAM)
        if ipv6:
            datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        datagrams.bind((everywhere, port))
        await asyncio.get_running_loop().create_datagram_endpoint(Named, sock=datagrams)
    for port in ports:
        listener = socket.create_server((everywhere, port), family=family, dualstack_ipv6=ipv6, backlog=200)
        await asyncio.start_server(named, sock=listener)
    await asyncio.Event().wait()


async def answer(protocol: str, address: str, port: int, sent: str) -> str | None:
    """Return the first bytes of a target's answer, as latin-1, or None if it does not answer."""
    loop = asyncio.get_running_loop()
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    # What is lost on the way is sent again over TCP by the system, over UDP by nobody.
    attempts = 3 if protocol == "udp" else 1
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as tried:
        tried.setblocking(False)
        try:
            for _ in range(attempts):
                try:
                    async with asyncio.timeout(SECONDS / attempts):
                        await loop.sock_connect(tried, (address, port))
                        # A datagram without content is one, too.
                        await loop.sock_sendall(tried, sent.encode("latin-1") or b"?" * (protocol == "udp"))
                        return (await loop.sock_recv(tried, 64)).decode("latin-1")
                except TimeoutError:
                    continue
        except OSError:
            pass
    return None


async def try_all(targets: list[tuple[str, str, int, str]]) -> list[str | None]:
    """Return the answer of each target. All are tried at once."""
    return await asyncio.gather(*(answer(*target) for target in targets))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve(sys.argv[2].encode(), [int(port) for port in sys.argv[3:]]))
    else:
        json.dump(asyncio.run(try_all(json.load(sys.stdin))), sys.stdout)
