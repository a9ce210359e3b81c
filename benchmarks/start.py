"""Startup cost of each command: `make bench`.

The figure is the CPU time of the process and its children. It is the minimum of several runs, because load on the
machine can only add to it. The ratio compares it with a Python that only imports yaml.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.table import head, row

ROOT = Path(__file__).resolve().parents[1]
COMMAND = str(Path(sys.executable).with_name("hexa-notebooks"))
LOCAL, GKE = (str(ROOT / "clusters" / f"{name}.py") for name in ("local", "openhexa_gke"))


def main(runs: int = 7) -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        values, old, new = (Path(folder, name) for name in ("values.yaml", "old.yaml", "new.yaml"))
        values.write_text("hub:\n  db:\n    type: sqlite-memory\n")
        for path, data in ((old, "1"), (new, "2")):
            path.write_text(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: '{data}'}}\n")
        written = f"--output={folder}/cluster.py"
        commands: dict[str, Sequence[str]] = {
            "python -c 'import yaml', the baseline": (sys.executable, "-c", "import yaml"),
            "python -c 'from pydantic import BaseModel'": (sys.executable, "-c", "from pydantic import BaseModel"),
            "--help": (COMMAND, "--help"),
            "synth --help": (COMMAND, "synth", "--help"),
            "diff of two small files": (COMMAND, "diff", str(old), str(new)),
            "import-helm of a small file": (
                *(COMMAND, "import-helm", str(values), "--release=a", "--namespace=b", "--overwrite", written),
            ),
            "images of clusters/local.py": (COMMAND, "images", LOCAL),
            "images of clusters/openhexa_gke.py": (COMMAND, "images", GKE),
            "synth of clusters/local.py": (COMMAND, "synth", LOCAL, f"--out={folder}/out"),
        }
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
        head(f"Startup of a command, minimum of {runs} runs", "CPU s", "ratio")
        floor = 0.0
        for name, command in commands.items():
            seconds = min(_cpu_seconds(command, environment) for _ in range(runs))
            floor = floor or seconds
            row(name, seconds, seconds / floor)


def _cpu_seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603
    if "Error" in ran.stderr or ran.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {ran.returncode}: {ran.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
