"""Remove what a node leaves behind, after all of its processes have ended for any reason."""

import os
import shutil
import sys
from pathlib import Path

from tests.node.cgroups import remove

if __name__ == "__main__":
    folder, pipe = Path(sys.argv[1]), int(sys.argv[2])
    os.read(pipe, 1)  # the node's first process holds the other end, and does not write
    try:
        remove(folder.name)
    finally:
        shutil.rmtree(folder)
