"""The command `hexa-notebooks`."""

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from hexa_notebooks.claims import add_claims
from hexa_notebooks.cluster_file import load
from hexa_notebooks.diff.command import add_diff
from hexa_notebooks.errors import readable_errors
from hexa_notebooks.graph.command import add_graph
from hexa_notebooks.helm.command import add_import_helm
from hexa_notebooks.hub.upgrade_job import upgrade_job
from hexa_notebooks.hub_config import loaded
from hexa_notebooks.image_list import add_images
from hexa_notebooks.image_puller.command import add_hook_puller
from hexa_notebooks.notebooks import NotebooksConfig
from hexa_notebooks.secret_ref import SecretKeyRef, command_that_adds, references, secret_keys
from hexa_notebooks.synth import synth


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command. An error is told on stderr and ends the process with 2."""
    parser = argparse.ArgumentParser(prog="hexa-notebooks", description="JupyterHub on Kubernetes for OpenHEXA.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text, more in (
        (
            "synth",
            "write the manifests of a cluster",
            "One object a file, all of them or none, in place of what the folder had. The same cluster file always"
            " gives the same bytes.",
        ),
        (
            "hub-config",
            "print the configuration that the hub will load, as JSON",
            "Traits by section, as in {section: {trait: value}}; secrets are placeholders.",
        ),
        (
            "secret",
            "print a Secret with fresh random values, for `kubectl create -f -`",
            "It has each key that the cluster file refers to and whose value is ours to choose. Of the others stderr"
            " says who issues them. A Secret that exists is never replaced, since `kubectl create` refuses that.",
        ),
        (
            "upgrade-db",
            "print a Job that upgrades the hub's database, for `kubectl create -f -`",
            "For a hub that says at its start that its database is older than its JupyterHub. Before: stop the hub,"
            " keep a backup, and apply the new ConfigMap `hub`. When the Job has completed, apply the rest.",
        ),
    ):
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}. {more}")
        command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")
        if name == "synth":
            command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write")
    add_diff(commands)
    add_graph(commands)
    add_images(commands)
    add_claims(commands)
    add_hook_puller(commands)
    add_import_helm(commands)
    options = parser.parse_args(arguments)
    with readable_errors():
        if "run" in options:
            sys.exit(options.run(options))
        config = load(options.cluster)
        if options.command == "synth":
            synth(config, options.out)
        elif options.command == "hub-config":
            print(json.dumps(loaded(config), indent=2, sort_keys=True, ensure_ascii=False))
        elif options.command == "secret":
            _print_secrets(config)
        else:
            manifest = upgrade_job(config.hub, config.installation, config.hub_parts)
            print(yaml.safe_dump(manifest, sort_keys=False), end="")


def _print_secrets(config: NotebooksConfig) -> None:
    """Print a Secret manifest for each Secret whose values are ours to choose, and say on stderr which are not."""
    fresh = {reference for reference, ours in references(config) if ours}
    namespace = config.namespace.name
    external = {each.secret: each for each in config.external_secrets}
    for name, each in external.items():
        sources = each.sources(config.secret_keys[name])
        ours = [str(source) for key, source in sources.items() if SecretKeyRef(name=name, key=key) in fresh]
        print(
            f"Secret {name}: External Secrets Operator makes it; the {each.store_kind} {each.store} must have"
            f" {', '.join(map(str, sources.values()))}"
            + (f"; what `openssl rand -hex 32 | tr -d '\\n'` prints will do for {', '.join(ours)}" if ours else ""),
            file=sys.stderr,
        )
    issued = (reference for reference, _ in references(config) if reference not in fresh)
    for name, keys in secret_keys(reference for reference in issued if reference.name not in external).items():
        command = command_that_adds(name, namespace, dict.fromkeys(keys, "FILE"))
        print(
            f"Secret {name}: somebody else issues {', '.join(keys)}; unless it has them, when you have them: {command}",
            file=sys.stderr,
        )
    for name in config.exposure.tls_secrets(config.installation):
        print(
            f"Secret {name}: somebody else issues the certificate; when you have it: kubectl create secret tls {name}"
            f" --namespace={namespace} --cert=FILE --key=FILE",
            file=sys.stderr,
        )
    manifests = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace},
            "type": "Opaque",
            # 32 random bytes as 64 hexadecimal digits, which suits each of JupyterHub's keys and any password.
            "stringData": {key: secrets.token_hex(32) for key in keys},
        }
        for name, keys in secret_keys(reference for reference in fresh if reference.name not in external).items()
    ]
    print(yaml.safe_dump_all(manifests, sort_keys=False), end="")


if __name__ == "__main__":
    main()
