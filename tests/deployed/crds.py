"""The CRDs of the custom resources in `dist/`: the published ones, or stand-ins where these are missing."""

from pathlib import Path

from tests.paths import SHARED

PUBLISHED = SHARED / "crds"
STAND_INS = sorted((Path(__file__).parents[1] / "crds").glob("*.stand-in.yaml"))


def published(stand_in: Path) -> Path:
    """Return the published file that a stand-in replaces."""
    return PUBLISHED / stand_in.name.replace(".stand-in", "")


def crd_files() -> list[Path]:
    """Return a file for each CRD, the published one if it exists."""
    return [file if (file := published(stand_in)).is_file() else stand_in for stand_in in STAND_INS]
