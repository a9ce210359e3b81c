"""`hexa-notebooks graph CLUSTER.py`: a picture of the objects that a cluster file makes."""

import textwrap
from argparse import ArgumentParser, Namespace
from pathlib import Path

from hexa_notebooks.commands.graph.objects import LEFT_OUT

MORE = ", which GitHub, GitLab and mkdocs-material render"
EPILOG = "\n".join(
    textwrap.wrap(
        "Boxes are objects, and what they tell of beyond themselves: users' servers, the App, the database. Arrows are"
        " what objects refer to: a Service the pods that its labels select, a pod what it reads and the Services in its"
        " arguments, variables and configuration. Dashed arrows are configuration and preparation, dashed boxes what"
        " somebody else makes. Left out, to be readable: "
        f"{'; '.join(dict.fromkeys(LEFT_OUT.values()))}; HTTPRoutes that only redirect to https.",
        width=100,
    )
)


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")


def run(options: Namespace) -> int:
    """Print the diagram."""
    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.commands.graph.architecture import architecture
    from hexa_notebooks.commands.graph.mermaid import mermaid
    from hexa_notebooks.manifests.manifest_set import read
    from hexa_notebooks.notebooks.synth import synth
    from hexa_notebooks.process.interruption import scratch_folder

    config = load(options.cluster)
    with scratch_folder() as scratch:
        synth(config, scratch / "manifests")
        drawing = architecture(read(str(scratch / "manifests")))
    print(mermaid(drawing), end="")
    return 0
