"""`hexa-notebooks upgrade-db CLUSTER.py`: a Job that upgrades the hub's database."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

MORE = (
    ". For a hub that says at its start that its database is older than its JupyterHub. Before: stop the hub, keep a"
    " backup, and apply the new ConfigMap `hub`. When the Job has completed, apply the rest"
)


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")


def run(options: Namespace) -> None:
    """Print the Job."""
    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.components.hub.upgrade_job import upgrade_job
    from hexa_notebooks.kubernetes.manifest_yaml import to_yaml

    config = load(options.cluster)
    print(to_yaml(upgrade_job(config.hub, config.installation, config.hub_parts), ascii=True), end="")
