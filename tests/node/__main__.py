"""Run a node by hand: `make node`. It prints how to reach it, and ends with Ctrl-C."""

import signal
import sys
import threading

from tests.node.node import run_node, why_not


def main() -> int:
    """Run until a signal comes, and return the exit status."""
    if reason := why_not():
        print(reason, file=sys.stderr)
        return 2
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())
    with run_node() as node:
        print(f"The node is ready: export KUBECONFIG={node.kubeconfig}", flush=True)
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
