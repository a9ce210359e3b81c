"""Errors that an operator can fix."""


class OperatorError(Exception):
    """An error that an operator can fix. The text says where it is, what is wrong and what to do, one line each."""


def printable(text: str) -> str:
    """Return a text with its control characters escaped, so that it fits into one line of a message."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
