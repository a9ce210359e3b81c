"""The map of the library that `python -m dev.structure` draws."""

import re
import subprocess
import sys

from tests.paths import ROOT


def test_no_room_imports_a_higher_one() -> None:
    """There are seven floors, every import points down, and there is no import cycle."""
    done = subprocess.run([sys.executable, "-m", "dev.structure"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.search(r"floors 7, arrows \d+, not down 0\nmodules in circles: none\n", done.stdout)
    assert re.search(r"^ 7  .*\bcommands\b", done.stdout)
    assert re.search(r"^ 1  model  storage  traits$", done.stdout, re.MULTILINE)
