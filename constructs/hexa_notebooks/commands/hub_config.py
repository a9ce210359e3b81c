"""`hexa-notebooks hub-config CLUSTER.py`: the hub's whole configuration."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

MORE = ". Traits by section, as in {section: {trait: value}}; secrets are placeholders"


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")


def run(options: Namespace) -> None:
    """Print the configuration."""
    import json

    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.notebooks.hub_config import loaded

    print(json.dumps(loaded(load(options.cluster)), indent=2, sort_keys=True, ensure_ascii=False))
