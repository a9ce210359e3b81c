"""Speed and memory of the synthesis of clusters/openhexa_gke.py: `make bench`.

Times depend on the machine and its load, so compare only figures of the same run, in which the candidates take turns.
Python's bytecode is cached, as it is by default.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.table import head, row
from hexa_notebooks import Notebooks, NotebooksCluster

# isort: split
# After hexa_notebooks, which chooses the Node that jsii uses.
import cdk8s

from hexa_notebooks.commands.cluster_file import load

ROOT = Path(__file__).resolve().parents[1]
CLUSTER = ROOT / "clusters" / "openhexa_gke.py"
MANY = 50

MEASURED = """
import atexit, resource, runpy
def report():
    print(*(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
atexit.register(report)
runpy.run_path("main.py")
"""
"""Runs main.py and prints the peak memory, in KiB on Linux, of Python and of its largest child, which is Node."""


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as scratch:
        _whole_process(Path(scratch))
        _marginal(Path(scratch, "app"))


def _whole_process(folder: Path, runs: int = 10) -> None:
    (folder / "clusters").mkdir()
    shutil.copy(ROOT / "main.py", folder)
    shutil.copy(CLUSTER, folder / "clusters")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "CDK8S_OUTDIR": "dist"}

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        return subprocess.check_output(command, cwd=folder, env=environment, text=True)  # noqa: S603

    run("main.py")
    count = sum(1 for _ in (folder / "dist").rglob("*.yaml"))
    floor = (str(ROOT / "benchmarks" / "floor.py"), str(count))
    run(*floor)
    ours, bare = _in_turn(runs, lambda: run("main.py"), lambda: run(*floor))
    python, node = (int(kib) / 1024 for kib in run("-c", MEASURED).split())

    _head(f"Whole process, one cluster of {count} objects, {runs} runs", "s")
    _row("python main.py", ours)
    _row("a bare cdk8s app with the same number of empty objects", bare)
    _row("ratio, pair by pair (goal: at most 1.8)", [a / b for a, b in zip(ours, bare, strict=True)])
    print(f"\nPeak memory: Python {python:.0f} MiB, Node {node:.0f} MiB")


def _marginal(out: Path, runs: int = 3) -> None:
    _head(f"Each additional cluster, from 1 to {MANY} in one App, {runs} runs", "ms")
    _row("one JSON body per object (goal: at most 40)", _marginal_ms(out, runs))


def _marginal_ms(out: Path, runs: int) -> list[float]:
    _synth(1, out)
    one, many = _in_turn(runs, lambda: _synth(1, out), lambda: _synth(MANY, out))
    return [1000 * (b - a) / (MANY - 1) for a, b in zip(one, many, strict=True)]


def _synth(clusters: int, out: Path) -> None:
    app = cdk8s.App(outdir=str(out), yaml_output_type=cdk8s.YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE)
    for number in range(clusters):
        config = load(CLUSTER)
        NotebooksCluster(app, f"{number}-00-cluster", config)
        Notebooks(app, f"{number}-10-notebooks", config)
    app.synth()


def _in_turn(runs: int, *actions: Callable[[], Any]) -> list[list[float]]:
    """Return the seconds that each action takes in each run. The actions take turns, so that load affects all alike."""
    seconds: list[list[float]] = [[] for _ in actions]
    for _ in range(runs):
        for action, taken in zip(actions, seconds, strict=True):
            start = time.perf_counter()
            action()
            taken.append(time.perf_counter() - start)
    return seconds


def _head(title: str, unit: str) -> None:
    head(title, f"min {unit}", f"median {unit}")


def _row(label: str, values: Sequence[float]) -> None:
    row(label, min(values), statistics.median(values))


if __name__ == "__main__":
    main()
