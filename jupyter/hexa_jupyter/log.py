"""The log of the container: a line says what, why and what to do, and holds no secret."""

import sys


def say(message: str) -> None:
    """Write one line to standard error, where a container's log is read."""
    print(f"hexa-jupyter: {' '.join(message.split())}", file=sys.stderr, flush=True)
