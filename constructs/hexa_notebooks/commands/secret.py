"""`hexa-notebooks secret CLUSTER.py`: Secrets with fresh values, and who issues the others."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

MORE = (
    ". It has each key that the cluster file refers to and whose value is ours to choose. Of the others stderr says who"
    " issues them. A Secret that exists is never replaced, since `kubectl create` refuses that"
)


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")


def run(options: Namespace) -> None:
    """Print a Secret manifest for each Secret whose values are ours to choose, and say on stderr which are not."""
    import secrets

    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.kubernetes.manifest_yaml import to_yaml
    from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef, command_that_adds, references, secret_keys

    config = load(options.cluster)
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
    print(to_yaml(*manifests, ascii=True), end="")
