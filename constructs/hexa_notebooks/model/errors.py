"""Errors that you can fix in the input of a command."""


class OperatorError(Exception):
    """An error that you can fix. Each line of its text says where it is, what is wrong and what to do."""


def printable(text: str) -> str:
    """Return a text with its control characters escaped, so that it fits on one line of a message."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
