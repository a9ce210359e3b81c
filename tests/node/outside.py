"""The network outside the node: every address answers on some ports with its own name.

It plays the internet, a cloud's metadata server and other hosts on the network. An answer shows that a pod reaches one
of them. It runs in its own network namespace.
"""

import ctypes
import os
import socket
import struct
import subprocess
import sys
import threading

from tests.node.layout import IPV6, OUTSIDE_ADDRESSES

PORTS = (22, 53, 80, 443, 988, 3306, 3307, 5432, 5353, 6443, 8080, 10250)
"""Where every address answers, over TCP and UDP: those that policies tell apart, and some that they do not."""

_COMMANDS = (
    "link set lo up",
    f"address add {OUTSIDE_ADDRESSES[0]}/24 dev eth0",
    "link set eth0 up",
    # What comes in is for this host, whatever its address. An IPv4 address that answers has to be in the table `local`,
    # so what goes out looks for its way before it looks there.
    "route add local 0.0.0.0/0 dev lo table local",
    "rule add pref 1 iif eth0 lookup local",
    "rule add pref 2 lookup main",
    "rule del pref 0",
)
_IPV6_COMMANDS = (
    f"-6 address add {OUTSIDE_ADDRESSES[-1]}/64 dev eth0 nodad",
    "-6 route add local ::/0 dev lo table 100",
    "-6 rule add pref 1 iif eth0 lookup 100",
    "-6 rule add pref 2 lookup local",
    "-6 rule del pref 0",
)
_CLONE_NEWNET = 0x40000000
_IP_PKTINFO = 8
_IPV6_FREEBIND = 78
"""As Linux has them; this Python names neither."""


def main() -> None:
    """Make the namespace, say so, wait for the link `eth0` to be moved into it, and answer until killed."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    print("made", flush=True)
    sys.stdin.readline()
    families = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"} if IPV6 else {socket.AF_INET: "0.0.0.0"}  # noqa: S104
    for command in (*_COMMANDS, *(_IPV6_COMMANDS if IPV6 else ())):
        subprocess.run(["ip", *command.split()], check=True)
    for port in PORTS:
        for family, everywhere in families.items():
            listener = socket.create_server((everywhere, port), family=family)
            threading.Thread(target=_serve_tcp, args=(listener,)).start()
            threading.Thread(target=_serve_udp, args=(family, everywhere, port)).start()


def _serve_tcp(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.sendall(f"{connection.getsockname()[0]}\n".encode())
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                continue


def _serve_udp(family: socket.AddressFamily, everywhere: str, port: int) -> None:
    """Answer from the address that was asked, which the socket alone does not tell."""
    ipv4 = family == socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as bound:
        if ipv4:
            bound.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        else:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            bound.setsockopt(socket.IPPROTO_IPV6, _IPV6_FREEBIND, 1)
        bound.bind((everywhere, port))
        while True:
            _, [(level, kind, info)], _, peer = bound.recvmsg(1500, 64)
            if ipv4:
                _, _, address = struct.unpack("=I4s4s", info)
                info = struct.pack("=I4s4s", 0, address, b"\0" * 4)
            else:
                address, _ = struct.unpack("=16sI", info)
                info = struct.pack("=16sI", address, 0)
            name = socket.inet_ntop(family, address)
            try:
                bound.sendmsg([f"{name}\n".encode()], [(level, kind, info)], 0, peer)
            except OSError:
                continue


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        os._exit(0)
