"""The container's log. Each line says what happened, why and how to fix it, and contains no secret."""

import sys


def say(message: str) -> None:
    """Write one line to standard error, which is the container's log."""
    print(f"hexa-jupyter: {' '.join(message.split())}", file=sys.stderr, flush=True)
