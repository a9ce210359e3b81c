"""Tables of figures on standard output."""

from collections.abc import Sequence

WIDTH = 76


def head(title: str, *columns: str) -> None:
    """Print the title of a table and the names of its columns."""
    print(f"\n{title:{WIDTH}}" + "".join(f"{column:>10}" for column in columns), flush=True)


def row(label: str, *figures: float) -> None:
    """Print a row of a table."""
    print(f"  {label:{WIDTH - 2}}" + "".join(f"{figure:>10.3g}" for figure in figures), flush=True)


def note(text: str) -> None:
    """Print a line of text."""
    print(f"  {text}", flush=True)


def quantile(values: Sequence[float], part: float) -> float:
    """Return a quantile, such as the median with `part` 0.5. NaN if there are no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")
