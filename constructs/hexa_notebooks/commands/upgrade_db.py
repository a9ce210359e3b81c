"""`hexa-notebooks upgrade-db CLUSTER.py`: a Job that upgrades the hub's database."""

from argparse import Namespace

from hexa_notebooks.commands.subcommand import add_cluster

MORE = (
    ". Use it when the hub refuses to start because its database is older than its JupyterHub. First stop the hub, make"
    " a backup, and apply the new ConfigMap `hub`. Apply the rest when the Job has completed"
)

add_arguments = add_cluster


def run(options: Namespace) -> None:
    """Print the Job."""
    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.components.hub.upgrade_job import upgrade_job
    from hexa_notebooks.kubernetes.manifest_yaml import to_yaml

    config = load(options.cluster)
    print(to_yaml(upgrade_job(config.hub, config.installation, config.hub_parts), ascii=True), end="")
