"""The command `hexa-notebooks`."""

import argparse
import json
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from hexa_notebooks.cluster_file import ClusterFileError, load
from hexa_notebooks.notebooks import NotebooksConfig
from hexa_notebooks.secret_ref import references
from hexa_notebooks.synth import OutputError, synth


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command. Ends the process with 2 after an error, which is told in a line on stderr."""
    parser = argparse.ArgumentParser(prog="hexa-notebooks", description="JupyterHub on Kubernetes for OpenHEXA.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("synth", "write the manifests of a cluster"),
        ("hub-config", "print the configuration that the hub will load, as JSON"),
        ("secret", "print a Secret with fresh random values, for `kubectl create -f -`"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")
        if name == "synth":
            command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write")
    options = parser.parse_args(arguments)
    with readable_errors():
        config = load(options.cluster)
        if options.command == "synth":
            synth(config, options.out)
        elif options.command == "hub-config":
            print(json.dumps(config.hub_traits(), indent=2, sort_keys=True, ensure_ascii=False))
        else:
            _print_secrets(config)


@contextmanager
def readable_errors() -> Iterator[None]:
    """Tell an operator's mistake in a line on stderr and end the process with 2, without a traceback."""
    try:
        yield
    except (ClusterFileError, OutputError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


def _print_secrets(config: NotebooksConfig) -> None:
    """Print a Secret manifest for each Secret whose values are ours to choose, and say on stderr which are not."""
    made: dict[str, dict[str, str]] = {}
    for reference, fresh in references(config):
        if fresh:
            # 32 random bytes as 64 hexadecimal digits, which suits each of JupyterHub's keys and any password.
            made.setdefault(reference.name, {})[reference.key] = secrets.token_hex(32)
        else:
            print(
                f"not made up: key {reference.key!r} of Secret {reference.name!r} is issued elsewhere;"
                f" kubectl --namespace {config.namespace.name} create secret generic {reference.name}"
                f" --from-file={reference.key}=FILE",
                file=sys.stderr,
            )
    manifests = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": config.namespace.name},
            "type": "Opaque",
            "stringData": dict(sorted(made[name].items())),
        }
        for name in sorted(made)
    ]
    print(yaml.safe_dump_all(manifests, sort_keys=False), end="")


if __name__ == "__main__":
    main()
