"""The hub, the proxy and a user's server on an IPv6-only cluster, below a base path, as real processes."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.paths import ROOT

_NAMESPACES = [
    "unshare",
    *([] if os.geteuid() == 0 else ["--map-root-user"]),
    "--net",
    "--mount",
    "--fork",
    "--kill-child",
]
_WITHOUT_IPV4 = """
ip link set lo up && ip address del 127.0.0.1/8 dev lo &&
echo '::1 localhost hub proxy-api' > "$0/hosts" && mount --bind "$0/hosts" /etc/hosts && exec "$@"
"""
"""A shell's script: loopback has ::1 only, and to that lead the names of Services."""


def _may_unshare() -> bool:
    try:
        return subprocess.run([*_NAMESPACES, "ip", "link", "set", "lo", "up"], capture_output=True).returncode == 0
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not _may_unshare(), reason="this machine lets nobody make a network namespace")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a browser receives from an installation without IPv4."""
    folder = tmp_path_factory.mktemp("ipv6")
    program = [sys.executable, "-m", "tests.integration.ipv6_only", str(folder)]
    command = [*_NAMESPACES, "sh", "-c", _WITHOUT_IPV4, str(folder), *program]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert made.returncode == 0, made.stderr
    answer: dict[str, Any] = json.loads(made.stdout)
    return answer


def test_a_server_is_reached(found: dict[str, Any]) -> None:
    """Browser, proxy and hub reach it at the pod's only address."""
    assert found["target"].startswith("http://[::1]:8888")
    assert "version" in found["server"]


def test_a_server_that_is_gone_has_the_hubs_page(found: dict[str, Any]) -> None:
    """The page says what to do, also if the hub has a base path."""
    status, page = found["error"]
    assert status == 503
    assert "appears to be down" in page
