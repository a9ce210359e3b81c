"""`hexa-notebooks graph CLUSTER.py`: a picture of the objects that a cluster file makes."""

import argparse
import tempfile
import textwrap
from pathlib import Path

from hexa_notebooks.cluster_file import load
from hexa_notebooks.diff.manifests import read
from hexa_notebooks.graph.architecture import architecture
from hexa_notebooks.graph.mermaid import mermaid
from hexa_notebooks.graph.objects import LEFT_OUT
from hexa_notebooks.subcommand import add_command
from hexa_notebooks.synth import synth

_EPILOG = "\n".join(
    textwrap.wrap(
        "Boxes are objects, and what they tell of beyond themselves: users' servers, the App, the database. Arrows are"
        " what objects refer to: a Service the pods that its labels select, a pod what it reads and the Services in its"
        " arguments, variables and configuration. Dashed arrows are configuration and preparation, dashed boxes what"
        " somebody else makes. Left out, to be readable: "
        f"{'; '.join(dict.fromkeys(LEFT_OUT.values()))}; HTTPRoutes that only redirect to https.",
        width=100,
    )
)


def add_graph(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a parser."""
    text = "print a diagram of the objects of a cluster, as Mermaid"
    command = add_command(
        commands, "graph", text, _run, more=", which GitHub, GitLab and mkdocs-material render", epilog=_EPILOG
    )
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")


def _run(options: argparse.Namespace) -> int:
    config = load(options.cluster)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "manifests")
        synth(config, folder)
        drawing = architecture(read(str(folder)))
    print(mermaid(drawing), end="")
    return 0
