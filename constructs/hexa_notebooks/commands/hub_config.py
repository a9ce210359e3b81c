"""`hexa-notebooks hub-config CLUSTER.py`: the whole configuration of the hub."""

from argparse import Namespace

from hexa_notebooks.commands.subcommand import add_cluster

MORE = ". The form is {section: {trait: value}}; secrets are placeholders"

add_arguments = add_cluster


def run(options: Namespace) -> None:
    """Print the configuration."""
    import json

    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.notebooks.hub_config import loaded

    print(json.dumps(loaded(load(options.cluster)), indent=2, sort_keys=True, ensure_ascii=False))
