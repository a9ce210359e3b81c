"""The command line `hexa-notebooks` and the list of its commands."""

import sys
from collections.abc import Sequence

from hexa_notebooks.process.readable_errors import readable_errors

COMMANDS = {
    "synth": ("commands.synth", "write the manifests of a cluster"),
    "hub-config": ("commands.hub_config", "print the configuration that the hub loads, as JSON"),
    "secret": ("commands.secret", "print a Secret with fresh random values, for `kubectl create -f -`"),
    "upgrade-db": ("commands.upgrade_db", "print a Job that upgrades the hub's database, for `kubectl create -f -`"),
    "diff": ("commands.diff.command", "show what applying NEW over OLD would change, and its effects"),
    "graph": ("commands.graph.command", "print a diagram of the objects of a cluster, as Mermaid"),
    "images": ("commands.images", "list the images in the manifests of a cluster"),
    "claims": ("commands.claims.command", "check that servers still reach their users' claims"),
    "hook-puller": (
        "commands.hook_puller",
        "print the manifests that pull new images onto all nodes before an apply, for `kubectl apply -f -`",
    ),
    "import-helm": (
        "commands.import_helm.command",
        "write a cluster file that takes over a release of the Zero to JupyterHub chart unchanged",
    ),
}
"""The commands by name, with their module and their line in `--help`."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command, and exit with the status that it returns. Errors are printed by `readable_errors`."""
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
