"""`hexa-notebooks synth CLUSTER.py --out DIR`: the manifests of a cluster."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from hexa_notebooks.commands.subcommand import add_cluster

MORE = (
    ", one file per object. They replace the manifests in the folder. If an error occurs, nothing changes. The same"
    " cluster file always gives the same bytes"
)


def add_arguments(command: ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_cluster(command)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write")


def run(options: Namespace) -> None:
    """Write the manifests."""
    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.notebooks.synth import synth

    synth(load(options.cluster), options.out)
