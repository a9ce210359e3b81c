"""The command `hexa-notebooks`: the list of its commands, each of which is a module."""

import sys
from collections.abc import Sequence

from hexa_notebooks.process.readable_errors import readable_errors

COMMANDS = {
    "synth": ("commands.synth", "write the manifests of a cluster"),
    "hub-config": ("commands.hub_config", "print the configuration that the hub will load, as JSON"),
    "secret": ("commands.secret", "print a Secret with fresh random values, for `kubectl create -f -`"),
    "upgrade-db": ("commands.upgrade_db", "print a Job that upgrades the hub's database, for `kubectl create -f -`"),
    "diff": ("commands.diff.command", "say what an apply of NEW over OLD would change and do"),
    "graph": ("commands.graph.command", "print a diagram of the objects of a cluster, as Mermaid"),
    "images": ("commands.images", "list the images that the manifests of a cluster name"),
    "claims": ("commands.claims.command", "prove which users' claims a cluster file still reaches"),
    "hook-puller": (
        "commands.hook_puller",
        "print what fetches the images onto all nodes before an apply, for `kubectl apply -f -`",
    ),
    "import-helm": (
        "commands.import_helm.command",
        "write a cluster file that keeps a release of the Zero to JupyterHub chart as it is",
    ),
}
"""Of each command its module and what it does, in the words of the list."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command. What ends it is told as `readable_errors` says; a status beside 0 is that of the command."""
    with readable_errors():
        import argparse

        from hexa_notebooks.commands.subcommand import Subcommand

        parser = argparse.ArgumentParser(prog="hexa-notebooks", description="JupyterHub on Kubernetes for OpenHEXA.")
        commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Subcommand)
        for name, (module, text) in COMMANDS.items():
            commands.add_parser(name, help=text, module=f"hexa_notebooks.{module}", text=text)
        options = parser.parse_args(arguments)
        if (status := options.run(options)) is not None:
            sys.exit(status)


if __name__ == "__main__":
    main()
