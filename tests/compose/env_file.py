"""The .env file that `compose/create-env` writes."""

import shutil
import subprocess
from pathlib import Path

from tests.paths import ROOT


def create_env(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder that replaces the repository's root."""
    (folder / "compose").mkdir(exist_ok=True)
    program = shutil.copy(ROOT / "compose" / "create-env", folder / "compose")
    return subprocess.run(["sh", program, *arguments], check=False, capture_output=True, text=True, timeout=30)


def variables(folder: Path) -> dict[str, str]:
    """Return the variables of the file in that folder."""
    lines = (folder / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))
