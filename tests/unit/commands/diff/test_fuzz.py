"""`hexa-notebooks diff` of damaged manifests never raises, never prints a secret, and reports the worst effect."""

from pathlib import Path

import pytest

from tests.unit.commands.diff.fuzz import check

SEEDS = (158, 203, 223, 333, 339, 1051, 1790)
"""Which once showed a secret, or ended in an exception."""


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_damaged_manifests(start: int, tmp_path: Path) -> None:
    """For more pairs: `make fuzz PAIRS=10000`."""
    for seed in range(start, start + 50):
        check(seed, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_found(seed: int, tmp_path: Path) -> None:
    """Pairs that failed once stay correct."""
    check(seed, tmp_path)
