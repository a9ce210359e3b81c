"""Configuration errors as a command prints them."""

from pydantic import ValidationError

from hexa_notebooks.model.config import explained


def explain(error: ValidationError) -> str:
    """Return one line for each problem."""
    return "\n".join(line for _, line in explained(error))
