"""`hexa-notebooks synth CLUSTER.py --out DIR`: the manifests of a cluster."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

MORE = (
    ". One object a file, all of them or none, in place of what the folder had. The same cluster file always gives the"
    " same bytes"
)


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write")


def run(options: Namespace) -> None:
    """Write the manifests."""
    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.notebooks.synth import synth

    synth(load(options.cluster), options.out)
