"""Paths of this repository, and of files next to it that some tests use."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The repository."""
SHARED = ROOT.parent / "shared"
"""Cases of the Helm chart, and CRDs as published. Tests that use it skip without it."""
